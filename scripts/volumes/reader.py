"""Reads volumes of every format alike."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from monai.config import PathLike
from monai.data import ImageReader, ITKReader, NibabelReader
from monai.utils import MetaKeys, SpaceKeys, ensure_tuple

from scripts.errors import DataError
from scripts.volumes.dicom_series import find_series, read_series
from scripts.volumes.headers import VOLUME_SUFFIXES, check_suffix, is_nifti, last_line
from scripts.volumes.itk_file import load_itk, read_itk_header, read_itk_image
from scripts.volumes.nifti import open_nifti

__all__ = ["VolumeReader", "read_volume"]


class VolumeReader(ImageReader):
    """MONAI's :class:`NibabelReader` and :class:`ITKReader`, with one answer whatever the format.

    Reads NIfTI, NRRD and MetaImage files, and folders with one DICOM series. Arrays are `HWD` in the order of the
    file's axes, x first; affines are RAS in mm. The same volume gives the same array and affine in every format. Of the
    header only the geometry goes into the metadata, since its other fields differ by format and cannot be batched.

    Integers of 64 bits in NRRD and MetaImage become doubles, DICOM values float.
    """

    def __init__(self) -> None:
        super().__init__()
        load_itk()

    def verify_suffix(self, filename: Sequence[PathLike] | PathLike) -> bool:
        """Whether the names are those of volumes."""
        return all(
            str(name).lower().endswith(VOLUME_SUFFIXES) or Path(name).is_dir() for name in ensure_tuple(filename)
        )

    def read(self, data: Sequence[PathLike] | PathLike, **kwargs: Any) -> tuple[Path, ...]:
        """The paths as they are; files are opened in :meth:`get_data`.

        After an error here MONAI's loader would go on with other readers, which fail less clearly or succeed where
        they should not.
        """
        return tuple(Path(name) for name in ensure_tuple(data))

    def get_data(self, img: tuple[Path, ...]) -> tuple[np.ndarray, dict]:
        """Array `HWD` and metadata: ``affine``, ``original_affine``, ``spatial_shape``, ``space``.

        Raises:
            DataError: naming the file; when it is damaged or no single volume of plain numbers, or its header does
                not say where its voxels are.
        """
        if len(img) != 1:
            raise DataError(f"{[str(path) for path in img]}: expected one volume per image, got {len(img)} files.")
        array, affine = read_volume(img[0])
        return array, {
            MetaKeys.AFFINE: affine,
            MetaKeys.ORIGINAL_AFFINE: affine.copy(),
            MetaKeys.SPATIAL_SHAPE: np.array(array.shape),
            MetaKeys.SPACE: SpaceKeys.RAS,
            MetaKeys.ORIGINAL_CHANNEL_DIM: float("nan"),
        }


def read_volume(path: str | Path) -> tuple[np.ndarray, np.ndarray]:
    """Array `HWD` and affine (4, 4) of a file or a folder, as :class:`VolumeReader` gives them.

    Raises:
        DataError: see :meth:`VolumeReader.get_data`.
    """
    path = Path(path)
    if path.is_dir():
        array, header = ITKReader().get_data(read_series(find_series(path)))
    else:
        check_suffix(path)
        if is_nifti(path):
            array, header = _read_nifti(path)
        else:
            array, header = ITKReader().get_data(read_itk_image(path, read_itk_header(path)))
    return array, np.array(header[MetaKeys.AFFINE], dtype=np.float64)


def _read_nifti(path: Path) -> tuple[np.ndarray, dict]:
    reader = NibabelReader(squeeze_non_spatial_dims=True)
    reader.filenames = (str(path),)  # what its read() would set
    image = open_nifti(path)
    try:
        return reader.get_data(image)
    except Exception as error:  # nibabel, gzip and zlib raise as many kinds of error
        raise DataError(
            f"{path}: its voxels cannot be read ({last_line(error)}); it is damaged or cut off. Export it again or "
            "leave it out."
        ) from error
