"""Synthetic fundus photographs with their vessel masks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from scripts.data.vessel_tree import Vessel, grow_vessels
from scripts.drawing.curves import paint, wander
from scripts.drawing.fields import smooth_field, smooth_step

__all__ = ["Fundus", "make_fundus"]

# The photograph is composed at twice its size and then averaged, so that thin vessels have soft edges.
_OVERSAMPLING = 2


@dataclass(frozen=True)
class Fundus:
    """A synthetic photograph.

    Attributes:
        image: uint8 (H, W, 3).
        mask: bool (H, W), the vessels.
        field_of_view: bool (H, W).
    """

    image: np.ndarray
    mask: np.ndarray
    field_of_view: np.ndarray


def make_fundus(size: tuple[int, int], rng: np.random.Generator) -> Fundus:
    """Compose a photograph: background, choroid, optic disc, macula, vessels, lesions, light, blur and noise.

    Not a model of any real eye: it has what makes vessels hard to segment (contrast that falls with the width,
    uneven light, bright and dark lesions, lines of the choroid that look like vessels), and nothing else is claimed.

    Args:
        size: height and width in pixels, at least 64 each.
        rng: source of randomness.

    Raises:
        ValueError: a size under 64 pixels.
    """
    if min(size) < 64:
        raise ValueError(f"size must be at least 64 x 64 pixels, but it is {size[0]} x {size[1]}")
    fine = tuple(_OVERSAMPLING * n for n in size)
    diameter = 0.96 * min(fine)
    centre = (np.array(fine) - 1) / 2
    grid = (np.indices(fine) - centre[:, None, None]) / diameter
    edge = np.hypot(*grid)

    side = rng.choice([-1.0, 1.0])
    disc = np.array([rng.uniform(-0.05, 0.05), side * rng.uniform(0.24, 0.31)])
    macula = disc + np.array([rng.uniform(0.0, 0.05), -side * rng.uniform(0.30, 0.36)])
    vessels = grow_vessels(disc, macula, rng)
    absorption, mask = _render_vessels(vessels, fine, diameter, centre, rng)

    retina = _background(grid, fine, disc, macula, rng)
    retina *= 1.0 - absorption[..., None] * np.array([0.32, 0.80, 0.60])
    retina += _lesions(fine, edge, mask, rng)
    light = 1.0 + 0.13 * smooth_field(fine, min(fine) / 2.2, rng) - 1.1 * (edge**2)
    image = retina * np.clip(light, 0.25, 1.5)[..., None]
    image = ndimage.gaussian_filter(image, (rng.uniform(0.8, 1.5), rng.uniform(0.8, 1.5), 0))
    image *= smooth_step(-edge, -0.5, 0.012)[..., None]

    image = _average(image)
    field_of_view = _average((edge < 0.494).astype(float)) > 0.5
    grain = ndimage.gaussian_filter(rng.standard_normal(image.shape), (0.5, 0.5, 0)) * 0.028
    image += (grain + rng.standard_normal(image.shape) * 0.012) * np.where(field_of_view, 1.0, 0.15)[..., None]
    return Fundus(
        image=(255 * np.clip(image, 0, 1)).round().astype(np.uint8),
        mask=(_average(mask.astype(float)) >= 0.5) & field_of_view,
        field_of_view=field_of_view,
    )


def _average(values: np.ndarray) -> np.ndarray:
    n = _OVERSAMPLING
    return values.reshape(values.shape[0] // n, n, values.shape[1] // n, n, *values.shape[2:]).mean(axis=(1, 3))


def _render_vessels(
    vessels: list[Vessel], shape: tuple[int, int], diameter: float, centre: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Absorption in [0, 1) and mask; where vessels cross, the darker one shows."""
    absorption, mask = np.zeros(shape), np.zeros(shape, dtype=bool)
    for vessel in vessels:
        points = vessel.points * diameter + centre
        widest = float(vessel.radius.max() * diameter)
        reach = int(widest) + 3
        low = np.clip(np.floor(points.min(axis=0)).astype(int) - reach, 0, shape)
        high = np.clip(np.ceil(points.max(axis=0)).astype(int) + reach + 1, low, shape)
        if np.any(high <= low):
            continue
        window = tuple(slice(a, b) for a, b in zip(low, high, strict=True))
        distance, radius = _nearest(points - low, vessel.radius * diameter, tuple(high - low))
        contrast = _contrast(radius / diameter, vessel.vein) * rng.uniform(0.85, 1.15)
        profile = np.clip(1.15 - 0.45 * (distance / np.maximum(radius, 1e-6)) ** 2, 0, 1) * (distance <= radius)
        if not vessel.vein:
            # The bright reflex in the middle of wide arteries.
            profile *= 1.0 - 0.45 * np.exp(-((distance / (0.28 * radius)) ** 2)) * np.clip(radius / 4 - 0.5, 0, 1)
        absorption[window] = np.maximum(absorption[window], contrast * profile)
        mask[window] |= distance <= radius
    return absorption, mask


def _nearest(points: np.ndarray, radius: np.ndarray, shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Distance of every pixel to a polyline, and the polyline's radius there."""
    dense = np.linspace(0, len(points) - 1, 4 * len(points))
    at = np.stack([np.interp(dense, np.arange(len(points)), axis) for axis in points.T], axis=1).round().astype(int)
    at_radius = np.interp(dense, np.arange(len(points)), radius)
    inside = np.all((at >= 0) & (at < shape), axis=1)
    if not inside.any():
        return np.full(shape, np.inf), np.ones(shape)
    of_pixel = np.full(shape, -1.0)
    of_pixel[tuple(at[inside].T)] = at_radius[inside]
    distance, nearest = ndimage.distance_transform_edt(of_pixel < 0, return_indices=True)
    return distance, of_pixel[tuple(nearest)]


def _contrast(radius: np.ndarray, vein: bool) -> np.ndarray:
    """Wide vessels absorb up to half of the light, the thinnest are barely seen."""
    return (0.62 if vein else 0.48) * (0.28 + 0.72 * np.clip(radius / 0.009, 0, 1) ** 0.8)


def _background(
    grid: np.ndarray, shape: tuple[int, int], disc: np.ndarray, macula: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Reddish retina with choroid texture, bright disc and dark macula, (H, W, 3) in about [0, 1]."""
    tint = np.array([0.72, 0.37, 0.17]) * (1 + 0.08 * rng.standard_normal(3)) * rng.uniform(0.9, 1.15)
    retina = np.ones(shape)[..., None] * tint
    mottle = smooth_field(shape, min(shape) / 12, rng) + 0.7 * smooth_field(shape, min(shape) / 40, rng)
    retina *= 1.0 + 0.05 * mottle[..., None] * np.array([0.6, 1.0, 1.2])
    choroid = np.zeros(shape)
    starts = rng.uniform(0, 1, (int(rng.integers(10, 22)), 2)) * shape
    for start in starts:
        path = wander(start, rng.uniform(0.15, 0.5) * min(shape), rng, bend=0.006)
        window, pixels = paint(path, rng.uniform(1.5, 4.5), shape)
        choroid[window] = np.maximum(choroid[window], pixels * rng.uniform(0.3, 1.0))
    choroid = ndimage.gaussian_filter(choroid, 2.5)
    retina *= 1.0 + rng.choice([-1.0, 1.0]) * 0.22 * choroid[..., None] * np.array([0.4, 1.0, 1.0])

    from_macula = np.hypot(*(grid - macula[:, None, None]))
    retina *= 1.0 - 0.38 * np.exp(-((from_macula / 0.085) ** 2))[..., None] * np.array([0.7, 1.0, 0.8])
    from_disc = np.hypot((grid[0] - disc[0]) / 1.06, grid[1] - disc[1])
    radius = rng.uniform(0.066, 0.080)
    rim = smooth_step(-from_disc, -radius, 0.022)[..., None]
    cup = smooth_step(-from_disc, -rng.uniform(0.35, 0.55) * radius, 0.03)[..., None]
    pale = np.array([1.08, 0.80, 0.40]) * (1 - 0.18 * (1 - cup)) * (tint[0] / 0.72)
    halo = 0.18 * np.exp(-((from_disc / 0.14) ** 2))[..., None]
    return (retina * (1 + halo)) * (1 - rim) + pale * rim


def _lesions(shape: tuple[int, int], edge: np.ndarray, mask: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Bright exudates in clusters and dark spots and streaks, (H, W, 3), to be added."""
    added = np.zeros((*shape, 3))
    allowed = np.argwhere((edge < 0.44) & ~mask)
    for bright in (True, False):
        amount = np.zeros(shape)
        for _ in range(int(rng.integers(0, 3)) if bright else int(rng.integers(1, 5))):
            centre = allowed[rng.integers(len(allowed))]
            for _ in range(int(rng.integers(3, 10)) if bright else int(rng.integers(1, 4))):
                start = centre + rng.normal(0, 0.02 * min(shape), 2)
                path = wander(start, rng.uniform(0, 6 if bright else 22), rng, bend=0.03)
                window, pixels = paint(path, rng.uniform(1.5, 4.5 if bright else 3.5), shape)
                amount[window] = np.maximum(amount[window], pixels * rng.uniform(0.5, 1.0))
        amount = ndimage.gaussian_filter(amount, 1.2)[..., None]
        added += amount * (np.array([0.20, 0.26, 0.12]) if bright else np.array([-0.14, -0.12, -0.06]))
    return added
