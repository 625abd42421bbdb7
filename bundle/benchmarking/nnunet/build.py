"""Builds the virtual environment of nnU-Net. Plain standard library, since it runs before anything is installed:

python3.11 bundle/benchmarking/nnunet/build.py --venv .venv-nnunet
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
REQUIREMENTS = ROOT / "requirements-nnunet.txt"

# looking for a trainer imports all of nnU-Net's networks
_CHECK = "import nnunetv2.run.run_training, dynamic_network_architectures.architectures.primus"
#: The versions were tried together on it.
PYTHON = (3, 11)
_MODULES = ("__init__", "ops/__init__", "ops/misc", "transforms/__init__", "transforms/functional", "datasets/__init__")
_STAND_IN = '''"""Stands in for torchvision, whose classes nnU-Net imports and its U-Net never uses."""


class _Absent(type):
    def __getattr__(cls, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return f"{cls.__name__}.{name}"

    def __call__(cls, *args, **kwargs):
        raise ImportError(f"torchvision is not installed in this environment; install it for {cls.__name__}")


def __getattr__(name):
    if name.startswith("_"):
        raise AttributeError(name)
    return _Absent(name, (), {})
'''


def stand_in_for_torchvision(packages: Path) -> None:
    """Write a package ``torchvision`` that can be imported, in the place of any that is there.

    Args:
        packages: folder of installed packages.
    """
    package = packages / "torchvision"
    shutil.rmtree(package, ignore_errors=True)
    for module in _MODULES:
        path = package / f"{module}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_STAND_IN, encoding="utf-8")


def build(environment: Path) -> None:
    """Make the environment, or complete one that was begun; needs a package index.

    A torchvision fits one build of torch alone: beside another, as of an index with torch for processors only, it fails
    when it is imported. Then a stand-in takes its place, and nnU-Net's transformers cannot be used.

    Args:
        environment: folder of the virtual environment.

    Raises:
        subprocess.CalledProcessError: when a step fails; it has said why.
    """
    python = environment / "bin" / "python"
    if not python.exists():
        venv.create(environment, with_pip=True)
    _run(python, "-m", "pip", "install", "--quiet", "--requirement", str(REQUIREMENTS))
    if subprocess.run([python, "-c", "import torchvision"], capture_output=True, check=False).returncode:  # noqa: S603
        (packages,) = (environment / "lib").glob("python3.*/site-packages")
        stand_in_for_torchvision(packages)
        print("torchvision does not fit this build of torch; a stand-in takes its place")
    # an import tells what pip does not: whether the versions fit
    _run(python, "-c", _CHECK)


def _run(python: Path, *arguments: str) -> None:
    subprocess.run([python, *arguments], check=True, stdout=subprocess.DEVNULL)  # noqa: S603


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line of this file.

    Returns:
        The exit status.
    """
    parser = argparse.ArgumentParser(description="Build the environment of nnU-Net.")
    parser.add_argument("--venv", type=Path, default=ROOT / ".venv-nnunet", help="folder to make or complete")
    environment = parser.parse_args(arguments).venv.resolve()
    if sys.version_info[:2] < PYTHON:
        print("Python 3.11 or newer is needed; name another: make nnunet PYTHON=python3.11", file=sys.stderr)
        return 1
    try:
        build(environment)
    except subprocess.CalledProcessError as error:
        print(f"{environment} is not complete: {' '.join(map(str, error.cmd[1:]))} failed, see above.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
