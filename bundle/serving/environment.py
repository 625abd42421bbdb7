"""Builds the virtual environment of the MONAI Label server, which cannot share that of the bundle.

MONAI Label needs an older pydicom, and its own list of requirements replaces torch and numpy by versions with which it
cannot be imported. Plain standard library, since it runs before anything is installed; in the repository's
root:

    python3.11 -m bundle.serving.environment --venv .venv-monailabel
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from bundle.virtual_environment import ROOT, build_from_command_line, install, make, run

REQUIREMENTS = ROOT / "requirements-monailabel.txt"
WITHOUT_DEPENDENCIES = ROOT / "requirements-monailabel-no-deps.txt"
#: MONAI Label imports distutils, which Python 3.12 no longer has; numpy and torch need 3.11.
PYTHON = (3, 11)

_STAND_IN = '''"""Stands in for torchvision, of which MONAI Label imports two functions for debugging."""

__version__ = "0.0.0"
'''

_STAND_IN_UTILS = '''"""The two functions that MONAI Label imports and that no bundle of this project calls."""


def make_grid(*args, **kwargs):
    raise ImportError("torchvision is not installed in this environment; install it for make_grid")


def save_image(*args, **kwargs):
    raise ImportError("torchvision is not installed in this environment; install it for save_image")
'''


def site_packages(environment: Path) -> Path:
    """The folder of installed packages of a virtual environment."""
    return environment / "lib" / f"python{PYTHON[0]}.{PYTHON[1]}" / "site-packages"


def stand_in_for_torchvision(environment: Path) -> bool:
    """Write a package ``torchvision`` that can be imported, unless there is one.

    The torchvision of a package index fits one build of torch alone: beside another it fails when it is imported.

    Args:
        environment: folder of the virtual environment.

    Returns:
        Whether it was written.
    """
    package = site_packages(environment) / "torchvision"
    if package.exists():
        return False
    package.mkdir()
    (package / "utils.py").write_text(_STAND_IN_UTILS, encoding="utf-8")
    (package / "__init__.py").write_text(_STAND_IN, encoding="utf-8")
    return True


def build(environment: Path) -> None:
    """Make the environment, or complete one that was begun; needs a package index.

    Args:
        environment: folder of the virtual environment.

    Raises:
        subprocess.CalledProcessError: when pip fails; it has said why.
    """
    make(environment)
    install(environment, REQUIREMENTS)
    install(environment, WITHOUT_DEPENDENCIES, "--no-deps")
    stand_in_for_torchvision(environment)
    # an import tells what pip does not: whether the versions fit
    run(environment, "-c", "import monailabel.app")


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line of this file.

    Returns:
        The exit status.
    """
    here, needed = (".".join(map(str, version)) for version in (sys.version_info[:2], PYTHON))
    advice = f"MONAI Label needs Python {needed}, this is {here}; name another: make monailabel PYTHON=python3.11"
    refused = None if here == needed else advice
    return build_from_command_line(
        arguments, build, of="the MONAI Label server", folder=".venv-monailabel", refused=refused
    )


if __name__ == "__main__":
    sys.exit(main())
