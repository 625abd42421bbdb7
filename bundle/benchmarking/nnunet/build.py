"""Builds the virtual environment of nnU-Net.

Plain standard library, since it runs before anything is installed; in the repository's root:

python3.11 -m bundle.benchmarking.nnunet.build --venv .venv-nnunet
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from bundle.virtual_environment import ROOT, build_from_command_line, install, make, python_of, run

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
    make(environment)
    install(environment, REQUIREMENTS)
    importing = [python_of(environment), "-c", "import torchvision"]
    if subprocess.run(importing, capture_output=True, check=False).returncode:  # noqa: S603
        (packages,) = (environment / "lib").glob("python3.*/site-packages")
        stand_in_for_torchvision(packages)
        print("torchvision does not fit this build of torch; a stand-in takes its place")
    # an import tells what pip does not: whether the versions fit
    run(environment, "-c", _CHECK)


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line of this file.

    Returns:
        The exit status.
    """
    old = "Python 3.11 or newer is needed; name another: make nnunet PYTHON=python3.11"
    refused = old if sys.version_info[:2] < PYTHON else None
    return build_from_command_line(arguments, build, of="nnU-Net", folder=".venv-nnunet", refused=refused)


if __name__ == "__main__":
    sys.exit(main())
