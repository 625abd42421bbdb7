"""From downloaded archives to the folders that a comparison reads."""

from __future__ import annotations

import io
import shutil
import tarfile
import zipfile
from pathlib import Path, PurePosixPath

from PIL import Image

from bundle.benchmarking.half_size import halve_image, halve_mask
from scripts.errors import DataError

__all__ = ["unpack_decathlon", "unpack_les_av"]

_DECATHLON = {"imagesTr": "images", "labelsTr": "labels"}
#: Folder in the archive: folder to write, and how to halve it.
_LES_AV = {
    "images": ("images", lambda picture: halve_image(picture.convert("RGB"))),
    "vessel-segmentations": ("masks_vessel", halve_mask),
    "masks": ("fov", halve_mask),
}


def unpack_decathlon(archive: Path, folder: Path) -> None:
    """Write the labelled volumes of a task of the Medical Segmentation Decathlon to ``images`` and ``labels``.

    Raises:
        DataError: the file is no such archive.
    """
    for target in _DECATHLON.values():
        (folder / target).mkdir()
    count = 0
    try:
        with tarfile.open(archive) as file:
            for member in file:
                path = PurePosixPath(member.name)
                # the archive was packed on a Mac, with a hidden file beside each
                if not member.isfile() or path.name.startswith(".") or path.parent.name not in _DECATHLON:
                    continue
                with (folder / _DECATHLON[path.parent.name] / path.name).open("wb") as out:
                    shutil.copyfileobj(file.extractfile(member), out)
                count += 1
    except (tarfile.TarError, OSError, EOFError) as error:
        raise DataError(f"{archive} cannot be unpacked: {error}. Remove it and download it again.") from error
    _check(archive, count)


def unpack_les_av(archive: Path, folder: Path) -> None:
    """Write the photographs, vessels and fields of view of LES-AV at half size, as the comparison uses them.

    Raises:
        DataError: the file is no such archive.
    """
    for target, _ in _LES_AV.values():
        (folder / target).mkdir()
    count = 0
    try:
        with zipfile.ZipFile(archive) as file:
            for info in file.infolist():
                path = PurePosixPath(info.filename)
                hidden = path.name.startswith(".") or "__MACOSX" in path.parts
                if info.is_dir() or hidden or path.parent.name not in _LES_AV:
                    continue
                target, halve = _LES_AV[path.parent.name]
                with Image.open(io.BytesIO(file.read(info))) as picture:
                    halve(picture).save(folder / target / f"{path.stem.removesuffix('_mask')}.png")
                count += 1
    except (zipfile.BadZipFile, OSError, EOFError) as error:
        raise DataError(f"{archive} cannot be unpacked: {error}. Remove it and download it again.") from error
    _check(archive, count)


def _check(archive: Path, count: int) -> None:
    if not count:
        raise DataError(f"{archive} holds none of the expected files. It may be another archive of the same name.")
