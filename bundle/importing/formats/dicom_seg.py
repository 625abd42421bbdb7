"""Reads DICOM segmentations (SEG)."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pydicom
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from bundle.importing.formats import ImageSize
from bundle.importing.formats.dicom_frames import Frames, frame_group, place_frames
from bundle.importing.marks import AnnotatedImage, Mark, VoxelMask
from scripts.errors import DataError
from scripts.volumes import VolumeGrid
from scripts.volumes.itk_file import itk_affine
from scripts.wording import times

__all__ = ["SUFFIXES", "matches", "read"]

logger = logging.getLogger(__name__)

SUFFIXES = (".dcm",)

# Segmentation Storage and Label Map Segmentation Storage
_CLASSES = ("1.2.840.10008.5.1.4.1.1.66.4", "1.2.840.10008.5.1.4.1.1.66.7")
_BITS = {"BINARY": (1,), "FRACTIONAL": (8,), "LABELMAP": (8, 16)}
_PLAIN = (ExplicitVRLittleEndian, ImplicitVRLittleEndian)


@dataclass(frozen=True, eq=False)
class _Patch:
    """The painted part of a frame, `HW` rows first, and where it starts."""

    mask: np.ndarray
    row: int
    column: int
    slice: int


def matches(path: Path) -> bool:
    """Whether it is a DICOM file of one of the classes of segmentations."""
    if not path.name.lower().endswith(SUFFIXES):
        return False
    try:
        return str(pydicom.filereader.read_file_meta_info(path).get("MediaStorageSOPClassUID")) in _CLASSES
    except Exception:  # whatever is wrong, it is not of this format
        return False


def read(path: Path, image_size: ImageSize) -> list[AnnotatedImage]:
    """The segments of a segmentation, each with the grid of the part around what is painted.

    Frames are placed by their positions, in any order, and slices without a frame are empty. Where it is not certain
    how many slices lie between two frames, each slice is a mark of its own. Axes are those of a series
    as :mod:`scripts.volumes.dicom_series` reads it: columns, rows, slices. Fractions count as painted from one half on.

    Args:
        path: the file.
        image_size: asked where the file names no series. The segmentation may be smaller than its image along any axis,
            but not larger.

    Raises:
        DataError: naming the file; when it is damaged, cut off or compressed, contradicts itself, or is larger than
            its image.
    """
    data = _open(path)
    try:
        kind = _check_pixels(path, data)
        frames = place_frames(path, data)
        numbers = _segments_of_frames(data, kind)
        labels = {
            int(part.SegmentNumber): str(part.get("SegmentLabel", "")).strip() or str(part.SegmentNumber)
            for part in data.SegmentSequence
        }
        series = _series(path, data)
    except DataError:
        raise
    except Exception as error:  # pydicom raises as many kinds of error as there are elements
        raise DataError(
            f"{path}: is no complete DICOM segmentation ({type(error).__name__}: {error!s:.200}). Export it again."
        ) from error
    count = max(len(frames.origins), int(frames.slices.max()) + 1)
    if series is None:
        _check_size(path, (data.Columns, data.Rows, count), image_size(None))
    patches: dict[tuple[int, int], list[_Patch]] = defaultdict(list)
    for number, stack, patch in _patches(data, frames, numbers, kind):
        patches[number, stack].append(patch)
    unknown = set(numbers or ()) | {number for number, _ in patches}
    if unknown := sorted(unknown - set(labels)):
        raise DataError(f"{path}: has frames of segments that it does not describe: {unknown}. Export it again.")
    marks = [
        Mark(labels[number], _assemble(parts, frames, stack), _where(number, stack, frames))
        for (number, stack), parts in sorted(patches.items(), key=lambda item: item[0])
    ]
    return [AnnotatedImage(path, series=series, marks=marks)]


def _open(path: Path) -> pydicom.Dataset:
    """The data set; compressed ones are refused before anything is unpacked."""
    try:
        syntax = pydicom.filereader.read_file_meta_info(path).get("TransferSyntaxUID")
        if syntax in _PLAIN:
            return pydicom.dcmread(path)
    except Exception as error:
        raise DataError(
            f"{path}: cannot be read as DICOM ({type(error).__name__}: {error!s:.200}); it is damaged or cut off. "
            "Export it again."
        ) from error
    name = getattr(syntax, "name", "unknown")
    raise DataError(
        f"{path}: is stored as {name}; expected an uncompressed DICOM segmentation. Export it uncompressed, or convert "
        "it, for instance with gdcmconv --raw."
    )


def _check_pixels(path: Path, data: pydicom.Dataset) -> str:
    """The type of the segmentation; refuses sizes that contradict the stored pixels."""
    kind = str(data.SegmentationType).upper()
    if data.BitsAllocated not in _BITS.get(kind, ()) or data.get("SamplesPerPixel", 1) != 1:
        raise DataError(
            f"{path}: is a segmentation of type {kind} with {data.BitsAllocated} bits per pixel; expected BINARY with "
            "1, FRACTIONAL with 8, or LABELMAP with 8 or 16. Export it again."
        )
    count = int(data.get("NumberOfFrames") or 1)
    stored = len(data.get("PixelData") or b"")
    needed = (data.Rows * data.Columns * count * data.BitsAllocated + 7) // 8
    if min(data.Rows, data.Columns, count) < 1 or not needed <= stored <= needed + needed % 2:
        raise DataError(
            f"{path}: declares {count} frames of {data.Columns} x {data.Rows} pixels, which are {needed:,} bytes, but "
            f"holds {stored:,}; it is cut off or damaged. Copy or export it again."
        )
    described = len(data.PerFrameFunctionalGroupsSequence)
    if described != count:
        raise DataError(f"{path}: describes {described} frames of {count}. Export it again.")
    if kind == "FRACTIONAL":
        if not int(data.MaximumFractionalValue) > 0:
            raise DataError(f"{path}: its MaximumFractionalValue is {data.MaximumFractionalValue}. Export it again.")
        logger.warning("%s: states fractions; voxels from one half on count as painted.", path)
    return kind


def _check_size(path: Path, shape: tuple[int, ...], image: tuple[int, ...] | None) -> None:
    """Refuse what is larger than its image, if that is known; axes may be in another order."""
    if image is None:
        return
    room = sorted((*image, 1) if len(image) == 2 else image)
    if any(size > most for size, most in zip(sorted(shape), room)):
        raise DataError(
            f"{path}: reaches over {times(shape)} voxels, its image over {times(image)}; expected no more than the "
            "image along each axis. Was it drawn on another image?"
        )


def _segments_of_frames(data: pydicom.Dataset, kind: str) -> list[int] | None:
    """The number of each frame's segment; None for label maps, whose pixels tell."""
    if kind == "LABELMAP":
        return None
    shared = data.get("SharedFunctionalGroupsSequence") or [pydicom.Dataset()]
    groups = [
        frame_group(frame, shared, "SegmentIdentificationSequence") for frame in data.PerFrameFunctionalGroupsSequence
    ]
    return [int(group.ReferencedSegmentNumber) for group in groups]


def _patches(
    data: pydicom.Dataset, frames: Frames, numbers: list[int] | None, kind: str
) -> Iterator[tuple[int, int, _Patch]]:
    """The painted part of each frame with the number of its segment and its stack."""
    half = int(data.MaximumFractionalValue) / 2 if kind == "FRACTIONAL" else 0.5
    for index, (stack, place) in enumerate(zip(frames.stacks.tolist(), frames.slices.tolist())):
        frame = _frame(data, index)
        if numbers is not None:
            masks = [(numbers[index], frame >= half)]
        else:
            # 0 is the background of label maps
            masks = [(int(value), frame == value) for value in np.unique(frame) if value]
        for number, mask in masks:
            rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
            if rows.size:
                part = mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].copy()
                yield number, stack, _Patch(part, int(rows[0]), int(columns[0]), place)


def _frame(data: pydicom.Dataset, number: int) -> np.ndarray:
    """Pixels of one frame, `HW` rows first.

    Frames of single bits follow each other without filling up bytes, which pydicom reads wrongly one by one; all at
    once would take eight times the memory.
    """
    size = data.Rows * data.Columns
    start = number * size
    if data.BitsAllocated == 1:
        packed = np.frombuffer(data.PixelData[start // 8 : (start + size + 7) // 8], np.uint8)
        flat = np.unpackbits(packed, bitorder="little")[start % 8 :][:size]
    else:
        kind = np.dtype(f"<u{data.BitsAllocated // 8}")
        flat = np.frombuffer(data.PixelData, kind, size, start * kind.itemsize)
    return flat.reshape(data.Rows, data.Columns)


def _assemble(parts: list[_Patch], frames: Frames, stack: int) -> VoxelMask:
    """One segment of a stack: columns, rows, slices."""
    starts = np.array([(part.column, part.row, part.slice) for part in parts])
    stops = starts + [(part.mask.shape[1], part.mask.shape[0], 1) for part in parts]
    low, high = starts.min(axis=0), stops.max(axis=0)
    mask = np.zeros(high - low, dtype=bool)
    for part, start, stop in zip(parts, starts - low, stops - low):
        mask[start[0] : stop[0], start[1] : stop[1], start[2]] |= part.mask.T
    origin = frames.origins[stack] + frames.direction @ (frames.spacing * low)
    return VoxelMask(mask, VolumeGrid(mask.shape, itk_affine(frames.direction, frames.spacing, origin)))


def _where(number: int, stack: int, frames: Frames) -> str:
    return f"segment {number}" if len(frames.origins) == 1 else f"segment {number}, slice {stack + 1}"


def _series(path: Path, data: pydicom.Dataset) -> str | None:
    named = sorted({str(part.SeriesInstanceUID) for part in data.get("ReferencedSeriesSequence") or []})
    if len(named) > 1:
        logger.warning("%s: refers to %d series, so its name decides which image it is of.", path, len(named))
    return named[0] if len(named) == 1 else None
