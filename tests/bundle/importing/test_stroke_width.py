"""Widths of lines, and their units."""

import pytest

from bundle.importing.stroke_width import StrokeWidth, parse_width
from scripts.errors import DataError


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [("3", 3, "px"), ("3 px", 3, "px"), ("2.5pixels", 2.5, "px"), (" 0.5 MM ", 0.5, "mm"), (".5mm", 0.5, "mm")],
)
def test_a_number_with_or_without_a_unit(text: str, number: float, unit: str) -> None:
    assert parse_width(text) == StrokeWidth(number, unit)


@pytest.mark.parametrize("text", ["", "wide", "0 px", "-3 px", "3 cm", "nan", "1e3"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(DataError, match="is no width. Expected a number above 0 with px or mm"):
        parse_width(text)


def test_as_text_it_can_be_read_again() -> None:
    assert parse_width(str(StrokeWidth(1.5, "mm"))) == StrokeWidth(1.5, "mm")
