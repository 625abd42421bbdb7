"""The curves that 3D Slicer draws through control points."""

from __future__ import annotations

import numpy as np
from scipy.interpolate import CubicSpline

__all__ = ["draw_curve"]

#: Points between two control points, as many as 3D Slicer has.
PER_SEGMENT = 10


def draw_curve(points: np.ndarray, closed: bool) -> np.ndarray:
    """A smooth curve through control points, as 3D Slicer draws it by default.

    Its "cardinal spline" is an interpolating cubic spline whose parameter grows by one from point to point, whatever
    their distance, and whose derivative is zero at both ends of an open curve. Other types of curves can be chosen in
    3D Slicer, but its markup files do not tell.

    Args:
        points: (n, 3), at least two; of a closed curve at least three.
        closed: whether the last point is joined to the first.

    Returns:
        (m, 3): the control points and points between them; of a closed curve the first point is not repeated.
    """
    if closed:
        points = np.concatenate([points, points[:1]])
    spline = CubicSpline(np.arange(len(points)), points, bc_type="periodic" if closed else "clamped")
    curve = spline(np.linspace(0, len(points) - 1, (len(points) - 1) * PER_SEGMENT + 1))
    return curve[:-1] if closed else curve
