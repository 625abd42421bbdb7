"""Finds the images of a folder."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from scripts.errors import DataError

__all__ = ["list_images"]

PICTURES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp")


def list_images(folder: str | Path, suffixes: tuple[str, ...] = PICTURES) -> list[dict[str, str]]:
    """The images of a folder (not of its subfolders) as cases for a MONAI dataset, sorted by name.

    Args:
        folder: where to look; one image file is accepted too.
        suffixes: lower case, compared without regard to case.

    Returns:
        A list of ``{"image": path}``.

    Raises:
        DataError: when the folder is missing or holds no image, or two images differ only in their suffix, because
            their results would overwrite each other.
    """
    root = Path(folder)
    if not root.exists():
        raise DataError(f"the image folder {root} does not exist. Give its path with --dataset_dir.")
    files = [root] if root.is_file() else sorted(path for path in root.iterdir() if path.is_file())
    images = [path for path in files if path.name.lower().endswith(suffixes) and not path.name.startswith(".")]
    if not images:
        raise DataError(f"{root} holds no image; expected files that end in {', '.join(suffixes)}.")
    by_stem = defaultdict(list)
    for path in images:
        by_stem[path.stem].append(path.name)
    clashes = [names for names in by_stem.values() if len(names) > 1]
    if clashes:
        raise DataError(f"{root}: {clashes[0]} would give results of the same name. Rename all but one.")
    return [{"image": str(path)} for path in images]
