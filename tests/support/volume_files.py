"""Writes small volumes in every format that is read, for tests."""

from __future__ import annotations

import locale
from collections.abc import Mapping, Sequence
from pathlib import Path

import itk
import nibabel as nib
import numpy as np

_LPS = np.diag([-1.0, -1, 1, 1])
_CT_IMAGE, _SERIES = "1.2.840.10008.5.1.4.1.1.2", "1.2.3.4"


def write_volume(path: Path, array: np.ndarray, affine: np.ndarray | None = None) -> Path:
    """Write a NIfTI file with nibabel, NRRD and MetaImage with ITK.

    Args:
        path: its ending says the format.
        array: `HWD`.
        affine: (4, 4) RAS in mm, without shear; default: 1 mm, axes right, front, up.

    Returns:
        The path.
    """
    affine = np.eye(4) if affine is None else np.asarray(affine, dtype=np.float64)
    if ".nii" in path.name:
        nib.save(nib.Nifti1Image(array, affine), path)
        return path
    image = itk.image_from_array(np.ascontiguousarray(array.T))
    lps = _LPS @ affine
    spacing = np.linalg.norm(lps[:3, :3], axis=0)
    image.SetSpacing(spacing.tolist())
    image.SetOrigin(lps[:3, 3].tolist())
    image.SetDirection(itk.matrix_from_array(np.ascontiguousarray(lps[:3, :3] / spacing)))
    itk.imwrite(image, str(path))
    return path


def write_dicom_slice(
    path: Path,
    pixels: np.ndarray,
    position: Sequence[float],
    *,
    axes: np.ndarray | None = None,
    spacing: Sequence[float] = (1.0, 1.0),
    series: str = _SERIES,
    tags: Mapping[str, str] | None = None,
) -> Path:
    """Write one CT slice.

    Args:
        path: of the file; its folder is made.
        pixels: `HW` int16, x first, in Hounsfield units.
        position: of the first pixel, LPS in mm.
        axes: unit vectors (2, 3) along x and y, LPS; default: axial.
        spacing: mm along x and y.
        series: its identifier.
        tags: further tags, ``{"group|element": value}``.

    Returns:
        The path.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    axes = np.eye(3)[:2] if axes is None else axes
    image = itk.image_from_array(np.ascontiguousarray(pixels.T.astype(np.int16)))
    image.SetSpacing([float(side) for side in spacing])
    dictionary = image.GetMetaDataDictionary()
    described = {
        "0008|0016": _CT_IMAGE,
        "0008|0060": "CT",
        "0020|000d": "1.2.3",
        "0020|000e": series,
        "0020|0032": "\\".join(f"{value:.10g}" for value in position),
        "0020|0037": "\\".join(f"{value:.10g}" for value in np.ravel(axes)),
        "0028|1052": "-1024",
        "0028|1053": "1",
        **(tags or {}),
    }
    for tag, value in described.items():
        dictionary[tag] = value
    image.SetMetaDataDictionary(dictionary)
    file = itk.GDCMImageIO.New()
    file.SetKeepOriginalUID(True)
    before = locale.setlocale(locale.LC_ALL)
    try:
        itk.ImageFileWriter.New(Input=image, FileName=str(path), ImageIO=file).Update()
    finally:
        locale.setlocale(locale.LC_ALL, before)  # writing DICOM leaves the process in the locale C
    return path


def write_dicom_series(folder: Path, array: np.ndarray, affine: np.ndarray | None = None) -> Path:
    """Write `HWD` as slices along its last axis, whose names do not sort as they lie.

    Args:
        folder: is made.
        array: whole Hounsfield units.
        affine: (4, 4) RAS in mm, right-handed and without shear; default: 1 mm, axial.

    Returns:
        The folder.
    """
    lps = _LPS @ (np.diag([-1.0, -1, 1, 1]) if affine is None else affine)
    spacing = np.linalg.norm(lps[:3, :3], axis=0)
    for k in range(array.shape[2]):
        position = lps[:3, 3] + k * lps[:3, 2]
        axes = (lps[:3, :2] / spacing[:2]).T
        name = f"slice{(k * 7 + 3) % 100:02d}.dcm"
        write_dicom_slice(folder / name, array[:, :, k], position, axes=axes, spacing=spacing[:2])
    return folder
