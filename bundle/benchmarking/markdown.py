"""Tables and figures in Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from bundle.benchmarking.statistics import Interval

__all__ = ["MISSING", "figure", "interval_points", "mean_and_half", "points", "table"]

MISSING = "-"


def table(header: Sequence[str], rows: Sequence[Sequence[str]], left: int = 1) -> str:
    """A table; its first ``left`` columns are text, the others are figures, on the right.

    Bars and line breaks in the cells do not break it.
    """
    rule = [":--" if k < left else "--:" for k in range(len(header))]
    return "\n".join(f"| {' | '.join(map(_cell, row))} |" for row in (header, rule, *rows)) + "\n"


def _cell(text: str) -> str:
    return " ".join(str(text).split()).replace("|", "\\|")


def figure(value: float | None, digits: int = 3) -> str:
    """A figure, or a dash where there is none."""
    return MISSING if value is None else f"{value:.{digits}f}"


def mean_and_half(interval: Interval | None, digits: int = 3) -> str:
    """ "0.726 ± 0.013"; without an interval the mean alone."""
    if interval is None:
        return MISSING
    half = "" if interval.half_width is None else f" ± {interval.half_width:.{digits}f}"
    return f"{interval.mean:.{digits}f}{half}"


def points(value: float | None) -> str:
    """A difference in points, hundredths of Dice, with its sign."""
    # adding 0 turns a rounded -0.0 into 0.0
    return MISSING if value is None else f"{round(100 * value, 1) + 0.0:+.1f}"


def interval_points(interval: Interval | None, *, mean: bool = True) -> str:
    """ "+13.2 (+9.1 to +17.3)" in points; "one pair" where no interval is known."""
    if interval is None:
        return MISSING
    start = f"{points(interval.mean)} " if mean else ""
    if interval.low is None or interval.high is None:
        return f"{start}(one pair)" if mean else "one pair"
    ends = f"{points(interval.low)} to {points(interval.high)}"
    return f"{start}({ends})" if mean else ends
