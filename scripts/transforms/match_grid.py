"""Brings label maps to the grid of an image that has been turned, resampled or cropped."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from monai.config import KeysCollection
from monai.data import MetaTensor
from monai.data.utils import to_affine_nd
from monai.transforms import MapTransform, SpatialResample
from monai.utils import ensure_tuple_rep

__all__ = ["MatchGridd", "match_grid"]

# voxels; grids whose axes drift apart by less from one end to the other count as parallel
_DRIFT = 0.1
# voxels; far above rounding errors of affines, far below what can be seen
_TIE = 1e-3


def match_grid(maps: torch.Tensor, to: torch.Tensor, padding_value: int = 0) -> MetaTensor:
    """Nearest neighbour of each voxel of one grid in maps on another; values are never mixed.

    Grids whose axes are parallel (turned, flipped, cropped, of another spacing, as after ``Orientationd``,
    ``Spacingd`` and ``CropForegroundd``) are matched by indexing along one axis after the other: exact, fast and
    without a floating point copy. A voxel midway between two takes the one of lower index. Others (a sheared scan
    that was resampled) go through MONAI's ``SpatialResample``, one channel after the other.

    Args:
        maps: integers `CH[WD]` with an affine.
        to: `NH[WD]` with an affine, whose grid is taken.
        padding_value: for voxels whose centre lies outside the maps' voxels.

    Returns:
        The maps on the grid of ``to``, with its affine, in their own dtype.
    """
    dims = maps.ndim - 1
    target_affine = to_affine_nd(dims, np.asarray(to.affine, dtype=np.float64))
    source_affine = to_affine_nd(dims, np.asarray(maps.affine, dtype=np.float64))
    index_map = np.linalg.solve(source_affine, target_affine)
    shape = tuple(to.shape[1:])
    axes = _parallel_axes(index_map, shape)
    if axes is None:
        matched = _resample(maps, target_affine, shape, padding_value)
    else:
        matched = _index(maps.as_tensor(), index_map, shape, axes, padding_value)
    kept = {key: maps.meta[key] for key in ("filename_or_obj",) if key in maps.meta}
    return MetaTensor(matched, affine=torch.as_tensor(target_affine), meta=kept)


def _parallel_axes(index_map: np.ndarray, shape: Sequence[int]) -> list[int] | None:
    """For each axis of the maps the parallel axis of the target, None if the grids are not parallel.

    Args:
        index_map: from voxel indices of the target to those of the maps, homogeneous.
        shape: of the target.
    """
    # how far, in voxels of the maps, each axis of the target leads along each axis of the maps
    reach = np.abs(index_map[:-1, :-1]) * np.maximum(np.asarray(shape) - 1, 1)
    axes = np.abs(index_map[:-1, :-1]).argmax(axis=1).tolist()
    drift = reach.sum(axis=1) - reach[range(len(axes)), axes]
    return axes if sorted(axes) == list(range(len(axes))) and (drift < _DRIFT).all() else None


def _index(
    values: torch.Tensor, index_map: np.ndarray, shape: Sequence[int], axes: Sequence[int], padding_value: int
) -> torch.Tensor:
    """`CH[WD]` on the target's grid, by one index per axis."""
    outside = {}
    for axis, target_axis in enumerate(axes):
        position = index_map[axis, target_axis] * np.arange(shape[target_axis]) + index_map[axis, -1]
        size = values.shape[axis + 1]
        nearest = np.ceil(position - 0.5 - _TIE).astype(np.int64).clip(0, size - 1)
        values = values.index_select(axis + 1, torch.as_tensor(nearest, device=values.device))
        outside[target_axis] = (position < -0.5 - _TIE) | (position > size - 0.5 + _TIE)
    values = values.permute(0, *(axes.index(target_axis) + 1 for target_axis in range(len(axes)))).contiguous()
    for target_axis, beyond in outside.items():
        values.movedim(target_axis + 1, 0)[torch.as_tensor(beyond, device=values.device)] = padding_value
    return values


def _resample(maps: MetaTensor, affine: np.ndarray, shape: Sequence[int], padding_value: int) -> torch.Tensor:
    """`CH[WD]` on the target's grid, by MONAI; one channel at a time, since it computes with floating point copies."""
    resample = SpatialResample(mode="nearest", padding_mode="zeros")
    matched = maps.as_tensor().new_empty((len(maps), *shape))
    for channel, values in enumerate(maps.as_tensor()):
        # one more than the value, so that 0 means outside
        shifted = MetaTensor(values[None].double() + 1, affine=maps.affine)
        found = resample(shifted, dst_affine=torch.as_tensor(affine), spatial_size=shape).as_tensor()[0]
        matched[channel] = torch.where(found > 0, found - 1, padding_value).round().to(matched.dtype)
    return matched


class MatchGridd(MapTransform):
    """Dictionary version of :func:`match_grid`.

    Args:
        keys: maps `CH[WD]` with an affine.
        to: key of the image with the grid to match.
        padding_values: per key, or one for all, where the image reaches beyond the maps: ``IGNORE`` (255) for class
            index maps, since nothing is known there, 0 for maps of what was drawn.
        allow_missing_keys: whether a case may lack some of the keys.
    """

    def __init__(
        self,
        keys: KeysCollection,
        to: str = "image",
        padding_values: Sequence[int] | int = 0,
        allow_missing_keys: bool = False,
    ) -> None:
        super().__init__(keys, allow_missing_keys)
        self.to = to
        self.padding_values = ensure_tuple_rep(padding_values, len(self.keys))

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
        """Replace each map by one on the image's grid."""
        result = dict(data)
        for key, padding_value in self.key_iterator(result, self.padding_values):
            result[key] = match_grid(result[key], result[self.to], padding_value)
        return result
