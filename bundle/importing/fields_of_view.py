"""Masks of what images show, found by the names of the images."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from bundle.importing.find_images import find_images
from bundle.importing.image_index import ImageIndex
from bundle.importing.source_image import SourceImage
from scripts.errors import DataError, list_problems
from scripts.volumes import check_same_grid, read_grid

__all__ = ["find_fields_of_view"]


def find_fields_of_view(folder: Path, images: Iterable[SourceImage]) -> Mapping[str, Path]:
    """The field of view of every image.

    Args:
        folder: of masks, above 0 where an image shows something, named as the images, in the same folders.
        images: all images.

    Returns:
        Path of the mask by the key of the image.

    Raises:
        DataError: listing images without a mask, and masks on other pixels than their image.
    """
    views = ImageIndex(find_images(folder))
    found, problems = {}, []
    for image in images:
        try:
            view = views.find(image.key)
            if view is None:
                raise DataError(f"{image.path}: has no field of view; expected {folder / image.key} with some ending")
            _check(view, image)
            found[image.key] = view.path
        except DataError as error:
            problems.append(str(error))
    if problems:
        raise DataError(list_problems(f"{len(problems)} field(s) of view cannot be used", problems))
    return found


def _check(view: SourceImage, image: SourceImage) -> None:
    if view.volume and image.volume:
        check_same_grid(str(view.path), read_grid(view.path), str(image.path), read_grid(image.path))
    elif view.volume != image.volume or view.size != image.size:
        raise DataError(f"{view.path}: the field of view has the size {view.size}, its image {image.path} {image.size}")
