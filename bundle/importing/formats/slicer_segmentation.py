"""Reads segmentations of 3D Slicer, ``.seg.nrrd``."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, repeat
from pathlib import Path

import numpy as np
import slicerio
from scipy import ndimage

from bundle.importing.formats import ImageSize
from bundle.importing.formats.nrrd_header import NrrdFile, read_nrrd_data, read_nrrd_header
from bundle.importing.marks import AnnotatedImage, Mark, VoxelMask
from scripts.errors import DataError, list_problems
from scripts.volumes import VolumeGrid
from scripts.volumes.headers import check_affine
from scripts.wording import times

__all__ = ["SUFFIXES", "matches", "read"]

logger = logging.getLogger(__name__)

SUFFIXES = (".seg.nrrd", ".seg.nhdr", ".nrrd")

_SEGMENT = re.compile(r"Segment\d+_\w+:=")
# what is needed of the segments; slicerio stops at irregular tags or colours
_USED = re.compile(r"Segment(\d+)_(ID|Name|LabelValue|Layer):=(.*)")
_SPACES = {
    "left-posterior-superior": "left-posterior-superior",
    "lps": "left-posterior-superior",
    "right-anterior-superior": "right-anterior-superior",
    "ras": "right-anterior-superior",
}
_NEEDED = ("space:", "space directions:", "space origin:")
_LPS_TO_RAS = np.diag([-1.0, -1, 1, 1])
_MATCHING_BYTES = 64 * 1024
_MOST_VALUE = 65535


@dataclass(frozen=True)
class _Segment:
    """A segment: where its voxels are, ``value`` in ``layer``."""

    where: str
    name: str
    layer: int
    value: int


def matches(path: Path) -> bool:
    """Whether it is a NRRD file whose header describes segments; plain label maps do not."""
    if not path.name.lower().endswith(SUFFIXES):
        return False
    try:
        with path.open("rb") as stream:
            head = stream.read(_MATCHING_BYTES)
    except OSError:
        return False
    lines = re.split(rb"\r?\n\r?\n", head, maxsplit=1)[0].decode("utf-8", "replace").splitlines()
    return head.startswith(b"NRRD") and any(_SEGMENT.match(line) for line in lines)


def read(path: Path, image_size: ImageSize) -> list[AnnotatedImage]:
    """The segments of a segmentation, each with the grid of the part around what is painted.

    A segment on which nothing is painted gives no mark. So a file whose segments are all empty, which 3D Slicer writes
    with a single voxel, gives an image without marks.

    Args:
        path: the file.
        image_size: the segmentation may be smaller than its image along any axis, as 3D Slicer stores no more than what
            is painted, but not larger.

    Raises:
        DataError: naming the file; when it is damaged or cut off, its header contradicts itself or does not say where
            its voxels are, or it is larger than its image.
    """
    file = read_nrrd_header(path)
    affine, segments = _read_segments(path, file)
    shape = _spatial(path, file, segments)
    _check_size(path, shape, image_size(None))
    values = read_nrrd_data(path, file)
    layers = values if values.ndim == 4 else values[None]
    marks = _marks(path, layers, affine, segments)
    return [AnnotatedImage(path, marks=marks)]


def _read_segments(path: Path, file: NrrdFile) -> tuple[np.ndarray, list[_Segment]]:
    """The affine (4, 4) in mm, RAS, and the segments."""
    lower = [line.lower() for line in file.lines]
    missing = [f'"{field}"' for field in _NEEDED if not any(line.startswith(field) for line in lower)]
    if missing:
        raise DataError(
            f"{path}: the line(s) {', '.join(missing)} of its header are missing, which say where its voxels are. "
            "Export it again."
        )
    try:
        with np.errstate(invalid="ignore"):
            content = slicerio.read_segmentation(list(_needed_lines(file.lines)), skip_voxels=True)
        stated = [(part.get("name", ""), part["id"]) for part in content["segments"]]
        names = [(name.strip() or identifier.strip()) for name, identifier in stated]
    except Exception as error:  # slicerio raises as many kinds of error as there are fields
        raise DataError(f"{path}: its header cannot be read ({error!s:.200}). Export it again.") from error
    with np.errstate(invalid="ignore"):
        affine = _LPS_TO_RAS @ np.asarray(content["ijkToLPS"], dtype=np.float64)
    check_affine(path, affine)
    if np.abs(affine).max() > 1e6:
        raise DataError(f"{path}: its header places voxels more than 1 km away. Export it again.")
    layered = len(file.sizes) == 4
    segments = [
        _Segment(
            f"segment {number + 1}",
            name,
            # files of 3D Slicer before 4.11 have a layer for each segment, and state neither layer nor value
            part.get("layer", number if layered else 0),
            part.get("labelValue", 1),
        )
        for number, (name, part) in enumerate(zip(names, content["segments"]))
    ]
    if not segments:
        raise DataError(f"{path}: its header describes no segments. Was it saved as a segmentation in 3D Slicer?")
    return affine, segments


def _needed_lines(lines: list[str]) -> Iterator[str]:
    """The header without what is not needed; spaces in the spelling that slicerio knows."""
    for line in lines:
        field, _, value = line.partition(":")
        if ":=" in line:
            if _USED.fullmatch(line):
                yield line
        elif field.strip().lower() == "space":
            yield f"space: {_SPACES.get(value.strip().lower(), value.strip())}"
        else:
            yield line


def _spatial(path: Path, file: NrrdFile, segments: list[_Segment]) -> tuple[int, ...]:
    """Number of voxels along each axis; refuses layers and values that contradict each other."""
    dims = len(file.sizes)
    if dims not in (3, 4):
        raise DataError(f"{path}: has {dims} axes; expected a volume with 3, or with layers 4. Export it again.")
    layers = file.sizes[0] if dims == 4 else 1
    problems = [
        f"{part.where} ({part.name}) has layer {part.layer} and value {part.value}; expected a layer from 0 to "
        f"{layers - 1} and a value from 1 to {_MOST_VALUE}"
        for part in segments
        if not (0 <= part.layer < layers and 1 <= part.value <= _MOST_VALUE)
    ]
    first: dict[tuple[int, int], _Segment] = {}
    for part in segments:
        other = first.setdefault((part.layer, part.value), part)
        if other is not part:
            problems.append(
                f"{other.where} ({other.name}) and {part.where} ({part.name}) have the same value {part.value} in "
                f"layer {part.layer}"
            )
    if layers > len(segments):
        problems.append(f"it has {layers} layers for {len(segments)} segments")
    if problems:
        raise DataError(list_problems(f"{path}: its header contradicts itself; export it again", problems))
    return file.sizes[-3:]


def _check_size(path: Path, shape: tuple[int, ...], image: tuple[int, ...] | None) -> None:
    """Refuse a segmentation larger than its image, before anything is unpacked; axes may be in another order."""
    if image is None:
        raise DataError(f"{path}: belongs to no image. Give it the name of its image, with the ending .seg.nrrd.")
    room = sorted(chain(image, repeat(1, 3 - len(image))))
    if any(size > most for size, most in zip(sorted(shape), room, strict=True)):
        raise DataError(
            f"{path}: has {times(shape)} voxels, its image {times(image)}; expected no more than the image along each "
            "axis. Was it drawn on another image, or is it oversampled? Export it with the image as source volume."
        )


def _marks(path: Path, layers: np.ndarray, affine: np.ndarray, segments: list[_Segment]) -> list[Mark]:
    """The painted segments, cropped; `LHWD` whole numbers."""
    marks = []
    for number, layer in enumerate(layers):
        here = {part.value: part for part in segments if part.layer == number}
        places = ndimage.find_objects(layer, max_label=max(here, default=0))
        known = 0
        for value, part in here.items():
            place = places[value - 1]
            if place is None:
                continue
            mask = layer[place] == value
            known += np.count_nonzero(mask)
            shifted = affine.copy()
            shifted[:3, 3] = (affine @ [*(side.start for side in place), 1])[:3]
            shape = VoxelMask(mask, VolumeGrid(mask.shape, shifted))
            marks.append((segments.index(part), Mark(part.name, shape, part.where)))
        if unknown := np.count_nonzero(layer) - known:
            logger.warning("%s: %d painted voxels belong to no segment of its header and are left out.", path, unknown)
    return [mark for _, mark in sorted(marks, key=lambda pair: pair[0])]
