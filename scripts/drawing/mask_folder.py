"""Finds the images, masks and fields of view that belong together, and reads the masks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from scripts.errors import DataError

__all__ = ["MaskedImage", "find_masked_images", "list_by_stem", "mask_classes", "match_cases", "read_plane"]

_IMAGES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".gif", ".ppm")
_LOSSY = (".jpg", ".jpeg")


@dataclass(frozen=True)
class MaskedImage:
    """Files of one case; ``stem`` is what their names have in common."""

    stem: str
    image: Path
    mask: Path
    field_of_view: Path | None = None


def find_masked_images(images: Path, masks: Path, fields_of_view: Path | None = None) -> list[MaskedImage]:
    """Match files by name up to the ending, sorted by name; images without a mask are left out.

    Args:
        images: folder of images.
        masks: folder of dense masks.
        fields_of_view: folder of masks of what can be seen; None if everything can.

    Raises:
        DataError: a folder is missing or empty, a mask is a JPEG, has no image or no field of view, or the sizes of a
            mask and its image differ.
    """
    folders = [folder for folder in (images, masks, fields_of_view) if folder is not None]
    found = {folder: list_by_stem(folder, _IMAGES, "picture") for folder in folders}
    for mask in found[masks].values():
        if mask.suffix.lower() in _LOSSY:
            raise DataError(f"{mask} is a JPEG, which damages masks. Export the masks as PNG.")
    cases = match_cases(found, images, masks, fields_of_view, _IMAGES)
    for case in cases:
        size = _size(case.mask)
        for other in (case.image, case.field_of_view):
            if other is not None and _size(other) != size:
                raise DataError(
                    f"{case.mask} is {size[0]} x {size[1]} pixels, but {other} is {_size(other)[0]} x "
                    f"{_size(other)[1]}; they must be equal."
                )
    return cases


def match_cases(
    found: Mapping[Path, Mapping[str, Path]],
    images: Path,
    masks: Path,
    fields_of_view: Path | None,
    suffixes: Sequence[str],
) -> list[MaskedImage]:
    """Cases of the masks, sorted by name.

    Args:
        found: files by stem of each of the following folders.
        images: folder of images.
        masks: folder of dense masks.
        fields_of_view: folder of masks of what can be seen, or None.
        suffixes: endings of images, for the error.

    Raises:
        DataError: a mask has no image or no field of view.
    """
    cases = []
    for stem, mask in sorted(found[masks].items()):
        image = found[images].get(stem)
        if image is None:
            raise DataError(
                f"{mask} has no image: expected {images / stem} with one of the endings {', '.join(suffixes)}. Image "
                "and mask must have the same name up to the ending."
            )
        view = None if fields_of_view is None else found[fields_of_view].get(stem)
        if fields_of_view is not None and view is None:
            raise DataError(
                f"{mask} has no field of view: expected {fields_of_view / stem}{suffixes[0]} or another ending."
            )
        cases.append(MaskedImage(stem, image, mask, view))
    return cases


def read_plane(path: Path) -> np.ndarray:
    """Integer values of a single-channel picture, (H, W); palettes give their indices.

    Raises:
        DataError: the file cannot be read or has colour channels.
    """
    try:
        with Image.open(path) as picture:
            values = np.asarray(picture)
    except (OSError, UnidentifiedImageError) as error:
        raise DataError(f"{path} cannot be read as a picture: {error}") from error
    if values.ndim != 2:
        raise DataError(
            f"{path} has {values.shape[-1]} channels, but a mask must have one. Convert it to a grey-scale PNG."
        )
    if values.dtype.kind == "f":
        raise DataError(f"{path} holds floating point numbers, but a mask must hold integers. Convert it to PNG.")
    return values.astype(np.uint8) if values.dtype == bool else values


def mask_classes(
    masks: list[Path],
    names: list[str],
    values: list[int],
    ignored: int | None = None,
    *,
    read: Callable[[Path], np.ndarray] = read_plane,
) -> dict[str, int]:
    """Value in the masks of each class, checked against all masks.

    Args:
        masks: files of all cases.
        names: names of the classes.
        values: value of each class; empty with a single class: whatever is not 0.
        ignored: value of pixels that are no class and no background.
        read: gives the integer values of a mask.

    Raises:
        DataError: a mask holds other values than 0 and those of the classes.
    """
    if values and len(values) != len(names):
        raise DataError(
            f"{len(names)} class name(s) and {len(values)} mask value(s) were given; give one value per class."
        )
    if not values and len(names) > 1:
        raise DataError(f"{len(names)} classes need a mask value each; give --mask-value once per --class-name.")
    if len(set(values)) < len(values) or any(not 0 < value <= 255 for value in values):
        raise DataError(f"mask values must be different and within 1..255, but they are {values}.")
    expected, source = set(values), None
    for mask in masks:
        found = {int(value) for value in np.unique(read(mask))} - {0, ignored}
        if not values and len(found) > 1:
            shown = ", ".join(str(value) for value in sorted(found)[:6]) + (", ..." if len(found) > 6 else "")
            raise DataError(
                f"{mask} must hold two values (0 and one more), but besides 0 it holds {shown}. If it was saved as "
                "JPEG or scaled with interpolation, export it again; if it has several classes, name each with "
                "--class-name and --mask-value."
            )
        if not values and found and not expected:
            expected, source = found, mask
        if not found <= expected:
            raise DataError(
                f"{mask} holds the value(s) {sorted(found - expected)}, but "
                + (f"{source} holds {sorted(expected)}" if source else f"expected are 0 and {sorted(expected)}")
                + ". All masks must use the same values."
            )
    return dict(zip(names, values or sorted(expected) or [255], strict=True))


def list_by_stem(folder: Path, suffixes: Sequence[str], kind: str, *, folders: bool = False) -> dict[str, Path]:
    """Files of a folder by their name without the ending, sorted; hidden ones and those of other endings are left out.

    Args:
        folder: where to look.
        suffixes: endings in lower case; of several that fit the longest counts.
        kind: what such a file is called in the error.
        folders: list folders too, by their whole name.

    Raises:
        DataError: the folder is missing or holds no such file, or two files have the same name without the ending.
    """
    if not folder.is_dir():
        raise DataError(f"the folder {folder} does not exist.")
    files: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        endings = [suffix for suffix in suffixes if path.name.lower().endswith(suffix)]
        is_case = (path.is_file() and endings) or (folders and path.is_dir())
        if not is_case or path.name.startswith("."):
            continue
        stem = path.name if path.is_dir() else path.name[: -len(max(endings, key=len))]
        if stem in files:
            raise DataError(f"{files[stem]} and {path} have the same name up to the ending. Remove one of them.")
        files[stem] = path
    if not files:
        raise DataError(
            f"the folder {folder} holds no {kind} ({', '.join(suffixes)}). Images and masks must both be pictures or "
            "both be volumes."
        )
    return files


def _size(path: Path) -> tuple[int, int]:
    try:
        with Image.open(path) as picture:
            return picture.size
    except (OSError, UnidentifiedImageError) as error:
        raise DataError(f"{path} cannot be read as a picture: {error}") from error
