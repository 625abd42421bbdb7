"""Files of settled boxes: one folder per time that they were settled, one file per case."""

from __future__ import annotations

import shutil
import zipfile
import zlib
from pathlib import Path

import numpy as np

from scripts.constants import SETTLED
from scripts.errors import DataError
from scripts.replacing import replacing

__all__ = ["epoch_folder", "forget_after", "forget_before", "latest_folder", "read_settled", "write_settled"]

_PREFIX = "epoch_"


def epoch_folder(folder: str | Path, epoch: int) -> Path:
    """Where the boxes are that were settled at the start of an epoch (from 1)."""
    return Path(folder) / f"{_PREFIX}{epoch:06d}"


def _folders(folder: str | Path) -> list[tuple[int, Path]]:
    """Epochs and their folders, the latest last."""
    if not Path(folder).is_dir():
        return []
    found = [path for path in Path(folder).iterdir() if path.name.startswith(_PREFIX)]
    return sorted((int(path.name.removeprefix(_PREFIX)), path) for path in found)


def latest_folder(folder: str | Path) -> Path | None:
    """The folder of the latest epoch, None if boxes have never been settled."""
    folders = _folders(folder)
    return folders[-1][1] if folders else None


def forget_after(folder: str | Path, epoch: int) -> None:
    """Remove what was settled later than the start of this epoch, by a run that was killed and is resumed before it."""
    for settled, path in _folders(folder):
        if settled > epoch:
            shutil.rmtree(path)


def forget_before(folder: str | Path, epoch: int) -> None:
    """Remove what no run that is resumed at this epoch, or at a later one, would read."""
    readable = [(settled, path) for settled, path in _folders(folder) if settled <= epoch]
    for _, path in readable[:-1]:
        shutil.rmtree(path)


def write_settled(path: str | Path, boxes: np.ndarray) -> None:
    """Write a map `CH[WD]` uint8 of settled boxes; the file is whole at any moment."""
    with replacing(path) as temporary:
        np.savez_compressed(temporary, boxes=boxes.astype(np.uint8))


def read_settled(path: str | Path, shape: tuple[int, ...]) -> np.ndarray:
    """Read a map of settled boxes.

    Args:
        path: of the file.
        shape: `CH[WD]` that it must have.

    Raises:
        DataError: naming the file, when it is damaged or does not belong to this case.
    """
    advice = "Delete it; it is written anew the next time that boxes are settled."
    try:
        with np.load(path, allow_pickle=False) as content:
            boxes = content["boxes"]
    except (OSError, ValueError, KeyError, EOFError, AttributeError, zipfile.BadZipFile, zlib.error) as error:
        raise DataError(f"{path} is not a readable file of settled boxes ({error}). {advice}") from error
    highest = boxes.max(initial=0)
    if boxes.shape != tuple(shape) or boxes.dtype != np.uint8 or highest > SETTLED:
        raise DataError(
            f"{path} does not hold the settled boxes of its case: expected uint8 of the shape {tuple(shape)} with "
            f"values up to {SETTLED}, got {boxes.dtype} of the shape {boxes.shape}, values up to {highest}. {advice}"
        )
    return boxes
