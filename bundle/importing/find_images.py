"""The images of a folder."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from bundle.importing.image_names import image_suffix, shorter_names
from bundle.importing.source_image import SourceImage, is_image_slice
from bundle.importing.walk import walk
from scripts.data.image_folder import PICTURES
from scripts.errors import DataError, list_problems
from scripts.volumes import VOLUME_SUFFIXES

__all__ = ["find_images"]


def find_images(folder: Path, *, leave_out: Iterable[Path] = (), annotations_beside: bool = False) -> list[SourceImage]:
    """All images of a folder and its subfolders, sorted by key; hidden files and folders are left out.

    Pictures and volumes must not be mixed. A folder with DICOM slices is one volume.

    Args:
        folder: where to look.
        leave_out: folders in it that hold no images, such as those of annotations.
        annotations_beside: whether annotations lie in the same folder; then ``a_seg.png`` beside ``a.jpg`` is none.

    Raises:
        DataError: the folder is missing or holds no image, pictures are mixed with volumes, two images differ in their
            ending alone or are the same file, or a file is none.
    """
    if not folder.is_dir():
        raise DataError(f"the folder of images {folder} does not exist. Give it with --images.")
    found = list(_search(folder, leave_out))
    if annotations_beside:
        keys = {image.key for image in found}
        found = [image for image in found if keys.isdisjoint(shorter_names(image.key)[1:])]
    if not found:
        raise DataError(
            f"{folder} holds no image. Expected pictures ({', '.join(PICTURES)}), volumes "
            f"({', '.join(VOLUME_SUFFIXES)}) or folders with DICOM slices."
        )
    _refuse_mixed(folder, found)
    _refuse_unusable(found)
    return sorted(found, key=lambda image: image.key)


def _search(folder: Path, leave_out: Iterable[Path]) -> Iterator[SourceImage]:
    for here, files in walk(folder, leave_out):
        slices = False
        for path in files:
            suffix = image_suffix(path.name)
            if suffix:
                key = path.relative_to(folder).as_posix()[: -len(suffix)]
                yield SourceImage(key, path, suffix in VOLUME_SUFFIXES)
            elif not slices:
                slices = is_image_slice(path)
        if slices:
            key = here.relative_to(folder).as_posix() if here != folder else folder.resolve().name
            yield SourceImage(key, here, volume=True)


def _refuse_mixed(folder: Path, found: list[SourceImage]) -> None:
    kinds = {image.volume: image.path for image in found}
    if len(kinds) > 1:
        raise DataError(
            f"{folder} holds pictures ({kinds[False]} for one) and volumes ({kinds[True]}). Import them separately, "
            "each with its own --images and --out."
        )


def _refuse_unusable(found: list[SourceImage]) -> None:
    by_key, by_place = defaultdict(list), defaultdict(list)
    for image in found:
        by_key[image.key].append(str(image.path))
        by_place[os.path.realpath(image.path)].append(str(image.path))
    problems = [f"{image.path}: is a link that leads nowhere, or no file" for image in found if not image.path.exists()]
    problems += [
        f"{' and '.join(paths)}: differ in their ending alone. Rename or remove one; label maps belong into a folder "
        "of their own"
        for paths in by_key.values()
        if len(paths) > 1
    ]
    problems += [
        f"{' and '.join(paths)}: are links to the same image. Remove one"
        for paths in by_place.values()
        if len(paths) > 1
    ]
    if problems:
        raise DataError(list_problems(f"{len(problems)} image(s) cannot be used", problems))
