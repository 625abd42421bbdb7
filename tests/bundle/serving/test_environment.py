import subprocess
import sys
from pathlib import Path

import pytest

from bundle.serving import environment as built
from bundle.serving.environment import (
    REQUIREMENTS,
    WITHOUT_DEPENDENCIES,
    main,
    site_packages,
    stand_in_for_torchvision,
)
from bundle.virtual_environment import ROOT


def pins(path: Path) -> dict[str, str]:
    lines = [line.split("#")[0].strip() for line in path.read_text().splitlines()]
    return dict(line.lower().split("==") for line in lines if line and not line.startswith("-r"))


@pytest.fixture
def environment(tmp_path):
    site_packages(tmp_path).mkdir(parents=True)
    return tmp_path


def test_the_stand_in_can_be_imported_and_says_what_is_missing(environment):
    assert stand_in_for_torchvision(environment)
    code = "from torchvision.utils import make_grid, save_image; make_grid(1)"
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(site_packages(environment))},
        capture_output=True,
        text=True,
    )
    assert "ImportError: torchvision is not installed in this environment" in run.stderr


def test_a_real_torchvision_stays(environment):
    package = site_packages(environment) / "torchvision"
    package.mkdir()
    assert not stand_in_for_torchvision(environment)
    assert list(package.iterdir()) == []


def test_every_version_is_exact():
    assert len(pins(REQUIREMENTS)) > 30 and set(pins(WITHOUT_DEPENDENCIES)) == {"monailabel", "pydicom-seg"}


def test_a_bundle_meets_the_versions_that_it_was_trained_with():
    """All but pydicom, of which MONAI Label needs an older one, and no part of a deployed bundle any."""
    own, server = pins(ROOT / "requirements.txt"), pins(REQUIREMENTS)
    assert {name: server[name] for name in own if name in server} | {"pydicom": own["pydicom"]} == {
        name: own[name] for name in own if name in server
    }
    assert {"torch", "monai", "numpy", "pytorch-ignite", "mlflow", "fire", "jsonschema"} <= set(server)


def test_another_python_is_refused_before_anything_is_made(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(built, "PYTHON", (2, 7))
    assert main(["--venv", str(tmp_path / "venv")]) == 1
    assert "MONAI Label needs Python 2.7" in capsys.readouterr().err and not (tmp_path / "venv").exists()
