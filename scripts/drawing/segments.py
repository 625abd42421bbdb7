"""Segments of a structure: its skeleton split at branch points, and the pixels that belong to each piece."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import ndimage, sparse
from scipy.sparse import csgraph

from scripts.drawing.curves import cross_section
from scripts.drawing.thinning import depth_inside, find_skeleton, relative_depth

__all__ = ["Segments", "find_segments", "mean_radius", "split_segments", "stroke_length"]

# A connected structure is a blob, not a line, if its skeleton is shorter than this many of its mean radii.
_LINE_ELONGATION = 8.0
# Pieces of greater radius are filled, not drawn with one stroke, however long they are: pixels or mm, and share of the
# image.
_BROAD = 8.0
_BROAD_SHARE = 0.03
# Shorter pieces (spurs, crowded branch points) are joined to their neighbours.
_SHORTEST = 5.0


@dataclass(frozen=True)
class Segments:
    """Pieces of a structure, numbered from 0.

    Attributes:
        index: int H[WD], for every pixel of the image the number of the nearest piece.
        position: float H[WD], order in which a hand fills a piece: along a line (pixels or mm); in blobs from the
            middle outwards (0 in the middle to 1 at the edge) or, with ``spacing``, along their longest axis (mm).
        radius: float (pieces,), mean half width in pixels or mm.
        length: float (pieces,), length of the skeleton in pixels or mm.
        blob: bool (pieces,), the piece is filled like a blob, because its structure is compact or it is very broad.
    """

    index: np.ndarray
    position: np.ndarray
    radius: np.ndarray
    length: np.ndarray
    blob: np.ndarray

    def __len__(self) -> int:
        return len(self.radius)


def find_segments(mask: np.ndarray, ratio: float, spacing: Sequence[float] | None = None) -> Segments:
    """Pieces of a structure as long as the strokes that make up a drawing of the given ratio."""
    pixel = 1.0 if spacing is None else float(np.prod(spacing))
    longest = stroke_length(ratio * mask.sum() * pixel, mean_radius(mask, spacing), mask.ndim)
    return split_segments(mask, longest, spacing)


def stroke_length(area: float, radius: float, axes: int = 2) -> float:
    """Length of a stroke such that about half a dozen make up the area; 12 to 80.

    Args:
        area: area in pixels or mm2; in 3D the volume in mm3.
        radius: half the stroke's width in pixels or mm.
        axes: number of dimensions.
    """
    return float(np.clip(area / (6 * cross_section(max(radius, 0.5), axes)), 12.0, 80.0))


def mean_radius(mask: np.ndarray, spacing: Sequence[float] | None = None) -> float:
    """Mean half width of a structure in pixels, or in mm with ``spacing``, from its size and that of its skeleton."""
    skeleton = max(int(np.isinf(relative_depth(mask, spacing)).sum()), 1)
    if spacing is None and mask.ndim == 2:
        return float(mask.sum() / (2 * skeleton))
    pixel = 1.0 if spacing is None else float(np.prod(spacing))
    section = mask.sum() / skeleton * pixel ** (1 - 1 / mask.ndim)
    return float(section / 2 if mask.ndim == 2 else np.sqrt(section / np.pi))


def split_segments(mask: np.ndarray, longest: float, spacing: Sequence[float] | None = None) -> Segments:
    """Split a structure at the branch points of its skeleton, and long pieces into equal parts.

    Args:
        mask: bool H[WD], not empty.
        longest: greatest length of a piece in pixels, or in mm with ``spacing``.
        spacing: mm per axis of a pixel; None: lengths are pixels.

    Raises:
        ValueError: the mask is empty.
    """
    if not mask.any():
        raise ValueError("mask must not be empty, but it has no foreground pixel")
    sides = np.ones(mask.ndim) if spacing is None else np.asarray(spacing, dtype=np.float64)
    depth = depth_inside(mask, spacing)
    skeleton, part = _skeleton(mask, depth)
    pixels = np.argwhere(skeleton)
    piece, place = _paths(skeleton, pixels, sides)
    component = part[skeleton]
    side = 1.0 if spacing is None else float(sides.prod() ** (1 / mask.ndim))
    piece, place, pixels, component = _drop_short(piece, place, pixels, component, side)

    extent = ndimage.maximum(place, piece, np.arange(piece.max() + 1)) + sides.min()
    parts = np.ceil(extent / longest)
    chunk = np.minimum((place / (extent / parts)[piece]).astype(int), parts[piece].astype(int) - 1)
    _, number = np.unique(np.stack([piece, chunk]), axis=1, return_inverse=True)
    number = number.ravel()

    source = np.full(mask.shape, -1)
    source[tuple(pixels.T)] = np.arange(len(pixels))
    nearest = ndimage.distance_transform_edt(source < 0, sampling=spacing, return_distances=False, return_indices=True)
    owner = source[tuple(nearest)]

    half = depth[tuple(pixels.T)]
    count = np.bincount(number)
    # The length of a line that one pixel of the skeleton stands for.
    worth = np.ones(len(pixels)) if spacing is None else (extent / np.bincount(piece))[piece]
    sizes = np.bincount(component, worth)
    elongation = sizes**2 / np.maximum(np.bincount(component, half * worth), 1e-9)
    radius = np.bincount(number, half) / count
    broad = radius > max(_BROAD, _BROAD_SHARE * float((sides * mask.shape).min()))
    blob = (elongation < _LINE_ELONGATION)[component] | broad[number]
    index = number[owner]
    if spacing is None:
        within = 1.0 - depth / np.maximum(half[owner], depth.clip(1e-9))
    else:
        within = _along_longest_axis(mask, index, sides)
    return Segments(
        index=index,
        position=np.where(blob[owner], within, place[owner]),
        radius=radius,
        length=np.bincount(number, worth),
        blob=np.bincount(number, blob) > 0,
    )


def _along_longest_axis(mask: np.ndarray, index: np.ndarray, sides: np.ndarray) -> np.ndarray:
    """Coordinate in mm, per pixel, along the first principal axis of its piece's part of the mask."""
    members, points = index[mask], np.argwhere(mask) * sides
    count = np.maximum(np.bincount(members, minlength=int(index.max()) + 1), 1)
    mean = np.stack([np.bincount(members, axis, len(count)) / count for axis in points.T], axis=1)
    apart = points - mean[members]
    spread = np.array([[np.bincount(members, a * b, len(count)) / count for b in apart.T] for a in apart.T])
    axes = np.linalg.eigh(np.moveaxis(spread, -1, 0))[1][:, :, -1]
    # An eigenvector has no sign of its own.
    leading = np.take_along_axis(axes, np.abs(axes).argmax(axis=1)[:, None], axis=1)
    axes = axes * np.where(leading < 0, -1.0, 1.0)
    return sum(
        np.arange(n).reshape((-1,) + (1,) * (mask.ndim - 1 - a)) * sides[a] * axes[:, a][index]
        for a, n in enumerate(mask.shape)
    )


def _skeleton(mask: np.ndarray, depth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Skeleton with at least one pixel in every connected structure, and the number of the structure per pixel."""
    part, count = ndimage.label(mask, np.ones((3,) * mask.ndim))
    skeleton = find_skeleton(mask)
    bare = np.setdiff1d(np.arange(1, count + 1), part[skeleton])
    if len(bare):
        skeleton[tuple(np.array(ndimage.maximum_position(depth, part, bare)).T)] = True
    return skeleton, part


def _paths(skeleton: np.ndarray, pixels: np.ndarray, sides: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Number of the unbranched path, and the place along it, for each pixel of the skeleton (-1: branch)."""
    degree = ndimage.convolve(skeleton.astype(np.uint8), np.ones((3,) * skeleton.ndim, np.uint8), mode="constant")
    simple = degree[skeleton] <= 3
    if not simple.any():
        simple[:] = True
    number = np.full(skeleton.shape, -1)
    number[tuple(pixels[simple].T)] = np.arange(simple.sum())
    padded = np.pad(number, 1, constant_values=-1)
    members = pixels[simple]
    rows, columns, steps = [], [], []
    for shift in np.ndindex((3,) * skeleton.ndim):
        offset = np.array(shift) - 1
        other = padded[tuple((members + 1 + offset).T)]
        hit = (other >= 0) & bool(offset.any())
        rows.append(np.flatnonzero(hit))
        columns.append(other[hit])
        steps.append(np.full(hit.sum(), float(np.linalg.norm(offset * sides))))
    rows, columns = np.concatenate(rows), np.concatenate(columns)
    graph = sparse.csr_matrix((np.concatenate(steps), (rows, columns)), shape=(len(members),) * 2)
    count, path = csgraph.connected_components(graph, directed=False)
    # An end of each path: the pixel with the fewest neighbours.
    order = np.lexsort((np.bincount(rows, minlength=len(members)), path))
    ends = order[np.searchsorted(path[order], np.arange(count))]
    place = np.asarray(csgraph.dijkstra(graph, indices=ends, min_only=True))
    full_path, full_place = np.full(len(pixels), -1), np.zeros(len(pixels))
    full_path[simple], full_place[simple] = path, place
    return full_path, full_place


def _drop_short(
    piece: np.ndarray, place: np.ndarray, pixels: np.ndarray, component: np.ndarray, side: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Forget branch points and short pieces, but keep the longest piece of every connected structure."""
    size = np.bincount(piece[piece >= 0])
    weight = np.where(piece >= 0, size[piece], 0)
    longest = ndimage.maximum(weight, component, np.arange(component.max() + 1))
    keep = (piece >= 0) & ((weight * side >= _SHORTEST) | (weight == longest[component]))
    # A structure whose skeleton is all branch points keeps its first one, as a piece of its own.
    bare = np.setdiff1d(component, component[keep])
    first = np.array([np.flatnonzero(component == number)[0] for number in bare], dtype=int)
    piece = piece.copy()
    piece[first] = len(size) + np.arange(len(first))
    keep[first] = True
    _, numbers = np.unique(piece[keep], return_inverse=True)
    _, components = np.unique(component[keep], return_inverse=True)
    return numbers.ravel(), place[keep], pixels[keep], components.ravel()
