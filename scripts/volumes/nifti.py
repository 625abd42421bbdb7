"""Opens NIfTI files whose header says without doubt where the voxels are."""

from __future__ import annotations

from pathlib import Path

import nibabel as nib
import numpy as np
from nibabel.openers import ImageOpener

from scripts.errors import DataError
from scripts.volumes.headers import check_affine, check_spacing, last_line, volume_shape, warn_once

__all__ = ["open_nifti"]

_FOREIGN_UNITS = {1: "metres", 3: "micrometres"}
# share of a voxel's side by which sform and pixdim may differ; rounding stays far below
_SAME_SIDE = 0.01


def open_nifti(path: Path) -> nib.Nifti1Image:
    """A NIfTI image with its header read and checked, its voxels not yet.

    Its affine is the one that the standard asks for: the sform where its code is set, else the qform. MONAI's reader
    replaces an sform that deviates from ``pixdim`` by the qform even where that is not set, which moves the volume;
    so a deviation is an error here, and MONAI's correction is not used.

    Raises:
        DataError: the file is damaged, holds no single volume of plain numbers, or its geometry is invalid or
            contradicts itself.
    """
    try:
        image = nib.load(path, mmap=False)
        with ImageOpener(path) as stream:
            # as it is in the file: nibabel makes a pixdim of 0 to 1, and a negative one positive
            stored = type(image.header).from_fileobj(stream, check=False)
        if not isinstance(image, nib.Nifti1Image):
            raise ValueError(f"it is a {type(image).__name__}")
        affine = np.asarray(image.affine)
    except Exception as error:  # nibabel, gzip and zlib raise as many kinds of error
        raise DataError(
            f"{path}: cannot be read as a NIfTI volume ({last_line(error)}). Export it again or leave it out."
        ) from error
    shape = image.shape
    kind = image.get_data_dtype()
    if kind.names or kind.kind == "c" or (len(shape) > 4 and shape[4] > 1):
        raise DataError(
            f"{path}: holds colours, vectors or complex numbers; expected one number per voxel. Export one component "
            "as a file of its own."
        )
    volume_shape(path, shape)
    check_spacing(path, stored["pixdim"][1:4])
    check_affine(path, affine)
    _check_units(path, stored)
    _check_codes(path, stored, affine)
    return image


def _check_units(path: Path, header: nib.Nifti1Header) -> None:
    unit = _FOREIGN_UNITS.get(int(header["xyzt_units"]) % 8)
    if unit:
        raise DataError(
            f"{path}: its header gives lengths in {unit}; expected mm, which programs assume without looking. "
            "Convert the lengths of the header to mm."
        )


def _check_codes(path: Path, header: nib.Nifti1Header, affine: np.ndarray) -> None:
    if header["sform_code"] == 0 and header["qform_code"] == 0:
        warn_once(
            f"{path}: its header has neither an sform nor a qform, so which side is left is a guess: the first axis "
            "is taken to lead to the left, as nibabel does."
        )
    if header["sform_code"] > 0:
        sides = np.linalg.norm(affine[:3, :3], axis=0)
        pixdim = np.asarray(header["pixdim"][1:4], dtype=np.float64)
        if (np.abs(sides / pixdim - 1) > _SAME_SIDE).any():
            raise DataError(
                f"{path}: its header contradicts itself: by its sform voxels measure {_sides(sides)} mm, by its pixdim "
                f"{_sides(pixdim)} mm, so programs disagree about where they are. Correct the header, and draw labels "
                "on the corrected file."
            )


def _sides(spacing: np.ndarray) -> str:
    return " x ".join(f"{side:.4g}" for side in spacing)
