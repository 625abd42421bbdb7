"""How the image of a case and the maps on its grid are shown: which slice, how large, rows first."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from monai.data import MetaTensor
from PIL import Image

from scripts.handlers.overlay import GREEN, Colour, class_colour, to_rgb
from scripts.volumes.volume_slice import choose_slice, to_ras

__all__ = ["CaseScene", "as_array", "box_edges", "scene_colour"]

_SHORTEST, _LONGEST = 480, 1024


class CaseScene:
    """A picture, or the slice of a volume, enlarged until details can be seen.

    Args:
        image: `NH[WD]`; of a volume with an affine, if it is not along the axes.
        found: `H[WD]`, what the slice of a volume is chosen by first; not looked at for pictures.
        drawn: `H[WD]`, what it is chosen by next.

    Attributes:
        picture: the image `HW3` uint8 as displayed.
    """

    def __init__(self, image: torch.Tensor, found: np.ndarray, drawn: np.ndarray) -> None:
        pixels, self._affine, self._view = as_array(image), np.eye(4), None
        if pixels.ndim == 4:
            if isinstance(image, MetaTensor):
                self._affine = np.asarray(image.affine.cpu(), dtype=float)
            found, spacing = to_ras(found, self._affine)
            self._view = choose_slice(found, to_ras(drawn, self._affine)[0], spacing)
            self._size = self._view.size(found.shape, _SHORTEST, _LONGEST)
        else:
            scale = np.clip(max(pixels.shape[1:]), _SHORTEST, _LONGEST) / max(pixels.shape[1:])
            self._size = tuple(max(1, round(n * scale)) for n in pixels.shape[1:])
        picture = Image.fromarray(to_rgb(self._display(pixels)))
        self.picture = np.asarray(picture.resize(self._size, Image.Resampling.BICUBIC))

    @property
    def slice_name(self) -> str:
        """Which slice of a volume it is."""
        return "" if self._view is None else str(self._view)

    def map(self, array: np.ndarray) -> np.ndarray:
        """Whole numbers `H[WD]` as displayed."""
        picture = Image.fromarray(np.ascontiguousarray(self._display(array.astype(np.int32))))
        return np.asarray(picture.resize(self._size, Image.Resampling.NEAREST))

    def values(self, array: np.ndarray) -> np.ndarray:
        """Floating point numbers `H[WD]` as displayed."""
        picture = Image.fromarray(np.ascontiguousarray(self._display(array.astype(np.float32))))
        return np.asarray(picture.resize(self._size, Image.Resampling.BILINEAR))

    def _display(self, array: np.ndarray) -> np.ndarray:
        """`[C]H[WD]` as displayed, rows first."""
        if self._view is None:
            return np.swapaxes(array, -1, -2)
        return self._view.display(to_ras(array, self._affine)[0])


def as_array(value: Any) -> np.ndarray:
    """A tensor, wherever it is, or an array as an array without metadata."""
    return torch.as_tensor(value).detach().cpu().as_subclass(torch.Tensor).numpy()


def box_edges(numbers: np.ndarray) -> np.ndarray:
    """Outlines of boxes as displayed: bool `HW` from the numbers of boxes `HW`, 0 for none."""
    framed = np.pad(numbers, 1)
    neighbours = (framed[:-2, 1:-1], framed[2:, 1:-1], framed[1:-1, :-2], framed[1:-1, 2:])
    return (numbers > 0) & np.any([numbers != other for other in neighbours], axis=0)


def scene_colour(index: int, count: int) -> Colour:
    """Colour of a class among ``count``: green where there is but one besides the background."""
    return GREEN if count <= 2 else class_colour(index, count)
