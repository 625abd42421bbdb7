"""Facts of a photograph."""

from __future__ import annotations

import hashlib
import math
import warnings
from collections.abc import Sequence

import numpy as np
from PIL import ExifTags, Image, UnidentifiedImageError

from scripts.checking.file_content import FileContent, read_content
from scripts.checking.measure_image import MeasuredImage, Report, judge_spread
from scripts.checking.measure_look import look_of
from scripts.checking.measure_values import Spread, hash_values, spread_of
from scripts.checking.record import ImageFacts

__all__ = ["PICTURE_FORMATS", "measure_picture", "reduction", "why_no_picture"]

PICTURE_FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "GIF", "PNM", "WebP", "JPEG 2000")
# pixels along the longer side of what thumbnails are made from
_SMALL = 1024
_STRIP = 256
_DEEP_GREY = ("I", "I;16", "I;16B", "I;16L", "I;16N", "F")
_DTYPES = {"1": "bool", "I": "int32", "F": "float32"}
_CHANNELS = {"LA": 2, "La": 2, "PA": 4, "RGBA": 4, "RGBa": 4, "RGBX": 4, "CMYK": 4, "RGB": 3, "YCbCr": 3, "LAB": 3}
# tags of TIFF, and of its kinds of numbers
_BITS, _SAMPLE_FORMAT = 258, 339
_KINDS = {1: "uint", 2: "int", 3: "float"}


def reduction(size: Sequence[int]) -> int:
    """Integer by which an image is made smaller for its thumbnail."""
    return max(1, math.ceil(max(size) / _SMALL))


def measure_picture(path: str, report: Report, *, small: bool = False) -> MeasuredImage:
    """Read a photograph as the training does, and measure it.

    Args:
        path: of an existing file.
        report: notes findings.
        small: whether the picture for a thumbnail is wanted.
    """
    measured = MeasuredImage(ImageFacts(path))
    facts = measured.facts
    content = None
    try:
        content = read_content(path)
        facts.sha256, facts.file_format = content.sha256, content.file_format
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of large pictures and odd palettes
            _measure(content, measured, report, small)
    except Exception as error:  # what PIL raises for damaged files is not limited to a few kinds
        advice = "Cut it into tiles, or scale it down" if _is_bomb(error) else "Export it again or leave it out"
        report(
            "image-unreadable",
            f"{path}: cannot be read as a picture ({why_no_picture(error, content)}). Expected PNG, JPEG, TIFF or BMP. "
            f"{advice}.",
        )
    return measured


def _is_bomb(error: Exception) -> bool:
    return isinstance(error, (Image.DecompressionBombError, MemoryError))


def why_no_picture(error: Exception, content: FileContent | None = None) -> str:
    """Why PIL cannot read a file, in one line."""
    if isinstance(error, UnidentifiedImageError):
        found = content.file_format if content else ""
        if found in PICTURE_FORMATS:
            return f"it is a damaged {found} file, or one of a kind that is not supported"
        return f"its content is {found}" if found else "its content is no picture"
    if isinstance(error, MemoryError):
        return "it does not fit into the memory"
    if isinstance(error, IsADirectoryError):
        return "it is a folder"
    return (str(error).splitlines() or [""])[0] or type(error).__name__


def _measure(content: FileContent, measured: MeasuredImage, report: Report, small: bool) -> None:
    facts = measured.facts
    with content.open() as stream, Image.open(stream) as picture:
        measured.size = picture.size
        facts.size, facts.channels, facts.dtype = list(picture.size), _channels(picture), _dtype(picture, content)
        if picture.getexif().get(ExifTags.Base.Orientation, 1) != 1:
            report(
                "image-turned",
                f"{facts.path}: its EXIF data say that the picture is to be turned for display; expected an upright "
                "one, since programs disagree about where its pixels are, and labels drawn on it may lie elsewhere. "
                "Save it upright, for instance with mogrify -auto-orient, and draw on that.",
            )
        pages = getattr(picture, "n_frames", 1)
        if pages > 1:
            report(
                "image-pages",
                f"{facts.path}: holds {pages} pages or frames, of which only the first is read. Save the page that was "
                "drawn on as a file of its own.",
            )
        picture.load()
        measure = _measure_deep if picture.mode in _DEEP_GREY else _measure_plain
        shown = measure(picture, facts, report)
    if small:
        measured.factor = reduction(shown.size)
        reduced = shown.reduce(measured.factor) if measured.factor > 1 else shown
        measured.small = np.asarray(_as_grey(reduced).convert("RGB")).swapaxes(0, 1)
    facts.readable = facts.mean is not None


def _channels(picture: Image.Image) -> int:
    transparent = "transparency" in picture.info and picture.mode in ("1", "L", "P", "RGB")
    if picture.mode == "P":
        colours = np.asarray(picture.getpalette() or [], dtype=np.uint8).reshape(-1, 3)
        return (1 if (colours == colours[:, :1]).all() else 3) + transparent
    return _CHANNELS.get(picture.mode, len(picture.getbands())) + transparent


def _dtype(picture: Image.Image, content: FileContent) -> str:
    """Type of the values in the file, where PIL would read 16 bits as 8 or as 32."""
    if content.file_format == "PNG" and content.data is not None and content.data[24:25] == b"\x10":
        return "uint16"
    tags = getattr(picture, "tag_v2", None) or {}
    bits, kind = tags.get(_BITS), tags.get(_SAMPLE_FORMAT, (1,))
    if bits and bits[0] in (16, 32, 64) and kind[0] in _KINDS:
        return f"{_KINDS[kind[0]]}{bits[0]}"
    return _DTYPES.get(picture.mode, "uint16" if picture.mode.startswith("I;16") else "uint8")


def _measure_plain(picture: Image.Image, facts: ImageFacts, report: Report) -> Image.Image:
    """Measure 8 bits per channel; the picture in grey or RGB."""
    plain = picture
    if picture.mode not in ("L", "RGB"):
        plain = picture.convert("L" if picture.mode in ("1", "LA", "La") else "RGB")
    bands = np.array(plain.histogram()).reshape(-1, 256)
    spread = _spread_of_histogram(bands)
    constant = (bands > 0).sum(axis=1).max() == 1
    if constant and spread.minimum != spread.maximum:
        colour = bands.argmax(axis=1).tolist()
        report("image-constant", f"{facts.path}: every pixel has the colour {colour}. {_LEAVE_OUT}")
    judge_spread(facts, spread, report)
    facts.pixels, facts.look = _hash_rgb(plain), look_of(plain)
    return plain


_LEAVE_OUT = "The image shows nothing; export it again or leave it out."


def _spread_of_histogram(bands: np.ndarray) -> Spread:
    """Of the values of all channels together; ``bands`` is (channels, 256)."""
    numbers, values = bands.sum(axis=0).astype(np.float64), np.arange(256.0)
    present = np.flatnonzero(numbers)
    mean = float((values * numbers).sum() / numbers.sum())
    std = float(np.sqrt((np.square(values - mean) * numbers).sum() / numbers.sum()))
    return Spread(float(present[0]), float(present[-1]), mean, std)


def _hash_rgb(plain: Image.Image) -> str:
    """SHA-256 of size and colours, in strips, since a copy of the whole picture may be large."""
    width, height = plain.size
    digest = hashlib.sha256(f"RGB {width} x {height}".encode())
    for top in range(0, height, _STRIP):
        strip = plain.crop((0, top, width, min(top + _STRIP, height)))
        digest.update(strip.convert("RGB").tobytes())
    return digest.hexdigest()


def _measure_deep(picture: Image.Image, facts: ImageFacts, report: Report) -> Image.Image:
    """Measure grey of more than 8 bits; the picture in floating point numbers, all finite."""
    values = np.asarray(picture)
    spread = spread_of(values)
    judge_spread(facts, spread, report)
    if spread.minimum is not None and spread.minimum < spread.maximum and _scaled(spread.minimum, spread) == 255:
        report(
            "image-constant",
            f"{facts.path}: its values, {spread.minimum:g} to {spread.maximum:g}, are scaled by their maximum to 0 to "
            "255 when they are read, and are the same then. Stretch their range, or subtract their minimum.",
        )
    elif spread.maximum is not None and spread.minimum < spread.maximum <= 0:
        report(
            "image-constant",
            f"{facts.path}: no value is above 0 (they go from {spread.minimum:g} to {spread.maximum:g}), and negative "
            "ones count as 0 when a photograph is read. Subtract the minimum.",
        )
    facts.pixels = hash_values(values.T)
    shown = values.astype(np.float32)
    if spread.odd:
        np.nan_to_num(shown, copy=False, nan=0, posinf=0, neginf=0)
    shown = Image.fromarray(shown)
    facts.look = look_of(shown)
    return shown


def _scaled(value: float, spread: Spread) -> int:
    """What the training makes of a value of deep grey."""
    return int(max(value, 0) * 255 / spread.maximum) if spread.maximum > 0 else 0


def _as_grey(picture: Image.Image) -> Image.Image:
    """8 bits of a picture in floating point numbers, scaled by the maximum as the training does."""
    if picture.mode != "F":
        return picture
    values = np.asarray(picture)
    largest = values.max()
    return Image.fromarray((values * (255 / largest) if largest > 0 else values).clip(0, 255).astype(np.uint8))
