"""Facts of a volume."""

from __future__ import annotations

import math
import os
from pathlib import Path

from nibabel.orientations import aff2axcodes

from scripts.checking.file_content import folder_digest, read_content
from scripts.checking.measure_image import MeasuredImage, Report, judge_spread
from scripts.checking.measure_values import hash_values, spread_of
from scripts.checking.record import ImageFacts
from scripts.errors import DataError
from scripts.volumes import VolumeGrid, read_grid, read_volume
from scripts.volumes.headers import is_nifti, last_line
from scripts.volumes.nifti import open_nifti
from scripts.wording import times

__all__ = ["check_declared", "measure_volume", "why_no_volume"]

# no scanner makes so many voxels, and no training could hold them
_MOST_VOXELS = 2**31
# gzip makes data at most about a thousand times smaller
_SMALLEST = 1100
_HEADER_ALONE = (".nhdr", ".mhd")
_ENDINGS = {"NIfTI": (".nii", ".nii.gz"), "NRRD": (".nrrd", ".nhdr"), "MetaImage": (".mha", ".mhd")}


def measure_volume(path: str, report: Report) -> MeasuredImage:
    """Read a volume as the training does, and measure it.

    Args:
        path: of an existing file, or of a folder with DICOM slices.
        report: notes findings.
    """
    measured = MeasuredImage(ImageFacts(path))
    facts = measured.facts
    try:
        _identify(path, facts)
        if not os.path.isdir(path):
            _set_grid(measured, read_grid(path))
            check_declared(path, measured.grid)
        measured.volume, affine = read_volume(path)
        _set_grid(measured, VolumeGrid(measured.volume.shape, affine))
        facts.dtype = str(open_nifti(Path(path)).get_data_dtype() if is_nifti(Path(path)) else measured.volume.dtype)
        judge_spread(facts, spread_of(measured.volume), report)
        facts.pixels = hash_values(measured.volume)
        facts.readable = facts.mean is not None
    except Exception as error:  # the readers of four libraries raise as many kinds of error
        report("image-unreadable", why_no_volume(path, error, facts.file_format))
    return measured


def _identify(path: str, facts: ImageFacts) -> None:
    if os.path.isdir(path):
        facts.sha256, facts.file_format = folder_digest(path), "DICOM"
    else:
        content = read_content(path, keep=False)
        facts.sha256, facts.file_format = content.sha256, content.file_format


def _set_grid(measured: MeasuredImage, grid: VolumeGrid) -> None:
    facts = measured.facts
    measured.grid, measured.size, facts.channels = grid, grid.shape, 1
    facts.size = [int(side) for side in grid.shape]
    facts.spacing, facts.orientation = list(grid.spacing), "".join(aff2axcodes(grid.affine))


def check_declared(path: str, grid: VolumeGrid) -> None:
    """Refuse a size that no file can have, before any memory is taken for it.

    Raises:
        DataError: naming the file.
    """
    voxels, stored = math.prod(int(side) for side in grid.shape), os.path.getsize(path)
    whole = not path.lower().endswith(_HEADER_ALONE)
    if voxels > _MOST_VOXELS or (whole and voxels > _SMALLEST * stored):
        why = f"more than its {stored} bytes can hold" if voxels <= _MOST_VOXELS else "too many to be read"
        raise DataError(
            f"{path}: its header says that it has {times(grid.shape)} voxels, {why}. Export it again, or cut the "
            "volume into parts."
        )


def why_no_volume(path: str, error: Exception, found: str = "") -> str:
    """A message for a volume that cannot be read.

    Args:
        path: of the file.
        error: why.
        found: format of the file's content.
    """
    fits = path.lower().endswith(_ENDINGS.get(found, ())) or os.path.isdir(path)
    content = "" if fits or not found else f" By its content the file is {found}."
    if isinstance(error, DataError):
        return f"{error}{content}"
    reason = "it does not fit into the memory" if isinstance(error, MemoryError) else last_line(error)
    return f"{path}: cannot be read as a volume ({reason}). Export it again or leave it out.{content}"
