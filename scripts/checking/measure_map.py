"""Reads label maps, fields of view and references as the training does, as far as that goes."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from scripts.checking.file_content import FileContent, read_content
from scripts.checking.measure_picture import PICTURE_FORMATS, why_no_picture
from scripts.checking.measure_values import ValueCounts, count_values
from scripts.checking.measure_volume import check_declared, why_no_volume
from scripts.errors import DataError
from scripts.labels import load_label_map
from scripts.volumes import VolumeGrid, check_same_grid, read_grid, read_volume
from scripts.wording import times

__all__ = ["ReadMap", "misfit", "read_map"]

# as in scripts.labels: picture maps are read by PIL if they end so
_PICTURES = (".png", ".bmp", ".gif", ".tif", ".tiff", ".ppm", ".pgm")
_JPEG = (".jpg", ".jpeg")
_LOSSY_TIFF = ("jpeg", "tiff_jpeg", "webp")
# rounding of integers that are stored as floating point numbers or with a scale
_ROUNDING = 1e-3


@dataclass
class ReadMap:
    """A map as far as it could be read.

    Attributes:
        path: of its file.
        sha256: of its file.
        file_format: by content.
        size: along each array axis, None if not known.
        grid: of a volume, None if not known.
        array: values `H[WD]`, None if they cannot be read.
        counts: of its values; None as above.
        problem: why it cannot be used, empty if it can be read.
        lossy: whether its format changes values.
    """

    path: str
    sha256: str = ""
    file_format: str = ""
    size: tuple[int, ...] | None = None
    grid: VolumeGrid | None = None
    array: np.ndarray | None = None
    counts: ValueCounts | None = None
    problem: str = ""
    lossy: bool = False


def read_map(path: str, kind: str, spatial_dims: int) -> ReadMap:
    """Read a map of integers and count its values.

    Args:
        path: of an existing file.
        kind: what it is, such as "label map", for the problem.
        spatial_dims: 2 or 3.
    """
    found = ReadMap(path)
    content = None
    try:
        if Path(path).is_dir():
            expected = "PNG" if spatial_dims == 2 else "NIfTI or NRRD"
            raise DataError(f"{path}: is a folder; expected the {kind} in one file, for instance {expected}.")
        suffix = Path(path).suffix.lower()
        picture = spatial_dims == 2 and suffix in _PICTURES + _JPEG
        content = read_content(path, keep=picture)
        found.sha256, found.file_format = content.sha256, content.file_format
        if picture:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                _read_picture(content, kind, found)
        elif spatial_dims == 2:
            found.array = load_label_map(path)
            found.size = found.array.shape
        else:
            _read_volume(path, found)
        if found.array is not None:
            found.counts = count_values(found.array, _ROUNDING if spatial_dims == 3 else 0.0)
    except DataError as error:
        found.problem = found.problem or why_no_volume(path, error, found.file_format)
    except Exception as error:  # the readers of four libraries raise as many kinds of error
        if spatial_dims == 2:
            why = why_no_picture(error, content)
            found.problem = f"{path}: cannot be read as a {kind} ({why}). Export it again as PNG."
        else:
            found.problem = why_no_volume(path, error, found.file_format)
    return found


def _read_picture(content: FileContent, kind: str, found: ReadMap) -> None:
    suffix = Path(found.path).suffix
    with content.open() as stream, Image.open(stream) as picture:
        found.size = picture.size
        found.lossy = _is_lossy(content, picture)
        values = np.asarray(picture)
        mode = picture.mode
    if values.ndim == 2:
        found.array = values.T
    elif not found.lossy:
        found.problem = (
            f"{found.path}: is a picture in colour or with transparency ({mode}); expected a {kind} with one integer "
            "per pixel. Export it as a grey or palette PNG whose values are the numbers of the label table."
        )
    if suffix.lower() in _JPEG and content.file_format in PICTURE_FORMATS and not found.lossy:
        found.problem = found.problem or (
            f"{found.path}: ends in {suffix} but holds {content.file_format}; a {kind} with this ending is not read, "
            f"since JPEG changes values. Rename it, to {Path(found.path).stem}.png if it is PNG."
        )


def _is_lossy(content: FileContent, picture: Image.Image) -> bool:
    if content.file_format == "WebP" and content.data is not None:
        return b"VP8 " in content.data[:64]
    return picture.format in ("JPEG", "MPO") or picture.info.get("compression") in _LOSSY_TIFF


def _read_volume(path: str, found: ReadMap) -> None:
    found.grid = read_grid(path)
    found.size = found.grid.shape
    check_declared(path, found.grid)
    found.array = read_volume(path)[0]


def misfit(found: ReadMap, kind: str, image: str, size: tuple[int, ...] | None, grid: VolumeGrid | None) -> str:
    """What is wrong with the place of a map beside its image, empty if nothing is known to be.

    Args:
        found: the map.
        kind: what it is.
        image: path of the image.
        size: of the image, None if not known.
        grid: of the image, if it is a volume.
    """
    if found.grid is not None and grid is not None:
        try:
            check_same_grid(found.path, found.grid, image, grid)
        except DataError as error:
            return str(error)
        return ""
    if found.size is None or size is None or tuple(found.size) == tuple(size):
        return ""
    swapped = tuple(found.size) == tuple(size)[::-1]
    advice = " Width and height are swapped: one of the two was turned." if swapped else ""
    return (
        f"{found.path}: the {kind} is {times(found.size)} pixels, its image {image} {times(size)}; expected the "
        f"same.{advice} Export the {kind} on the image's own grid."
    )
