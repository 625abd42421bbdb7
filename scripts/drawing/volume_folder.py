"""Finds the volumes and masks that belong together."""

from __future__ import annotations

from pathlib import Path

from scripts.drawing.mask_folder import MaskedImage, list_by_stem, match_cases
from scripts.volumes import VOLUME_SUFFIXES, check_same_grid, read_grid

__all__ = ["find_masked_volumes", "holds_volumes", "is_volume"]


def is_volume(path: Path) -> bool:
    """Whether a name is that of a volume."""
    return path.name.lower().endswith(VOLUME_SUFFIXES)


def holds_volumes(folder: Path) -> bool:
    """Whether a folder of masks holds volumes; False also where it is missing."""
    return folder.is_dir() and any(is_volume(path) and not path.name.startswith(".") for path in folder.iterdir())


def find_masked_volumes(images: Path, masks: Path, fields_of_view: Path | None = None) -> list[MaskedImage]:
    """Match volumes by name up to the ending, sorted by name; images without a mask are left out.

    Args:
        images: folder of volumes; a folder in it is a DICOM series.
        masks: folder of dense masks.
        fields_of_view: folder of masks of what can be seen; None if everything can.

    Raises:
        DataError: a folder is missing or holds no volume, a mask has no image or no field of view, or lies on another
            grid than these.
    """
    found = {images: list_by_stem(images, VOLUME_SUFFIXES, "volume", folders=True)}
    found |= {
        folder: list_by_stem(folder, VOLUME_SUFFIXES, "volume")
        for folder in (masks, fields_of_view)
        if folder is not None
    }
    cases = match_cases(found, images, masks, fields_of_view, VOLUME_SUFFIXES)
    for case in cases:
        grid = read_grid(case.image)
        for path in (case.mask, case.field_of_view):
            if path is not None:
                check_same_grid(str(path), read_grid(path), str(case.image), grid)
    return cases
