"""Thickens lines to the voxels around them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from bundle.importing.volume_placed import Placed3, nothing, to_index
from scripts.volumes import VolumeGrid

__all__ = ["place_line"]

# voxels whose distance is computed at once, for the sake of memory
_AT_ONCE = 1 << 20
# voxels that a piece of a line may reach along an axis, so that the box around a slanting line stays small
_PIECE = 16.0
# share of a segment, or of a voxel, below which two places are one
_SAME = 1e-9


def place_line(points: np.ndarray, width_mm: float, grid: VolumeGrid) -> Placed3:
    """The voxels whose centre lies within half a width of a line, and all voxels that the line itself passes through.

    Args:
        points: (n, 3) in mm, RAS, n above 0.
        width_mm: 0 or more.
        grid: of the image.
    """
    points = np.asarray(points, dtype=np.float64)
    index = to_index(points, grid)
    starts, ends = (index[:-1], index[1:]) if len(index) > 1 else (index, index)
    first, last = _inside(starts, ends, grid.shape)
    outside = _outside(starts, ends, first, last, grid)
    kept = last >= first
    if not kept.any():
        return nothing(outside)
    starts, ends, first, last = (values[kept] for values in (starts, ends, first, last))
    passed = _passed(starts, ends, first, last, grid.shape)
    radius = width_mm / 2
    # how far the tube reaches along each axis, in voxels; also where axes are not perpendicular
    reach = radius * np.linalg.norm(np.linalg.inv(grid.affine[:3, :3]), axis=1)
    low = np.maximum(np.ceil(np.minimum(starts, ends).min(axis=0) - reach - _SAME), 0)
    high = np.minimum(np.floor(np.maximum(starts, ends).max(axis=0) + reach + _SAME) + 1, grid.shape)
    low = np.minimum(low, passed.min(axis=0)).astype(int)
    high = np.maximum(high, passed.max(axis=0) + 1).astype(int)
    mask = np.zeros(high - low, dtype=bool)
    if radius > 0:
        for start, end in _pieces(starts, ends, low - reach, high + reach, reach):
            _fill_tube(mask, low, start, end, radius, reach, grid.affine[:3, :3])
    mask[tuple((passed - low).T)] = True
    return Placed3(mask, tuple(low.tolist()), outside)


def _inside(starts: np.ndarray, ends: np.ndarray, shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """The share of each segment at which it enters a volume, and at which it leaves; the latter is less if it misses.

    Voxel i covers [i - 0.5, i + 0.5].
    """
    return _clip(starts, ends, np.full(3, -0.5), np.array(shape) - 0.5)


def _clip(starts: np.ndarray, ends: np.ndarray, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    step = ends - starts
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.sort(np.stack([(low - starts) / step, (high - starts) / step]), axis=0)
    still = step == 0
    beside = (still & ((starts < low) | (starts > high))).any(axis=1)
    first = np.where(still, 0, shares[0]).max(axis=1).clip(0, None)
    last = np.where(still, 1, shares[1]).min(axis=1).clip(None, 1)
    return first, np.where(beside, -1, last)


def _outside(starts: np.ndarray, ends: np.ndarray, first: np.ndarray, last: np.ndarray, grid: VolumeGrid) -> float:
    """Share of the length in mm."""
    lengths = np.linalg.norm((ends - starts) @ grid.affine[:3, :3].T, axis=1)
    if not lengths.sum() > 0:
        return float((last < first).mean())
    inside = (lengths * np.maximum(last - first, 0)).sum()
    return float(np.clip(1 - inside / lengths.sum(), 0, 1)) if inside < lengths.sum() * (1 - 1e-12) else 0.0


def _passed(
    starts: np.ndarray, ends: np.ndarray, first: np.ndarray, last: np.ndarray, shape: tuple[int, ...]
) -> np.ndarray:
    """(n, 3) int: between two borders of voxels that a segment crosses lies one voxel."""
    found = []
    for start, end, enter, leave in zip(starts, ends, first, last):
        step = end - start
        shares = [np.array([enter, leave])]
        for axis in np.flatnonzero(step):
            near, far = np.sort([start[axis] + enter * step[axis], start[axis] + leave * step[axis]])
            borders = np.arange(np.floor(near + 0.5), np.ceil(far + 0.5) + 1) - 0.5
            shares.append((borders - start[axis]) / step[axis])
        shares = np.unique(np.clip(np.concatenate(shares), enter, leave))
        # crossings of several axes at once, as in corners, differ by rounding
        parts = np.diff(shares) > _SAME
        middle = ((shares[1:] + shares[:-1]) / 2)[parts] if parts.any() else shares[:1]
        found.append(np.floor(start + middle[:, None] * step + 0.5))
    return np.unique(np.clip(np.concatenate(found), 0, np.array(shape) - 1).astype(int), axis=0)


def _pieces(
    starts: np.ndarray, ends: np.ndarray, low: np.ndarray, high: np.ndarray, reach: np.ndarray
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Short pieces of all segments, as far as they can touch a box; unnecessary ones are left out."""
    first, last = _clip(starts, ends, low, high)
    most = np.maximum(_PIECE, 2 * reach)
    for start, end, enter, leave in zip(starts, ends, first, last):
        if leave < enter:
            continue
        step = end - start
        count = max(1, int(np.ceil((np.abs(step) * (leave - enter) / most).max())))
        cuts = np.linspace(enter, leave, count + 1)
        for before, after in zip(cuts[:-1], cuts[1:]):
            yield start + before * step, start + after * step


def _fill_tube(
    mask: np.ndarray,
    origin: np.ndarray,
    start: np.ndarray,
    end: np.ndarray,
    radius: float,
    reach: np.ndarray,
    sides: np.ndarray,
) -> None:
    """Set the voxels whose centre is at most ``radius`` mm from a straight piece."""
    low = np.maximum(np.ceil(np.minimum(start, end) - reach - _SAME) - origin, 0).astype(int)
    high = np.minimum(np.floor(np.maximum(start, end) + reach + _SAME) + 1 - origin, mask.shape).astype(int)
    if (low >= high).any():
        return
    along = sides @ (end - start)
    square = along @ along
    rows = max(1, _AT_ONCE // int(np.prod((high - low)[1:])))
    for row in range(low[0], high[0], rows):
        stop = min(row + rows, high[0])
        # offsets from the start in mm, one axis of the array at a time
        ranges = (np.arange(row, stop), np.arange(low[1], high[1]), np.arange(low[2], high[2]))
        x, y, z = (values + origin[axis] - start[axis] for axis, values in enumerate(ranges))
        offset = (
            x[:, None, None, None] * sides[:, 0]
            + y[None, :, None, None] * sides[:, 1]
            + z[None, None, :, None] * sides[:, 2]
        )
        if square > 0:
            share = np.clip(offset @ (along / square), 0, 1)
            offset -= share[..., None] * along
        near = np.einsum("...i,...i->...", offset, offset) <= radius**2 * (1 + 1e-9)
        mask[row:stop, low[1] : high[1], low[2] : high[2]] |= near
