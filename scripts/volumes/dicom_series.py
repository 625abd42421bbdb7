"""Finds the slices of a DICOM series, and checks that they make one volume."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import itk
import numpy as np

from scripts.errors import DataError
from scripts.volumes.headers import check_affine, check_spacing, last_line
from scripts.volumes.itk_file import itk_affine
from scripts.wording import times

__all__ = ["DicomSeries", "find_series", "is_slice", "read_series"]

_SERIES = "0020|000e"
_SUFFIX = ".dcm"
_MAGIC = slice(128, 132), b"DICM"
# share of a voxel's side by which a slice may lie beside its place on the grid; positions are rounded in the files
_PLACE = 0.05
# largest difference of directions (unit vectors) and relative one of pixel sides within a series
_SAME = 1e-3


@dataclass(frozen=True)
class DicomSeries:
    """Slices in the order of ITK's third axis, with the grid that they make; ``affine`` (4, 4) in mm, RAS."""

    files: tuple[Path, ...]
    shape: tuple[int, int, int]
    affine: np.ndarray


@dataclass(frozen=True)
class _Slice:
    """Geometry of one file, LPS in mm; axes are the columns of ``direction`` (3, 3)."""

    path: Path
    series: str
    size: tuple[int, int]
    spacing: np.ndarray
    position: np.ndarray
    direction: np.ndarray


def is_slice(path: Path) -> bool:
    """Whether a file is a DICOM slice by its suffix or its magic bytes; it may be damaged all the same."""
    if not _counts(path):
        return False
    if path.suffix.lower() == _SUFFIX:
        return True
    place, magic = _MAGIC
    with path.open("rb") as stream:
        return stream.read(place.stop)[place] == magic


def find_series(folder: Path) -> DicomSeries:
    """The one series in a folder, from the headers of its slices.

    Files that are not DICOM, hidden files and a DICOMDIR are left alone.

    Raises:
        DataError: there is no series or more than one, a slice is damaged or missing, slices differ in size, pixel
            size or orientation, or are shifted against each other. ITK would read such a folder without an error, with
            the anatomy shifted or slices left out.
    """
    slices = _read_slices(folder)
    if not slices:
        raise DataError(
            f"{folder}: holds no DICOM slices. Expected the slices of one series in the folder itself, or give a file "
            "such as NIfTI."
        )
    counts = Counter(part.series for part in slices)
    if len(counts) > 1:
        listed = ", ".join(f"{series or 'without a number'} ({count} files)" for series, count in counts.items())
        raise DataError(f"{folder}: holds {len(counts)} DICOM series: {listed}. Put one series in a folder of its own.")
    first = slices[0]
    _check_alike(folder, slices)
    normal = first.direction[:, 2]
    slices.sort(key=lambda part: part.position @ normal)
    first = slices[0]
    step = _step(folder, slices, normal) if len(slices) > 1 else first.spacing[2]
    spacing = np.array([*first.spacing[:2], step])
    check_spacing(folder, spacing)
    affine = itk_affine(first.direction, spacing, first.position)
    check_affine(folder, affine)
    return DicomSeries(tuple(part.path for part in slices), (*first.size, len(slices)), affine)


def read_series(series: DicomSeries) -> itk.Image:
    """The volume of a series, in the values that its rescale slopes and intercepts give.

    Always float: slices with slopes of their own (PET) would be rounded to the type of the first one.

    Raises:
        DataError: when a slice is damaged.
    """
    files = [str(path) for path in series.files]
    reader = itk.ImageSeriesReader[itk.Image[itk.F, 3]].New(FileNames=files, ImageIO=itk.GDCMImageIO.New())
    try:
        reader.Update()
    except RuntimeError as error:
        raise DataError(
            f"{series.files[0].parent}: its DICOM slices cannot be read ({last_line(error)}). Export the series again."
        ) from error
    return reader.GetOutput()


def _counts(path: Path) -> bool:
    """Whether it is a file, neither hidden nor a DICOMDIR, the table of contents of a medium."""
    return path.is_file() and not path.name.startswith(".") and path.name.upper() != "DICOMDIR"


def _read_slices(folder: Path) -> list[_Slice]:
    slices, damaged = [], []
    for path in sorted(folder.iterdir()):
        if not _counts(path):
            continue
        file = itk.GDCMImageIO.New()
        try:
            # reads slices without suffix and magic bytes too, as old scanners wrote them
            if file.CanReadFile(str(path)):
                file.SetFileName(str(path))
                file.ReadImageInformation()
                slices.append(_read_slice(path, file))
            elif is_slice(path):
                damaged.append(path.name)
        except RuntimeError:
            damaged.append(path.name)
    if damaged:
        raise DataError(
            f"{folder}: {len(damaged)} of its DICOM files cannot be read as slices, {damaged[0]} for one: damaged, cut "
            "off, or no image. Export the series again, or take them out of the folder if they are no part of it."
        )
    return slices


def _read_slice(path: Path, file: itk.GDCMImageIO) -> _Slice:
    tags = file.GetMetaDataDictionary()
    size = [file.GetDimensions(i) for i in range(file.GetNumberOfDimensions())]
    if size[2:] not in ([], [1]):
        raise DataError(
            f"{path}: holds {size[2]} slices in one DICOM file; expected one slice per file. Convert it to NIfTI, for "
            "instance with dcm2niix."
        )
    if file.GetNumberOfComponents() != 1:
        raise DataError(f"{path}: is a picture in colour; expected one number per pixel. Take it out of the folder.")
    return _Slice(
        path,
        tags[_SERIES].strip() if tags.HasKey(_SERIES) else "",
        (size[0], size[1]),
        np.array([file.GetSpacing(i) for i in range(3)]),
        np.array([file.GetOrigin(i) for i in range(3)]),
        np.array([file.GetDirection(i) for i in range(3)]).T,
    )


def _check_alike(folder: Path, slices: Sequence[_Slice]) -> None:
    """Every slice must have the size, the pixel size and the orientation of the first."""
    first = slices[0]
    for other in slices[1:]:
        spacing = np.abs(other.spacing[:2] / first.spacing[:2] - 1).max()
        if other.size != first.size:
            what = f"have different sizes, {times(first.size)} and {times(other.size)} pixels"
        elif not spacing <= _SAME:
            what = f"have pixels of different sizes, {times(first.spacing[:2])} and {times(other.spacing[:2])} mm"
        elif not np.abs(other.direction - first.direction).max() <= _SAME:
            what = "are oriented differently"
        else:
            continue
        raise DataError(
            f"{folder}: the slices {first.path.name} and {other.path.name} {what}; expected the slices of one volume. "
            "Take out localisers and other pictures, or export the series again."
        )


def _step(folder: Path, slices: Sequence[_Slice], normal: np.ndarray) -> float:
    """Distance of neighbouring slices in mm.

    Each slice must lie at its place on an even grid. Only to compare neighbouring distances would miss a slow drift.
    """
    positions = np.array([part.position for part in slices]) - slices[0].position
    along = positions @ normal
    gaps = np.diff(along)
    usual = float(np.quantile(gaps, 0.5, method="lower"))
    closest = int(gaps.argmin())
    if gaps[closest] <= _PLACE * max(usual, 1e-6):
        raise DataError(
            f"{folder}: the slices {slices[closest].path.name} and {slices[closest + 1].path.name} lie at the same "
            "place: they belong to several time points or contrasts, or their positions are missing. Put one volume "
            "in a folder of its own, or convert it to NIfTI."
        )
    step = along[-1] / (len(slices) - 1)
    if np.abs(along - step * np.arange(len(slices))).max() > _PLACE * step:
        odd = int(np.abs(gaps - usual).argmax())
        raise DataError(
            f"{folder}: its slices are not evenly spaced: most are {usual:.4g} mm apart, but {slices[odd].path.name} "
            f"and {slices[odd + 1].path.name} {gaps[odd]:.4g} mm. Add the slices that are missing, or resample the "
            "series to an even distance and save it as NIfTI."
        )
    sideways = np.linalg.norm(positions - np.outer(along, normal), axis=1).max()
    if sideways > _PLACE * min(step, *slices[0].spacing[:2]):
        raise DataError(
            f"{folder}: its slices are shifted sideways against each other, by {sideways:.3g} mm in all, as with a "
            "tilted CT gantry. Convert the series with a program that corrects this, for instance dcm2niix."
        )
    return float(step)
