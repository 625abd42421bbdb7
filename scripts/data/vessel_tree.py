"""Branching, tapering vessels of a synthetic retina."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["Vessel", "grow_vessels"]

_STEP = 0.004
_THINNEST = 0.0019
# Random change of the curvature per step, in radians.
_WINDING = 0.0045


@dataclass(frozen=True)
class Vessel:
    """One unbranched vessel; lengths are in diameters of the field of view, the origin is its centre.

    Attributes:
        points: float (points, 2), rows and columns.
        radius: float (points,), half the width.
        vein: veins are wider and darker than arteries.
    """

    points: np.ndarray
    radius: np.ndarray
    vein: bool


def grow_vessels(disc: np.ndarray, macula: np.ndarray, rng: np.random.Generator) -> list[Vessel]:
    """Arteries and veins from the optic disc: two arcades round the macula, two nasal trunks, recursive branches.

    Args:
        disc: centre of the optic disc, (row, column).
        macula: centre of the macula.
        rng: source of randomness.
    """
    vessels: list[Vessel] = []
    temporal = _angle(macula - disc)
    for vein in (True, False):
        for side in (-1.0, 1.0):
            arcade = temporal + side * rng.uniform(0.95, 1.35)
            nasal = temporal + side * rng.uniform(2.1, 2.8)
            for start, width in ((arcade, 1.0), (nasal, rng.uniform(0.6, 0.8))):
                radius = width * rng.uniform(0.0090, 0.0120) * (1.0 if vein else 0.78)
                origin = disc + 0.02 * rng.standard_normal(2)
                _grow(vessels, origin, start, radius, vein, macula, rng, arcade=width == 1.0, generation=0)
    return vessels


def _grow(
    vessels: list[Vessel],
    origin: np.ndarray,
    heading: float,
    radius: float,
    vein: bool,
    macula: np.ndarray,
    rng: np.random.Generator,
    *,
    arcade: bool,
    generation: int,
) -> None:
    """Append one vessel and, recursively, its branches."""
    point, turn = origin.astype(np.float64), 0.0
    points, radii = [point], [radius]
    side = rng.choice([-1.0, 1.0])
    next_branch = rng.uniform(0.04, 0.10)
    branches = []
    length = 0.0
    winding = _WINDING * (0.7 if arcade else rng.uniform(0.8, 1.6))
    longest = rng.uniform(0.9, 1.3) if generation == 0 else rng.uniform(0.10, 0.38)
    while radius > _THINNEST and length < longest and np.linalg.norm(point) < 0.54:
        turn = 0.95 * turn + winding * rng.standard_normal()
        heading += turn + _pull(point, heading, macula, arcade, length)
        point = point + _STEP * np.array([np.sin(heading), np.cos(heading)])
        length += _STEP
        radius *= 1.0 - 0.35 * _STEP / (0.3 if generation == 0 else 0.2)
        points.append(point)
        radii.append(radius)
        if length > next_branch and generation < 3:
            # Murray's law: the cubes of the radii add up.
            child = radius * rng.uniform(0.40, 0.85)
            radius = max((radius**3 - 0.6 * child**3) ** (1 / 3), 0.8 * radius)
            branches.append((point, heading + side * rng.uniform(0.5, 1.1), child))
            side = -side
            next_branch = length + rng.uniform(0.06, 0.17)
    vessels.append(Vessel(np.array(points), np.array(radii), vein))
    for start, direction, child in branches:
        _grow(vessels, start, direction, child, vein, macula, rng, arcade=False, generation=generation + 1)


def _pull(point: np.ndarray, heading: float, macula: np.ndarray, arcade: bool, length: float) -> float:
    """Turn of the heading per step: arcades circle the macula, all other vessels only keep out of it."""
    away = point - macula
    distance = float(np.linalg.norm(away))
    if arcade:
        if length < 0.05:
            return 0.0
        outwards = _angle(away)
        tangent = min((outwards + np.pi / 2, outwards - np.pi / 2), key=lambda a: abs(_wrap(a - heading)))
        # Beyond the macula the arcade runs on towards the edge instead of closing the circle.
        return 0.05 * float(np.clip(_wrap(tangent - heading), -1, 1)) * min(0.30 / distance, 1.0)
    if distance < 0.14:
        return 0.12 * float(np.sign(_wrap(_angle(away) - heading))) * (1 - distance / 0.14)
    return 0.0


def _angle(vector: np.ndarray) -> float:
    return float(np.arctan2(vector[0], vector[1]))


def _wrap(angle: float) -> float:
    return (angle + np.pi) % (2 * np.pi) - np.pi
