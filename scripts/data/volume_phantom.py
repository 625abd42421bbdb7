"""Synthetic MR-like volumes with a bent body in two parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from nibabel.orientations import axcodes2ornt
from scipy import ndimage
from scipy.interpolate import CubicSpline
from scipy.spatial.transform import Rotation

from scripts.drawing.curves import wander
from scripts.drawing.fields import smooth_field, smooth_step

__all__ = ["PARTS", "Volume", "make_volume"]

PARTS = {"anterior": 1, "posterior": 2}

# The scene is composed on cubes of this side in mm and then scanned, so that edges are soft and grids can be oblique.
_FINE = 0.7
# mm around the scanned box, so that an oblique box stays within the scene.
_MARGIN = 5.0
_SMALLEST = 24
_CODES = ("RAS", "LAS", "LPS", "ASR")
_MOST_OBLIQUE = 8.0
# Relative signal of the tissues.
_BRIGHT, _GREY, _FLUID = 1.0, 0.62, 0.2
# Tissue around the body is somewhat less grey than it, by these amounts at least and at most.
_LESS_GREY = (0.08, 0.28)

# Centreline of the body in a box of 40 x 48 x 40 mm (right, front, up; the origin is the middle) with its radius in
# mm. The head hooks inwards, the neck at knot 3 parts the head from the tail, which rises and thins.
_REFERENCE = np.array([40.0, 48.0, 40.0])
_KNOTS = np.array(
    [[-5, 13.5, -4], [2, 13, -8], [4.5, 6.5, -8], [5, -0.5, -4.5], [4, -6.5, 0], [0.5, -12, 4.5], [-4, -15, 8.5]]
)
_RADII = np.array([3.4, 5.0, 5.0, 3.7, 4.3, 3.8, 2.8])
_NECK = 3


@dataclass(frozen=True)
class Volume:
    """A synthetic scan.

    Attributes:
        image: int16 or float32 HWD, at least 0, of arbitrary gain.
        mask: uint8 HWD, 0 background or a value of :data:`PARTS`.
        affine: float64 (4, 4), from voxel indices to millimetres, axes right, front, up.
    """

    image: np.ndarray
    mask: np.ndarray
    affine: np.ndarray


def make_volume(size: Sequence[float], rng: np.random.Generator) -> Volume:
    """Compose a scene in millimetres, then scan it on a grid of random orientation, obliqueness and voxel size.

    Not a model of any real anatomy: a tube with a thick hooked head and a thin tail, which its grey value alone does
    not tell from what is around it in noise (sheets, tubes and a ball of a similar grey value that touch it, a dark
    tube beside it). It lies left or right. Gain, type of the values, bias field and Rician noise (Gudbjartsson and
    Patz 1995) vary with the case. Nothing else is claimed.

    Args:
        size: about the extent in mm to the right, front and up, at least 24 each; it varies by 2 mm.
        rng: source of randomness.

    Raises:
        ValueError: a size under 24 mm.
    """
    if len(size) != 3 or min(size) < _SMALLEST:
        raise ValueError(f"size must be three extents of at least {_SMALLEST} mm, but it is {tuple(size)}")
    extent = np.array(size) + rng.uniform(-2, 2, 3)
    shape = tuple(np.ceil((extent + 2 * _MARGIN) / _FINE).astype(int))
    signal, parts = _scene(shape, float(np.min(np.array(size) / _REFERENCE)), rng)

    grid, affine = _scan_grid(extent, rng)
    spacing = np.linalg.norm(affine[:3, :3], axis=0)
    blur = 0.4 * float(spacing.mean()) / _FINE
    matrix = affine[:3, :3] / _FINE
    # Both grids have their middle at the origin of the scene.
    offset = (np.array(shape) - 1) / 2 - matrix @ ((np.array(grid) - 1) / 2)
    scan = [
        ndimage.affine_transform(ndimage.gaussian_filter(values, blur), matrix, offset, grid, order=1, mode="nearest")
        for values in (signal, *((parts == value).astype(np.float64) for value in PARTS.values()))
    ]
    fractions = np.stack(scan[1:])
    mask = np.where(fractions.sum(axis=0) >= 0.5, 1 + fractions.argmax(axis=0), 0).astype(np.uint8)
    return Volume(_acquire(scan[0], rng), mask, affine)


def _scene(shape: tuple[int, ...], scale: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Signal and parts on the fine grid, whose axes point right, front and up."""
    centre = (np.array(shape) - 1) / 2
    unit = scale / _FINE
    side = np.array([rng.choice([-1.0, 1.0]), 1.0, 1.0])
    turn = Rotation.from_rotvec(np.deg2rad(rng.normal(0, 4, 3)))
    place = rng.uniform(-1.2, 1.2, 3)

    def line(knots: np.ndarray, jitter: float = 0.9) -> np.ndarray:
        """Curve through the knots, in pixels."""
        knots = side * (turn.apply(knots) + place) + rng.normal(0, jitter, knots.shape)
        return CubicSpline(np.arange(len(knots)), knots * unit + centre)(np.linspace(0, len(knots) - 1, 300))

    def thickness(radii: np.ndarray) -> np.ndarray:
        radii = radii * rng.lognormal(0, 0.07, len(radii)) * unit
        return CubicSpline(np.arange(len(radii)), radii)(np.linspace(0, len(radii) - 1, 300))

    width = rng.lognormal(0, 0.06)
    outside, at = _tube(line(_KNOTS), thickness(_RADII * width), shape)
    outside += 0.55 * unit * smooth_field(shape, 5 * unit, rng)
    neck = 299 * (_NECK + rng.normal(0, 0.08)) / (len(_KNOTS) - 1)
    # What the rough outline cuts off is left out.
    body = _largest(outside <= 0)
    parts = np.where(body, np.where(at < neck, PARTS["anterior"], PARTS["posterior"]), 0)

    others = [
        # A ridge along the underside, and a ball before and above the head.
        (line(_KNOTS[1:] + [1.5, 0, -9.5], 1.6), thickness(np.full(6, 4.0))),
        (line(np.array([[0, 16.5, 4], [1, 18.5, 5], [2, 17.5, 7]])), thickness(np.full(3, 5.0))),
    ]
    for _ in range(int(rng.integers(2, 5))):
        path = wander(rng.uniform(0.1, 0.9, 3) * shape, rng.uniform(8, 35) * unit, rng, bend=0.05 / unit)
        others.append((path, np.full(len(path), rng.uniform(2.0, 4.5) * unit)))
    fold = smooth_field(shape, 9 * unit, rng)
    signal = np.where(np.abs(fold) < 0.25, _GREY + np.mean(_LESS_GREY), _BRIGHT)
    signal[fold > 1.5] = _FLUID
    for path, radius in others:
        signal[_tube(path, radius, shape)[0] <= 0] = _GREY + rng.uniform(*_LESS_GREY)
    signal[_tube(line(_KNOTS + [4, -3, 5.5]), thickness(np.full(7, 1.6)), shape)[0] <= 0] = _FLUID
    # A bright rim that comes and goes, so that the outline is lost here and there.
    rim = smooth_step(smooth_field(shape, 7 * unit, rng), -0.4, 0.5) * (outside > 0) * (outside < 1.3 * unit)
    signal += rim * (_BRIGHT - signal)
    signal[parts > 0] = _GREY
    return signal * (1 + 0.04 * smooth_field(shape, 3 * unit, rng)), parts


def _tube(points: np.ndarray, radius: np.ndarray, shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Distance of every pixel to a tube, negative inside, and the number of the nearest point."""
    pixels = points.round().astype(int)
    inside = np.all((pixels >= 0) & (pixels < shape), axis=1)
    if not inside.any():
        return np.full(shape, np.inf), np.zeros(shape)
    number = np.full(shape, -1)
    number[tuple(pixels[inside].T)] = np.flatnonzero(inside)
    distance, nearest = ndimage.distance_transform_edt(number < 0, return_indices=True)
    number = number[tuple(nearest)]
    return distance - radius[number], number


def _largest(region: np.ndarray) -> np.ndarray:
    """The largest connected piece."""
    pieces, _ = ndimage.label(region)
    return pieces == 1 + np.argmax(np.bincount(pieces.ravel())[1:])


def _scan_grid(extent: np.ndarray, rng: np.random.Generator) -> tuple[tuple[int, ...], np.ndarray]:
    """Shape and affine of a grid that covers the extent, with thicker slices on the last axis."""
    code = str(rng.choice(_CODES))
    orientation = axcodes2ornt(code)
    spacing = np.append(np.full(2, rng.uniform(0.9, 1.05)), rng.uniform(1.0, 1.3)).round(2)
    along = orientation[:, 0].astype(int)
    shape = tuple(int(n) for n in np.round(extent[along] / spacing))
    affine = np.eye(4)
    for axis, (world, sign) in enumerate(orientation):
        affine[:3, axis] = 0
        affine[int(world), axis] = sign * spacing[axis]
    if rng.random() < 0.6:
        turn = Rotation.from_rotvec(np.deg2rad(rng.uniform(-1, 1, 3) * _MOST_OBLIQUE / np.sqrt(3)))
        affine[:3, :3] = turn.as_matrix() @ affine[:3, :3]
    affine[:3, 3] = rng.uniform(-40, 40, 3) - affine[:3, :3] @ ((np.array(shape) - 1) / 2)
    return shape, affine


def _acquire(signal: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Bias field, Rician noise, and a gain that differs from scan to scan."""
    biased = signal * np.exp(0.12 * smooth_field(signal.shape, min(signal.shape) / 1.8, rng))
    noise = rng.uniform(0.03, 0.06) * rng.standard_normal((2, *signal.shape))
    magnitude = np.hypot(biased + noise[0], noise[1])
    if rng.random() < 0.5:
        return (magnitude * 10 ** rng.uniform(2.0, 3.4)).round().astype(np.int16)
    return (magnitude * 10 ** rng.uniform(-1.0, 3.0)).astype(np.float32)
