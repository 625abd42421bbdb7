"""Finds the images of a folder."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from scripts.errors import DataError
from scripts.volumes import VOLUME_SUFFIXES
from scripts.volumes.dicom_series import is_slice
from scripts.volumes.writing import volume_stem

__all__ = ["list_images", "list_volumes"]

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
    root = _existing(folder)
    files = [root] if root.is_file() else sorted(path for path in root.iterdir() if path.is_file())
    images = _with_suffix(files, suffixes)
    if not images:
        raise DataError(f"{root} holds no image; expected files that end in {', '.join(suffixes)}.")
    return _cases(root, images, lambda path: path.stem)


def list_volumes(folder: str | Path, suffixes: tuple[str, ...] = VOLUME_SUFFIXES) -> list[dict[str, str]]:
    """The volumes of a folder as cases for a MONAI dataset, sorted by name.

    Files with one of the suffixes, and subfolders that hold DICOM slices (deeper ones are not searched). Labels must
    lie in another folder than their images.

    Args:
        folder: where to look; one volume file, or one folder of DICOM slices, is accepted too.
        suffixes: lower case, compared without regard to case.

    Returns:
        A list of ``{"image": path}``.

    Raises:
        DataError: when the folder is missing, holds no volume or DICOM slices beside volume files, or two volumes
            differ only in their suffix, because their results would have the same name.
    """
    root = _existing(folder)
    entries = [root] if root.is_file() else sorted(root.iterdir())
    volumes = _with_suffix([path for path in entries if path.is_file()], suffixes)
    if root.is_dir() and _holds_slices(root):
        if volumes:
            raise DataError(
                f"{root} holds DICOM slices beside {volumes[0].name}; which of them are images to segment? Put the "
                "slices of each series into a folder of their own."
            )
        return [{"image": str(root)}]
    volumes += [path for path in entries if path.is_dir() and not path.name.startswith(".") and _holds_slices(path)]
    if not volumes:
        raise DataError(
            f"{root} holds no volume; expected files that end in {', '.join(suffixes)}, or folders with the DICOM "
            "slices of one series each."
        )
    return _cases(root, sorted(volumes), volume_stem)


def _existing(folder: str | Path) -> Path:
    root = Path(folder)
    if not root.exists():
        raise DataError(f"the image folder {root} does not exist. Give its path with --dataset_dir.")
    return root


def _with_suffix(files: Sequence[Path], suffixes: tuple[str, ...]) -> list[Path]:
    return [path for path in files if path.name.lower().endswith(suffixes) and not path.name.startswith(".")]


def _cases(root: Path, images: Sequence[Path], stem: Callable[[Path], str]) -> list[dict[str, str]]:
    by_stem = defaultdict(list)
    for path in images:
        by_stem[stem(path)].append(path.name)
    clashes = [names for names in by_stem.values() if len(names) > 1]
    if clashes:
        raise DataError(f"{root}: {clashes[0]} would give results of the same name. Rename all but one.")
    return [{"image": str(path)} for path in images]


def _holds_slices(folder: Path) -> bool:
    return any(is_slice(path) for path in folder.iterdir())
