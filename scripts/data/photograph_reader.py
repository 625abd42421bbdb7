"""Reads photographs of any colour mode as RGB."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from monai.config import PathLike
from monai.data import PILReader
from monai.utils import ensure_tuple
from PIL import ExifTags, Image

from scripts.errors import DataError

__all__ = ["PhotographReader"]

_DEEP_GREY = ("I", "I;16", "I;16B", "I;16L", "F")
# what PIL raises for files that are damaged, huge or no picture
_UNREADABLE = (OSError, SyntaxError, ValueError, Image.DecompressionBombError)


@dataclass
class _Failure:
    """Stands for a picture that could not be opened."""

    message: str


def _to_rgb(image: Image.Image) -> Image.Image:
    """RGB of a picture; 16-bit grey and floating point are scaled by their maximum, since PIL would clip them."""
    if image.mode in _DEEP_GREY:
        values = np.nan_to_num(np.asarray(image, dtype=np.float64), posinf=0, neginf=0)
        largest = values.max(initial=0)
        scaled = values * (255 / largest) if largest > 0 else values
        image = Image.fromarray(scaled.clip(0, 255).astype(np.uint8))
    return image.convert("RGB")


def _refuse_turned(image: Image.Image, name: str) -> None:
    if image.getexif().get(ExifTags.Base.Orientation, 1) != 1:
        raise DataError(
            f"{name}: its EXIF data say that the picture is to be turned for display, so programs disagree about where "
            "its pixels are, and labels drawn on it may lie elsewhere. Save it upright, for instance with "
            "mogrify -auto-orient, and draw on that."
        )


class PhotographReader(PILReader):
    """MONAI's :class:`PILReader` with three channels whatever the file holds.

    Grey becomes three equal channels, transparency is dropped, palettes are resolved. Arrays are ``(W, H, 3)`` as
    MONAI's reader gives them. TIFF is read by PIL too, so that image and label share one axis convention
    (ITK's TIFF reader flips the affine).
    """

    def read(self, data: Sequence[PathLike] | PathLike, **kwargs: Any) -> Image.Image | _Failure:
        """Open and convert one picture.

        A failure is returned, not raised: MONAI's loader would go on with other readers, which fail less clearly.
        """
        (name,) = ensure_tuple(data)
        try:
            with Image.open(name, **kwargs) as image:
                _refuse_turned(image, str(name))
                return _to_rgb(image)
        except DataError as error:
            return _Failure(str(error))
        except _UNREADABLE as error:
            reason = (str(error).splitlines() or [type(error).__name__])[0]
            return _Failure(f"{name}: cannot be read as a picture ({reason}). Export it again or leave it out.")

    def get_data(self, img: Image.Image | _Failure) -> tuple[np.ndarray, dict]:
        """Array `WHC` and metadata.

        Raises:
            DataError: naming the file, when it is damaged, no picture, or to be turned for display.
        """
        if isinstance(img, _Failure):
            raise DataError(img.message)
        return super().get_data(img)
