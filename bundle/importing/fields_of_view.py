"""Masks of what images show, found by the names of the images."""

from __future__ import annotations

import os
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
        DataError: the folder is missing, or lists images without a mask, masks on other pixels than their image, and
            those that would be taken for several images.
    """
    if not folder.is_dir():
        raise DataError(f"the folder of fields of view {folder} does not exist. Give it with --fields-of-view.")
    views = ImageIndex(find_images(folder))
    found, owners, problems = {}, {}, []
    for image in images:
        try:
            view = views.find(image.key)
            if view is None:
                raise DataError(f"{image.path}: has no field of view; expected {folder / image.key} with some ending")
            _check(view, image)
            owner = owners.setdefault(view.path, image)
            if owner is not image:
                raise DataError(
                    f"{view.path}: would be the field of view of both {owner.path} and {image.path}. Put it into the "
                    "same folder as its image has"
                )
            found[image.key] = view.path
        except DataError as error:
            problems.append(str(error))
    if problems:
        raise DataError(list_problems(f"{len(problems)} field(s) of view cannot be used", problems))
    return found


def _check(view: SourceImage, image: SourceImage) -> None:
    if os.path.realpath(view.path) == os.path.realpath(image.path):
        raise DataError(f"{view.path}: is the image itself. Give the folder of its masks with --fields-of-view")
    if view.volume and image.volume:
        check_same_grid(str(view.path), read_grid(view.path), str(image.path), read_grid(image.path))
    elif view.volume != image.volume or view.size != image.size:
        raise DataError(f"{view.path}: the field of view has the size {view.size}, its image {image.path} {image.size}")
