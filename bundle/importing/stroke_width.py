"""How wide a line is that was stored without its width."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scripts.errors import DataError

__all__ = ["StrokeWidth", "parse_width"]

_WIDTH = re.compile(r"^\s*(?P<number>\d+(?:\.\d+)?|\.\d+)\s*(?P<unit>px|pixels?|mm)?\s*$", re.I)


@dataclass(frozen=True)
class StrokeWidth:
    """A width with its unit, ``px`` or ``mm``."""

    number: float
    unit: str

    def __str__(self) -> str:
        return f"{self.number:g} {self.unit}"


def parse_width(text: str) -> StrokeWidth:
    """The width of ``3``, ``3 px`` or ``0.5 mm``; without a unit pixels.

    Raises:
        DataError: when the text is no such width, or it is 0.
    """
    match = _WIDTH.match(text)
    if not match or float(match["number"]) == 0:
        raise DataError(f'"{text}" is no width. Expected a number above 0 with px or mm, such as "3 px" or "0.5 mm"')
    unit = (match["unit"] or "px").lower()
    return StrokeWidth(float(match["number"]), "mm" if unit == "mm" else "px")
