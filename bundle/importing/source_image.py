"""One image, and what its header says."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pydicom
from PIL import ExifTags, Image

from scripts.errors import DataError
from scripts.volumes import read_grid
from scripts.volumes.dicom_series import is_slice

__all__ = ["SourceImage", "is_image_slice"]

# what is kept as DICOM and is no image to be segmented: segmentations, outlines, reports and the like
_NO_IMAGES = {"SEG", "RTSTRUCT", "RTPLAN", "RTDOSE", "SR", "PR", "KO", "REG", "DOC"}


@dataclass(frozen=True)
class SourceImage:
    """An image to be listed.

    Attributes:
        key: its path below the folder of images without the ending, with forward slashes; what cases are called.
        path: of the file, of a DICOM series the folder.
        volume: whether it has three dimensions.
    """

    key: str
    path: Path
    volume: bool

    @cached_property
    def size(self) -> tuple[int, ...]:
        """Width and height, of a volume the number of voxels along each axis; from the header alone.

        Raises:
            DataError: when the image cannot be read, or its EXIF data turn it for display.
        """
        if self.volume:
            return read_grid(self.path).shape
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # nothing is decompressed
                picture = Image.open(self.path)
            with picture:
                # the EXIF data of a PNG lie behind its pixels unless they are known by now
                known = picture.format != "PNG" or "exif" in picture.info
                turned = known and picture.getexif().get(ExifTags.Base.Orientation, 1) != 1
                size = picture.size
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
            raise DataError(f"{self.path}: cannot be read as a picture ({error}). Export it again.") from error
        if turned:
            raise DataError(
                f"{self.path}: its EXIF data say that the picture is to be turned for display, so it is not known "
                "which way its annotation was drawn. Save it upright, for instance with mogrify -auto-orient, and draw "
                "on that."
            )
        return size

    @cached_property
    def series(self) -> str:
        """SeriesInstanceUID of a DICOM series, empty for other images.

        Raises:
            DataError: when the first slice cannot be read.
        """
        if not self.path.is_dir():
            return ""
        first = next(path for path in sorted(self.path.iterdir()) if is_slice(path))
        try:
            header = pydicom.dcmread(first, stop_before_pixels=True, specific_tags=["SeriesInstanceUID"])
        except Exception as error:  # pydicom raises many kinds for damaged files
            raise DataError(f"{first}: cannot be read as DICOM ({error}). Export the series again.") from error
        return str(header.get("SeriesInstanceUID", ""))


def is_image_slice(path: Path) -> bool:
    """Whether a file is a DICOM slice, and no segmentation, report or the like; it may be damaged all the same."""
    if not is_slice(path):
        return False
    try:
        header = pydicom.dcmread(path, stop_before_pixels=True, specific_tags=["Modality"])
    except Exception:  # damaged, which is said when it is read
        return True
    return str(header.get("Modality", "")) not in _NO_IMAGES
