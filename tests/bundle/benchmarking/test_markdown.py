import pytest

from bundle.benchmarking.markdown import figure, interval_points, mean_and_half, points, table
from bundle.benchmarking.statistics import Interval


def test_a_table_has_text_on_the_left_and_figures_on_the_right() -> None:
    found = table(("method", "Dice"), [("a | b\nc", "0.5")])
    assert found == "| method | Dice |\n| :-- | --: |\n| a \\| b c | 0.5 |\n"


def test_figures_and_missing_ones() -> None:
    assert (figure(0.12345), figure(None)) == ("0.123", "-")
    assert mean_and_half(None) == "-"
    assert mean_and_half(Interval(0.7, None, None, 1)) == "0.700"
    assert mean_and_half(Interval(0.7, 0.65, 0.75, 3)) == "0.700 ± 0.050"


@pytest.mark.parametrize(("value", "text"), [(0.1234, "+12.3"), (-0.05, "-5.0"), (-0.0001, "+0.0"), (None, "-")])
def test_points(value: float | None, text: str) -> None:
    assert points(value) == text


def test_intervals_in_points() -> None:
    interval = Interval(0.1, 0.05, 0.15, 3)
    assert interval_points(interval) == "+10.0 (+5.0 to +15.0)"
    assert interval_points(interval, mean=False) == "+5.0 to +15.0"
    assert interval_points(Interval(0.1, None, None, 1)) == "+10.0 (one pair)"
    assert interval_points(None) == "-"
