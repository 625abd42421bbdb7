"""Folders that are made once and used again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from bundle.benchmarking.claim import claim
from scripts.publishing import publishing

__all__ = ["prepare_once"]

_MARK = "complete"


def prepare_once(folder: Path, names: Sequence[str], make: Callable[[Path], None]) -> Path:
    """Fill a folder, unless a former run did; what a stopped run left is made again.

    Args:
        folder: where the results belong.
        names: files and folders that are made.
        make: writes them to the folder that it gets.

    Returns:
        ``folder``.
    """
    if (folder / _MARK).is_file():
        return folder
    # several sets of drawings may be made at once, on the same pictures
    with claim(folder.with_name(f".{folder.name}.lock"), wait=True):
        if not (folder / _MARK).is_file():
            with publishing(folder, (*names, _MARK), overwrite=True) as temporary:
                make(temporary)
                (temporary / _MARK).touch()
    return folder
