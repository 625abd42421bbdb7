"""Work at some pixels only: gathering them from maps, and back."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch.nn.functional import grid_sample

__all__ = ["Points"]


@dataclass(frozen=True)
class Points:
    """The same number of pixels of every image in a batch; images with fewer have theirs filled up.

    Losses look at labelled pixels alone, often a few per cent of a volume. What they need of logits and matrices is
    gathered at these, so that its memory grows with the labels instead of the volume.

    Args:
        index: `BM` int64, pixels counted row by row over the image; 0 where filled up.
        valid: `B1M` bool, False where filled up.
        size: H[WD] of the images.
    """

    index: torch.Tensor
    valid: torch.Tensor
    size: tuple[int, ...]

    @classmethod
    def of(cls, mask: torch.Tensor, most: int) -> Points:
        """The pixels where a mask is set.

        Args:
            mask: `B1H[WD]` bool.
            most: the largest number of such pixels in one image; known to the caller, so that a GPU need not wait.
        """
        flat = mask.flatten(1)
        place = flat.cumsum(1) - 1
        image, pixel = flat.nonzero(as_tuple=True)
        index = torch.zeros(len(flat), most, dtype=torch.int64, device=mask.device)
        index[image, place[image, pixel]] = pixel
        counts = flat.sum(1, keepdim=True)
        valid = torch.arange(most, device=mask.device) < counts
        return cls(index, valid.unsqueeze(1), tuple(mask.shape[2:]))

    def gather(self, tensor: torch.Tensor) -> torch.Tensor:
        """Values at the points: `B...M` from `B...H[WD]`; a map of spatial size 1 gives `B...1`."""
        flat = tensor.flatten(-len(self.size))
        if flat.shape[-1] == 1:
            return flat
        index = self.index.view(len(flat), *[1] * (flat.ndim - 2), -1)
        return flat.gather(-1, index.expand(*flat.shape[:-1], -1))

    def interpolate(self, tensor: torch.Tensor) -> torch.Tensor:
        """Values at the points of a coarser map `Bnh[wd]`: `BnM`.

        Equals :func:`torch.nn.functional.interpolate` to :attr:`size` (bilinear or trilinear, ``align_corners=False``)
        followed by :meth:`gather`, without the interpolated map.
        """
        rest, coordinates = self.index, []
        for length in reversed(self.size):
            coordinates.append((2 * (rest % length) + 1) / length - 1)
            rest = rest // length
        # last axis first, as grid_sample wants them
        grid = torch.stack(coordinates, dim=-1).to(tensor.dtype)
        grid = grid.view(*self.index.shape, *[1] * (len(self.size) - 1), len(self.size))
        return grid_sample(tensor, grid, mode="bilinear", padding_mode="border", align_corners=False).flatten(2)
