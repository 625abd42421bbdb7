"""Reads painted pictures: label maps in grey or with a palette, and masks in which each colour is a class."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
from PIL import Image

from bundle.importing.formats import ImageSize
from bundle.importing.marks import AnnotatedImage, Bitmap, Mark
from bundle.importing.value_masks import split_values
from scripts.errors import DataError

__all__ = ["SUFFIXES", "matches", "read"]

SUFFIXES: tuple[str, ...] = (".png", ".tif", ".tiff", ".bmp")

_JPEG = b"\xff\xd8\xff"
_BEGINNINGS = (b"\x89PNG\r\n\x1a\n", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+", b"BM", _JPEG)
_FORMATS = ("PNG", "TIFF", "BMP")
_COLOURS = ("RGB", "RGBA")
_VALUES = ("1", "L", "LA", "P", "I", "I;16", "I;16B", "F")
# added to what is drawn where transparency tells what is not, so that drawn black and 0 are no longer 0
_DRAWN = 1 << 24


def matches(path: Path) -> bool:
    """Whether the file begins as a picture; a JPEG does, so that :func:`read` can say why it is refused."""
    return _beginning(path).startswith(_BEGINNINGS)


def read(path: Path, image_size: ImageSize) -> list[AnnotatedImage]:
    """One image, with a bitmap for each value or colour.

    * Grey and palette pictures: the name is the value, ``"255"``; of palettes the index, of pictures with one bit 255.
      0 is not drawn.
    * Colours: the name is ``"#rrggbb"``. Black is not drawn.
    * Where some pixels are fully transparent, those are not drawn, and black or 0 is a colour like any other (but the
      index 0 of a palette).

    An empty mask does not say that somebody looked: programs export one for each image. So it is not exhaustive.

    Args:
        path: PNG, TIFF or BMP file.
        image_size: width and height of the image that the file belongs to.

    Returns:
        An image without marks when the file belongs to none; its pixels are not read then.

    Raises:
        DataError: the file is damaged, a JPEG, of another size than its image, of several pages, or no label map.
    """
    if _beginning(path).startswith(_JPEG):
        raise DataError(
            f"{path}: is a JPEG file, which cannot hold a label map, since it changes values. Export it as PNG from "
            "the annotation tool, as what is in this file has been damaged already; if it is a photograph, move it "
            "elsewhere."
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the size is compared below
            picture = Image.open(path, formats=_FORMATS)
            pages = getattr(picture, "n_frames", 1)
    except Exception as error:  # Pillow raises as many kinds of error as there are formats
        raise DataError(f"{path}: cannot be read as a picture ({error}). Export it again.") from error
    with picture:
        size = picture.size
        expected = image_size(None)
        if expected is None:
            return [AnnotatedImage(path, size=size)]
        _check(picture, pages, path, expected)
        try:
            picture.load()
        except Exception as error:
            raise DataError(f"{path}: its pixels cannot be read ({error}). Export it again.") from error
        coloured = picture.mode in _COLOURS
        values = _colours(picture) if coloured else _values(picture, path)
    marks = []
    for part in split_values(np.ascontiguousarray(values.T), path):
        value = part.value % _DRAWN
        name = f"#{value:06x}" if coloured else str(value)
        marks.append(Mark(name, Bitmap(part.mask, part.start), f"{'colour' if coloured else 'value'} {name}"))
    return [AnnotatedImage(path, size=size, marks=marks)]


def _beginning(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(8)
    except OSError:
        return b""


def _check(picture: Image.Image, pages: int, path: Path, expected: tuple[int, ...]) -> None:
    """Whatever can be refused before pixels are decoded."""
    if picture.size != tuple(expected):
        raise DataError(
            f"{path}: is {picture.width} x {picture.height} pixels in size; expected "
            f"{' x '.join(map(str, expected))}, as its image has. Export the label map in the image's own size."
        )
    if pages != 1:
        raise DataError(f"{path}: holds {pages} pictures; expected one. Export each as a file of its own.")
    if picture.mode not in (*_COLOURS, *_VALUES):
        raise DataError(
            f"{path}: stores its pixels as {picture.mode}; expected grey, a palette, RGB or RGBA. Export it as PNG."
        )


def _colours(picture: Image.Image) -> np.ndarray:
    """`HW` int32, 0 where nothing is drawn."""
    if "transparency" in picture.info:
        picture = picture.convert("RGBA")
    pixels = np.asarray(picture)
    colours = pixels[..., 0].astype(np.int32) << 16 | pixels[..., 1].astype(np.int32) << 8 | pixels[..., 2]
    return _drawn(colours, pixels[..., 3]) if pixels.shape[-1] == 4 else colours


def _values(picture: Image.Image, path: Path) -> np.ndarray:
    """`HW`, 0 where nothing is drawn."""
    if picture.mode == "P":
        return _indices(picture)
    if picture.mode == "L" and "transparency" in picture.info:
        picture = picture.convert("LA")
    pixels = np.asarray(picture)
    if picture.mode == "1":
        return pixels.astype(np.uint8) * 255
    if picture.mode == "LA":
        return _drawn(pixels[..., 0].astype(np.int32), pixels[..., 1])
    if picture.mode == "L":
        return pixels
    wrong = pixels[~((pixels >= 0) & (pixels <= 255) & (pixels == np.floor(pixels)))]
    if wrong.size:
        raise DataError(
            f"{path}: holds the value {wrong[0]:g}; expected whole numbers from 0 to 255. Export classes, not single "
            "objects or probabilities, with 8 bits."
        )
    return pixels.astype(np.uint8)


def _indices(picture: Image.Image) -> np.ndarray:
    indices = np.asarray(picture)
    transparent = picture.info.get("transparency", b"")
    if isinstance(transparent, int):
        return np.where(indices == transparent, 0, indices).astype(np.uint8)
    alpha = np.full(256, 255)
    alpha[: len(transparent)] = list(transparent[:256])
    return np.where(alpha[indices] == 0, 0, indices).astype(np.uint8)


def _drawn(values: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    seen = alpha > 0
    return values if seen.all() else np.where(seen, values + _DRAWN, 0)
