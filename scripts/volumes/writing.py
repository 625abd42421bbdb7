"""Writes results on the grid, and in the format, of the volume that they belong to."""

from __future__ import annotations

import gzip
from pathlib import Path

import itk
import nibabel as nib
import numpy as np

from scripts.errors import DataError
from scripts.replacing import replacing
from scripts.volumes.grid import VolumeGrid, grid_difference, read_grid
from scripts.volumes.headers import VOLUME_SUFFIXES, is_nifti
from scripts.volumes.nifti import open_nifti

__all__ = ["result_path", "volume_stem", "write_nifti", "write_result"]

# a result is one compressed file, so that it is complete or not there
_NIFTI, _NRRD, _META = ".nii.gz", ".nrrd", ".mha"
_RESULT = {".nii": _NIFTI, ".nii.gz": _NIFTI, ".nrrd": _NRRD, ".nhdr": _NRRD, ".mha": _META, ".mhd": _META}
# of gzip; as nibabel's own, since higher levels take far longer and save little
_LEVEL = 1


def volume_stem(source: str | Path) -> str:
    """Name of a volume without the suffix of its format: ``a`` of ``a.nii.gz``, a directory's name as it is."""
    path = Path(source).absolute()
    return path.name[: len(path.name) - len(_volume_suffix(path))]


def _volume_suffix(source: Path) -> str:
    """In lower case; empty for directories and for files of other formats."""
    fitting = [suffix for suffix in VOLUME_SUFFIXES if source.name.lower().endswith(suffix)]
    return "" if source.is_dir() else max(fitting, key=len, default="")


def result_path(source: str | Path, folder: str | Path, postfix: str) -> Path:
    """Where a result goes: ``<folder>/<stem>_<postfix>`` and the suffix of the source's format.

    NIfTI and DICOM give ``.nii.gz``, NRRD gives ``.nrrd``, MetaImage gives ``.mha``.
    """
    suffix = _RESULT.get(_volume_suffix(Path(source)), _NIFTI)
    return Path(folder) / f"{volume_stem(source)}_{postfix}{suffix}"


def write_result(
    values: np.ndarray, affine: np.ndarray | None, source: str | Path, folder: str | Path, postfix: str
) -> Path:
    """Write values on the very grid of the source, compressed, whole or not at all.

    NIfTI keeps the header of the source (codes of both transforms, units, description), except what describes its
    values. NRRD and MetaImage keep origin, spacing and direction. What belongs to DICOM slices becomes NIfTI.

    Args:
        values: `HWD` uint8 or float32, in the axis order of the source.
        affine: the grid that the values are on, to be checked; None if not known.
        source: volume file or directory of DICOM slices.
        folder: gets the file, see :func:`result_path`.
        postfix: what the result is, such as ``seg``.

    Returns:
        The path.

    Raises:
        DataError: when the source cannot be read, or the values are not on its grid.
    """
    source = Path(source)
    grid = read_grid(source)
    given = VolumeGrid(values.shape, grid.affine if affine is None else np.asarray(affine, dtype=np.float64))
    difference = grid_difference(given, grid)
    if difference:
        raise DataError(
            f"{source}: the result is not on the grid of its image ({difference}), so nothing was written. Invert all "
            "spatial transforms of the preprocessing (Invertd) before saving."
        )
    target = result_path(source, folder, postfix)
    if source.is_dir():
        write_nifti(values, grid.affine, target)
    elif is_nifti(source):
        _save(_like_nifti(values, source), target)
    else:
        _write_like_itk(values, source, target)
    return target


def _like_nifti(values: np.ndarray, source: Path) -> nib.Nifti1Image:
    image = open_nifti(source)
    header = image.header.copy()
    header.set_data_dtype(values.dtype)
    # these describe the values of the source: the range to show, their meaning, notes of the program that made them
    header["cal_min"] = header["cal_max"] = 0
    header.set_intent("none")
    header.extensions.clear()
    return type(image)(values, image.affine, header)


def write_nifti(values: np.ndarray, affine: np.ndarray, target: Path) -> None:
    """Write a new volume, compressed; the same values give the same bytes.

    Args:
        values: `HWD`.
        affine: (4, 4), from voxel indices to mm, axes right, front, up (RAS).
        target: ends in ``.nii.gz``.
    """
    image = nib.Nifti1Image(values, affine)
    image.header.set_xyzt_units("mm")
    image.set_sform(affine, code="scanner")
    image.set_qform(affine, code="scanner")
    if not np.allclose(image.get_qform(), affine, atol=1e-3):
        # a tilted gantry shears the grid, which the qform cannot say
        image.set_qform(None, code="unknown")
    _save(image, target)


def _save(image: nib.Nifti1Image, target: Path) -> None:
    # no name and no time inside, so that the same result is the same file
    with (
        replacing(target) as temporary,
        open(temporary, "wb") as file,
        gzip.GzipFile("", "wb", _LEVEL, file, mtime=0) as stream,
    ):
        image.to_stream(stream)


def _write_like_itk(values: np.ndarray, source: Path, target: Path) -> None:
    reader = itk.ImageFileReader[itk.Image[itk.F, 3]].New(FileName=str(source))
    reader.UpdateOutputInformation()  # the header alone
    image = itk.image_from_array(np.ascontiguousarray(values.T))
    image.CopyInformation(reader.GetOutput())
    with replacing(target) as temporary:
        itk.imwrite(image, str(temporary), compression=True)
