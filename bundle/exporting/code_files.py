"""The files of code that travel with a bundle."""

from __future__ import annotations

import shutil
from pathlib import Path

__all__ = ["copy_code"]

_LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", "*.pyo", ".*", "*~", "*.orig", "*.rej")


def copy_code(source: Path, target: Path) -> None:
    """Copy a package with the templates in it, without what Python, editors or file systems left there.

    Args:
        source: folder of the package.
        target: folder to create; files are plain and readable whatever they were at the source.
    """
    shutil.copytree(source, target, ignore=_LEFT_OUT, copy_function=shutil.copyfile)
