"""Reads the header of a NRRD file, and the data behind it, within bounds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import nrrd
import numpy as np

from bundle.importing.bounded_gzip import unpack
from scripts.errors import DataError

__all__ = ["NrrdFile", "header_lines", "read_nrrd_data", "read_nrrd_header"]

#: Bytes of a header; those of a hundred segments with their terminology take some 100 KB.
LIMIT_BYTES = 16 * 1024**2
_MAGIC = b"NRRD"
_GZIP, _RAW = ("gzip", "gz"), ("raw",)
_TYPES = {
    "i1": ("signed char", "int8", "int8_t"),
    "u1": ("uchar", "unsigned char", "uint8", "uint8_t"),
    "i2": ("short", "short int", "signed short", "signed short int", "int16", "int16_t"),
    "u2": ("ushort", "unsigned short", "unsigned short int", "uint16", "uint16_t"),
    "i4": ("int", "signed int", "int32", "int32_t"),
    "u4": ("uint", "unsigned int", "uint32", "uint32_t"),
}
_DTYPES = {name: code for code, names in _TYPES.items() for name in names}
_ENDIAN = {"little": "<", "big": ">"}


@dataclass(frozen=True, eq=False)
class NrrdFile:
    """A header whose data can be read.

    Attributes:
        lines: of the header, without line ends.
        sizes: along each axis, the fastest one first.
        dtype: of the values, whole numbers.
        packed: whether the data are compressed with gzip.
        start: byte at which the data begin.
    """

    lines: list[str]
    sizes: tuple[int, ...]
    dtype: np.dtype
    packed: bool
    start: int


def header_lines(stream: BinaryIO, limit: int = LIMIT_BYTES) -> list[str] | None:
    """The lines of a header up to the empty one behind it; None for other files and for headers beyond the limit.

    Names are UTF-8, which pynrrd would drop.
    """
    lines: list[str] = []
    while limit > 0:
        line = stream.readline(limit)
        limit -= len(line)
        if not line.endswith(b"\n") or not (lines or line.startswith(_MAGIC)):
            return None
        if not line.strip():
            return lines
        lines.append(line.decode("utf-8", "replace").rstrip())
    return None


def read_nrrd_header(path: Path) -> NrrdFile:
    """The header of a NRRD file with its data inside; they are not read.

    Raises:
        DataError: the header is damaged or incomplete, the data lie in another file, are no whole numbers, or are
            stored in an encoding that segmentation tools do not write.
    """
    try:
        with path.open("rb") as stream:
            lines = header_lines(stream)
            start = stream.tell()
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}).") from error
    if lines is None:
        raise DataError(
            f"{path}: expected a NRRD file with a header that an empty line ends, got other content; it is damaged, "
            "cut off or empty. Export it again."
        )
    fields = {re.split(":=?", line, maxsplit=1)[0].strip().lower() for line in lines[1:]}
    if fields & {"data file", "datafile"}:
        raise DataError(
            f"{path}: its data lie in another file; expected one file with header and data. Save it as .seg.nrrd or "
            ".nrrd, not as .nhdr."
        )
    if fields & {"line skip", "lineskip", "byte skip", "byteskip"}:
        raise DataError(f"{path}: skips lines or bytes before its data, as no segmentation tool does. Export it again.")
    # key/value pairs mean nothing to the layout of the data
    plain = [line for line in lines if ":=" not in line]
    try:
        header = nrrd.read_header(plain)
        sizes = tuple(int(size) for size in header["sizes"])
        kind, encoding = header["type"].lower(), header["encoding"].lower()
    except KeyError as error:
        raise DataError(f"{path}: the line {error} of its header is missing. Export it again.") from error
    except Exception as error:  # pynrrd raises as many kinds of error as there are fields
        raise DataError(f"{path}: its header cannot be read ({error!s:.200}). Export it again.") from error
    dimension, directions = header.get("dimension"), header.get("space directions", sizes)
    if not (dimension == len(sizes) == len(directions)) or min(sizes, default=0) < 1:
        raise DataError(
            f"{path}: its header contradicts itself: dimension {dimension}, sizes {' '.join(map(str, sizes))}, "
            f"{len(directions)} space directions. Export it again."
        )
    if encoding not in (*_GZIP, *_RAW):
        raise DataError(f"{path}: is encoded as {encoding}; expected gzip or raw. Save it again with 3D Slicer.")
    return NrrdFile(lines, sizes, _dtype(path, kind, header.get("endian")), encoding in _GZIP, start)


def read_nrrd_data(path: Path, file: NrrdFile) -> np.ndarray:
    """The values in the order of ``sizes``; check those against what is expected first.

    Raises:
        DataError: the file holds less or more than its header declares, or is damaged.
    """
    expected = file.dtype.itemsize
    for size in file.sizes:
        expected *= size
    with path.open("rb") as stream:
        stream.seek(file.start)
        if file.packed:
            data = unpack(stream, expected, str(path))
        else:
            there = path.stat().st_size - file.start
            if there != expected:
                raise DataError(
                    f"{path}: its header declares {expected:,} bytes of data, the file holds {there:,}; it is cut off "
                    "or damaged. Copy or export it again."
                )
            data = stream.read(expected)
    values = np.frombuffer(data, file.dtype).reshape(file.sizes, order="F")
    return values.astype(file.dtype.newbyteorder("="), copy=False)


def _dtype(path: Path, kind: str, endian: str | None) -> np.dtype:
    code = _DTYPES.get(kind)
    if code is None:
        raise DataError(
            f"{path}: its values are of type {kind}; expected whole numbers of at most 32 bits, one per segment. "
            "Export the segmentation again."
        )
    if code.endswith("1"):
        return np.dtype(code)
    if endian not in _ENDIAN:
        raise DataError(f'{path}: its header lacks a valid line "endian:". Export it again.')
    return np.dtype(_ENDIAN[endian] + code)
