"""Segments of a structure: its skeleton split at branch points, and the pixels that belong to each piece."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage, sparse
from scipy.sparse import csgraph

from scripts.drawing.thinning import depth_inside, find_skeleton

__all__ = ["Segments", "split_segments"]

# A connected structure is a blob, not a line, if its skeleton is shorter than this many of its mean radii.
_LINE_ELONGATION = 8.0
# Pieces of greater radius are filled, not drawn with one stroke, however long they are: pixels, and share of the image.
_BROAD_PIXELS = 8.0
_BROAD_SHARE = 0.03
# Shorter pieces (spurs, crowded branch points) are joined to their neighbours.
_SHORTEST = 5.0


@dataclass(frozen=True)
class Segments:
    """Pieces of a structure, numbered from 0.

    Attributes:
        index: int H[WD], for every pixel of the image the number of the nearest piece.
        position: float H[WD], order in which a hand fills a piece: along a line (pixels), from the middle of a blob
            outwards (0 in the middle to 1 at the edge).
        radius: float (pieces,), mean half width in pixels.
        length: float (pieces,), length of the skeleton in pixels.
        blob: bool (pieces,), the piece is filled like a blob, because its structure is compact or it is very broad.
    """

    index: np.ndarray
    position: np.ndarray
    radius: np.ndarray
    length: np.ndarray
    blob: np.ndarray

    def __len__(self) -> int:
        return len(self.radius)


def split_segments(mask: np.ndarray, longest: float) -> Segments:
    """Split a structure at the branch points of its skeleton, and long pieces into equal parts.

    Args:
        mask: bool H[WD], not empty.
        longest: greatest length of a piece in pixels.

    Raises:
        ValueError: the mask is empty.
    """
    if not mask.any():
        raise ValueError("mask must not be empty, but it has no foreground pixel")
    depth = depth_inside(mask)
    skeleton, part = _skeleton(mask, depth)
    pixels = np.argwhere(skeleton)
    piece, place = _paths(skeleton, pixels)
    component = part[skeleton]
    piece, place, pixels, component = _drop_short(piece, place, pixels, component)

    extent = ndimage.maximum(place, piece, np.arange(piece.max() + 1)) + 1.0
    parts = np.ceil(extent / longest)
    chunk = np.minimum((place / (extent / parts)[piece]).astype(int), parts[piece].astype(int) - 1)
    _, number = np.unique(np.stack([piece, chunk]), axis=1, return_inverse=True)
    number = number.ravel()

    source = np.full(mask.shape, -1)
    source[tuple(pixels.T)] = np.arange(len(pixels))
    nearest = ndimage.distance_transform_edt(source < 0, return_distances=False, return_indices=True)
    owner = source[tuple(nearest)]

    half = depth[tuple(pixels.T)]
    count = np.bincount(number)
    sizes = np.bincount(component)
    elongation = sizes**2 / np.maximum(np.bincount(component, half), 1e-9)
    radius = np.bincount(number, half) / count
    broad = radius > max(_BROAD_PIXELS, _BROAD_SHARE * min(mask.shape))
    blob = (elongation < _LINE_ELONGATION)[component] | broad[number]
    along = place[owner]
    outwards = 1.0 - depth / np.maximum(half[owner], depth.clip(1e-9))
    return Segments(
        index=number[owner],
        position=np.where(blob[owner], outwards, along),
        radius=radius,
        length=count.astype(np.float64),
        blob=np.bincount(number, blob) > 0,
    )


def _skeleton(mask: np.ndarray, depth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Skeleton with at least one pixel in every connected structure, and the number of the structure per pixel."""
    part, count = ndimage.label(mask, np.ones((3,) * mask.ndim))
    skeleton = find_skeleton(mask)
    bare = np.setdiff1d(np.arange(1, count + 1), part[skeleton])
    if len(bare):
        skeleton[tuple(np.array(ndimage.maximum_position(depth, part, bare)).T)] = True
    return skeleton, part


def _paths(skeleton: np.ndarray, pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Number of the unbranched path, and the place along it in pixels, for each pixel of the skeleton (-1: branch)."""
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
        steps.append(np.full(hit.sum(), float(np.linalg.norm(offset))))
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
    piece: np.ndarray, place: np.ndarray, pixels: np.ndarray, component: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Forget branch points and short pieces, but keep the longest piece of every connected structure."""
    size = np.bincount(piece[piece >= 0])
    weight = np.where(piece >= 0, size[piece], 0)
    longest = ndimage.maximum(weight, component, np.arange(component.max() + 1))
    keep = (piece >= 0) & ((weight >= _SHORTEST) | (weight == longest[component]))
    # A structure whose skeleton is all branch points keeps its first one, as a piece of its own.
    bare = np.setdiff1d(component, component[keep])
    first = np.array([np.flatnonzero(component == number)[0] for number in bare], dtype=int)
    piece = piece.copy()
    piece[first] = len(size) + np.arange(len(first))
    keep[first] = True
    _, numbers = np.unique(piece[keep], return_inverse=True)
    _, components = np.unique(component[keep], return_inverse=True)
    return numbers.ravel(), place[keep], pixels[keep], components.ravel()
