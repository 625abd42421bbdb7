"""Goes through a folder and its subfolders."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from scripts.errors import DataError

__all__ = ["walk"]


def walk(folder: Path, leave_out: Iterable[Path] = ()) -> Iterator[tuple[Path, list[Path]]]:
    """Each folder with its files, sorted; hidden ones are left out, links are followed, no folder comes twice.

    Args:
        folder: where to begin.
        leave_out: folders that are not entered.

    Raises:
        DataError: when a folder cannot be listed, so that nothing is missed without a word.
    """
    seen = {os.path.realpath(path) for path in leave_out}
    for parent, folders, names in os.walk(folder, onerror=_refuse, followlinks=True):
        real = os.path.realpath(parent)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        here = Path(parent)
        # links last, so that what is reached twice has the name of its own folder
        folders[:] = sorted(_seen(folders), key=lambda name: ((here / name).is_symlink(), name))
        yield here, [here / name for name in sorted(_seen(names))]


def _seen(names: Iterable[str]) -> list[str]:
    return [name for name in names if not name.startswith(".")]


def _refuse(error: OSError) -> None:
    raise DataError(f"{error.filename}: cannot be listed ({error.strerror}). Make it readable, or move it elsewhere.")
