"""Reads NRRD and MetaImage files with ITK."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

import itk
import numpy as np
from monai.data.utils import orientation_ras_lps

from scripts.errors import DataError
from scripts.volumes.headers import check_affine, check_spacing, last_line, volume_shape, warn_once

__all__ = ["ItkHeader", "itk_affine", "load_itk", "read_itk_header", "read_itk_image"]

_NRRD = (".nrrd", ".nhdr")
_DIRECTIONS = "space directions:"
# ITK's pixel type by that of the file; signed char has no class in Python, and integers of 64 bits become doubles
_PIXEL_TYPES = {
    "unsigned_char": "UC",
    "char": "SS",
    "unsigned_short": "US",
    "short": "SS",
    "unsigned_int": "UI",
    "int": "SI",
    "float": "F",
}


@dataclass(frozen=True)
class ItkHeader:
    """What the header of a file says; ``affine`` (4, 4) in mm, RAS; ``pixel_type`` names a type of ITK."""

    shape: tuple[int, int, int]
    affine: np.ndarray
    pixel_type: str


def load_itk() -> None:
    """Load the parts of ITK that reading needs; to be called before threads read.

    ITK loads them when they are first used, which takes seconds, and changes the working directory of the process
    meanwhile: other threads would not find files with relative paths.
    """
    for name in ("Image", "ImageFileReader", "ImageSeriesReader", "ImageIOFactory", "GDCMImageIO", "PyBuffer"):
        getattr(itk, name)


def itk_affine(direction: np.ndarray, spacing: np.ndarray, origin: np.ndarray) -> np.ndarray:
    """RAS affine (4, 4) from ITK's geometry, which is LPS: direction (3, 3) with axes as columns, the others (3,)."""
    affine = np.eye(4)
    affine[:3, :3] = direction * spacing
    affine[:3, 3] = origin
    return orientation_ras_lps(affine)


def read_itk_header(path: Path) -> ItkHeader:
    """Header of a NRRD or MetaImage file, checked; its voxels are not read.

    Raises:
        DataError: the file is damaged, holds no single volume of plain numbers, or its geometry is invalid.
    """
    try:
        file = itk.ImageIOFactory.CreateImageIO(str(path), itk.CommonEnums.IOFileMode_ReadMode)
        if file is None:
            raise ValueError("its header is not of this format, or its ending is not in lower case")
        file.SetFileName(str(path))
        file.ReadImageInformation()
    except (RuntimeError, ValueError) as error:
        raise _unreadable(path, error) from error
    components = file.GetNumberOfComponents()
    if components != 1:
        raise DataError(
            f"{path}: holds {components} numbers per voxel (colours, vectors, or several volumes); expected one. "
            "Export one component as a file of its own."
        )
    shape = volume_shape(path, [file.GetDimensions(i) for i in range(file.GetNumberOfDimensions())])
    spacing = np.array([file.GetSpacing(i) for i in range(3)])
    check_spacing(path, spacing)
    direction = np.array([file.GetDirection(i)[:3] for i in range(3)]).T
    affine = itk_affine(direction, spacing, np.array([file.GetOrigin(i) for i in range(3)]))
    check_affine(path, affine)
    if path.name.lower().endswith(_NRRD):
        _check_nrrd_directions(path)
    return ItkHeader(shape, affine, _PIXEL_TYPES.get(file.GetComponentTypeAsString(file.GetComponentType()), "D"))


def read_itk_image(path: Path, header: ItkHeader) -> itk.Image:
    """The volume of a file; always with three axes, where ``itk.imread`` would make a picture of a single slice.

    Raises:
        DataError: when the file is cut off or damaged.
    """
    reader = itk.ImageFileReader[itk.Image[getattr(itk, header.pixel_type), 3]].New(FileName=str(path))
    try:
        reader.Update()
    except RuntimeError as error:
        raise _unreadable(path, error) from error
    return reader.GetOutput()


def _check_nrrd_directions(path: Path) -> None:
    """ITK takes directions that are missing or not numbers for 1 mm along its own axes, without a word."""
    with path.open(encoding="latin-1") as stream:
        header = [line.strip().lower() for line in takewhile(str.strip, stream)]
    directions = next((line.removeprefix(_DIRECTIONS) for line in header if line.startswith(_DIRECTIONS)), None)
    if directions is None:
        warn_once(
            f'{path}: its header has no "space directions", so which side is left is a guess: the axes are taken to '
            "lead to the left, to the back and up, as ITK does."
        )
    elif "nan" in directions or "none" in directions:
        raise DataError(
            f'{path}: the "space directions" of its header are{directions}; expected a vector for each axis. Correct '
            "the header, or export the volume again."
        )


def _unreadable(path: Path, error: BaseException) -> DataError:
    reason = last_line(error)
    # where MetaImage data are incomplete, ITK gives the system's last error, which is an unrelated one
    reason = "" if reason.startswith("Reason:") else f" ({reason})"
    return DataError(
        f"{path}: cannot be read as a volume; it is damaged or cut off, or the data file that its header names is "
        f"missing{reason}. Export it again or leave it out."
    )
