"""Curves through control points."""

import numpy as np

from bundle.importing.slicer_curve import PER_SEGMENT, draw_curve


def circle(count, radius=10.0):
    angles = np.arange(count) * 2 * np.pi / count
    return np.stack([radius * np.cos(angles), radius * np.sin(angles), np.full(count, 3.0)], axis=1)


def test_control_points_are_on_the_curve():
    points = np.array([[0.0, 0, 0], [4, 1, 0], [5, 6, 2], [0, 7, 1]])
    for closed in (True, False):
        np.testing.assert_allclose(draw_curve(points, closed)[::PER_SEGMENT], points, atol=1e-12)


def test_a_closed_curve_through_a_circle_is_nearly_one():
    curve = draw_curve(circle(8), closed=True)
    assert len(curve) == 8 * PER_SEGMENT
    np.testing.assert_allclose(np.linalg.norm(curve[:, :2], axis=1), 10, atol=0.02)
    np.testing.assert_allclose(curve[:, 2], 3)


def test_an_open_curve_between_two_points_is_straight():
    curve = draw_curve(np.array([[0.0, 0, 0], [10, 20, 30]]), closed=False)
    np.testing.assert_allclose(curve / [10, 20, 30], curve[:, :1] / 10 * np.ones(3), atol=1e-12)


def test_the_ends_of_an_open_curve_have_no_slope():
    """x = t at 0, 1, 2 with x' = 0 at both ends: the cubic of the first half is 2.25 t^2 - 1.25 t^3."""
    curve = draw_curve(np.array([[0.0, 0, 0], [1, 0, 0], [2, 0, 0]]), closed=False)
    t = np.linspace(0, 1, PER_SEGMENT + 1)
    np.testing.assert_allclose(curve[: PER_SEGMENT + 1, 0], 1.5 * t**2 - 0.5 * t**3, atol=1e-12)
