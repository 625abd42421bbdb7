import pytest

from bundle.benchmarking.figures import Curve, draw_curves, new_figure, style_of
from bundle.benchmarking.statistics import Interval, mean_interval


def _labels(curves: list[Curve], dense: Interval | None) -> list[tuple[str, float]]:
    _, axes = new_figure()
    axes.set_xlim(-0.1, 2.1)
    draw_curves(axes, [0, 1, 2], curves, dense, "dense masks", end=2.2)
    return [(text.get_text(), text.xyann[1]) for text in axes.texts]


def test_labels_do_not_cover_each_other() -> None:
    names = ("default", "partial_cross_entropy", "coupled_literal", "semi")
    curves = [Curve(name, name, [mean_interval([0.7, 0.7002 + k / 1e4])] * 3) for k, name in enumerate(names)]
    found = _labels(curves, mean_interval([0.7, 0.7001]))
    heights = sorted(height for _, height in found)
    # of axes that are 0.06 high
    assert min(b - a for a, b in zip(heights, heights[1:])) > 0.05 * 0.06
    assert {text for text, _ in found} == {*names, "dense masks"}


def test_methods_that_do_not_stand_out_share_a_label() -> None:
    curves = [Curve(name, name, [mean_interval([0.5 + k / 10])] * 3) for k, name in enumerate(("this", "that"))]
    assert [text for text, _ in _labels(curves, None)] == ["other methods, see the table"]


def test_a_line_may_end_early_and_have_gaps() -> None:
    curve = Curve("default", "default", [mean_interval([0.5, 0.52]), None, None])
    assert len(_labels([curve], None)) == 1


def test_the_axis_follows_the_means_and_not_their_wide_bands() -> None:
    _, axes = new_figure()
    draw_curves(axes, [0], [Curve("default", "", [Interval(0.7, -0.5, 1.9, 2)])], None, "", end=1)
    assert axes.get_ylim() == pytest.approx((0.67, 0.73))


def test_the_methods_that_stand_out_differ_in_colour_and_in_marker() -> None:
    names = ("default", "partial_cross_entropy", "partial_cross_entropy_support", "coupled_literal", "semi")
    styles = [style_of(name) for name in names]
    assert len({style.colour for style in styles}) == len({style.marker for style in styles}) == len(names)
    assert not style_of("symmetric_cross_entropy").stands_out
