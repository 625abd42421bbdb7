"""Where a stroke that was drawn along a line ends, and what was drawn may go on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.ndimage import convolve, distance_transform_edt, label, maximum
from scipy.spatial import KDTree
from skimage.morphology import skeletonize

__all__ = ["before_ends"]


def before_ends(
    strokes: np.ndarray, where: np.ndarray, radius: float, spacing: Sequence[float] | None = None
) -> np.ndarray:
    """Pixels in front of the end of a stroke, where a vessel goes on though the annotator lifted the pen (our reading).

    The centre line of the strokes is their skeleton (Lee et al., CVGIP 1994). It has an end at every pixel with one
    neighbour, if it is longer than the stroke is wide, counted in pixels: a painted disc has no direction in which it
    could go on. An end points away from the mean of its line's pixels within one and a half radii along every axis. In
    front of it lies what is nearer to it than to any other end, no further back than half a radius, and no further off
    its axis than the end's own distance to the stroke's border and a quarter of the radius.

    Args:
        strokes: `H[WD]` bool.
        where: `H[WD]` bool, the pixels that are asked for.
        radius: the scale of all this, in the unit of ``spacing``.
        spacing: size of a pixel along each axis; default 1.

    Returns:
        `H[WD]` bool, those of ``where`` that lie in front of an end.
    """
    steps = np.ones(strokes.ndim) if spacing is None else np.asarray(spacing, dtype=float)
    before = np.zeros(strokes.shape, dtype=bool)
    # a copy, since skimage takes no read-only arrays; one method, so that a volume of one slice equals the plane
    line = skeletonize(np.array(strokes, dtype=bool), method="lee").astype(bool)
    pieces, ends = _ends(strokes, line)
    points = np.argwhere(where)
    if not len(ends) or not len(points):
        return before
    directions = np.array([_direction(pieces, end, 1.5 * radius, steps) for end in ends])
    off_axis = distance_transform_edt(strokes, sampling=steps)[tuple(ends.T)] + radius / 4
    _, nearest = KDTree(ends * steps).query(points * steps)
    offsets = (points - ends[nearest]) * steps
    along = (offsets * directions[nearest]).sum(axis=1)
    off = np.linalg.norm(offsets - along[:, None] * directions[nearest], axis=1)
    before[tuple(points[(along >= -radius / 2) & (off <= off_axis[nearest])].T)] = True
    return before


def _ends(strokes: np.ndarray, line: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of the pieces of centre lines `H[WD]`, and the places `Nx2` or `Nx3` of the ends of long ones."""
    block = np.ones((3,) * line.ndim, dtype=np.int32)
    pieces, count = label(line, block)
    # distances of pixel centres: a stroke three pixels wide has 2 at its centre
    width = 2 * maximum(distance_transform_edt(strokes), pieces, np.arange(count + 1)) - 1
    long = np.bincount(pieces.ravel(), minlength=count + 1) > width
    # itself and one neighbour
    tips = convolve(line.astype(np.int32), block, mode="constant") == 2
    return pieces, np.argwhere(line & tips & long[pieces])


def _direction(pieces: np.ndarray, end: np.ndarray, reach: float, steps: np.ndarray) -> np.ndarray:
    """Unit vector in which a line ends; zero, so that a ball takes the place of the strip, where it curls around it."""
    reaches = np.minimum(reach / steps, pieces.shape).astype(int) + 1
    first = np.maximum(end - reaches, 0)
    window = tuple(slice(low, high + 1) for low, high in zip(first, end + reaches))
    own = np.argwhere(pieces[window] == pieces[tuple(end)]) + first
    vector = (end - own.mean(axis=0)) * steps
    length = np.linalg.norm(vector)
    return vector / length if length > 0 else vector
