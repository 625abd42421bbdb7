"""Reads photographs of any colour mode as RGB."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from monai.config import PathLike
from monai.data import PILReader
from PIL import Image

from scripts.errors import DataError

__all__ = ["PhotographReader"]

_DEEP_GREY = ("I", "I;16", "I;16B", "I;16L", "F")


def _to_rgb(image: Image.Image) -> Image.Image:
    """RGB of a picture; 16-bit grey and floating point are scaled by their maximum, since PIL would clip them."""
    if image.mode in _DEEP_GREY:
        values = np.nan_to_num(np.asarray(image, dtype=np.float64), posinf=0, neginf=0)
        largest = values.max(initial=0)
        scaled = values * (255 / largest) if largest > 0 else values
        image = Image.fromarray(scaled.clip(0, 255).astype(np.uint8))
    return image.convert("RGB")


class PhotographReader(PILReader):
    """MONAI's :class:`PILReader` with three channels whatever the file holds.

    Grey becomes three equal channels, transparency is dropped, palettes are resolved. Arrays are ``(W, H, 3)`` as
    MONAI's reader gives them. TIFF is read by PIL too, so that image and label share one axis convention
    (ITK's TIFF reader flips the affine).
    """

    def __init__(self, **kwargs) -> None:
        super().__init__(converter=_to_rgb, **kwargs)

    def read(self, data: Sequence[PathLike] | PathLike, **kwargs: Any) -> Any:
        """Open and convert.

        Raises:
            DataError: naming the file, when it is damaged or no picture.
        """
        try:
            return super().read(data, **kwargs)
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:  # what PIL raises
            reason = (str(error).splitlines() or [type(error).__name__])[0]
            raise DataError(
                f"{data}: cannot be read as a picture ({reason}). Export it again or leave it out."
            ) from error
