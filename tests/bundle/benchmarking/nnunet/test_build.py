import subprocess
import sys

from tests_support import ROOT

from bundle.benchmarking.nnunet.build import REQUIREMENTS, stand_in_for_torchvision


def run(code, packages):
    return subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": str(packages)}, capture_output=True, text=True
    )


def test_the_stand_in_can_be_imported_and_says_what_is_missing(tmp_path):
    stand_in_for_torchvision(tmp_path)
    code = (
        "from torchvision.ops.misc import FrozenBatchNorm2d\n"
        "import torchvision.transforms as transforms\n"
        "from torchvision.transforms.functional import InterpolationMode\n"
        "assert InterpolationMode.BOX != InterpolationMode.NEAREST and not isinstance(1, FrozenBatchNorm2d)\n"
        "class Own(transforms.ToTensor): pass\n"
        "Own()"
    )
    assert "ImportError: torchvision is not installed in this environment" in run(code, tmp_path).stderr


def test_what_stands_there_is_replaced(tmp_path):
    (tmp_path / "torchvision").mkdir()
    (tmp_path / "torchvision" / "__init__.py").write_text("raise RuntimeError('another build of torch')")
    stand_in_for_torchvision(tmp_path)
    assert run("import torchvision", tmp_path).returncode == 0


def test_versions_are_exact_and_torch_is_the_bundles():
    lines = [line for line in REQUIREMENTS.read_text().splitlines() if line and not line.startswith("#")]
    assert all("==" in line for line in lines) and any(line.startswith("nnunetv2==") for line in lines)
    torch = next(line for line in lines if line.startswith("torch=="))
    assert torch in (ROOT / "requirements.txt").read_text().splitlines()
