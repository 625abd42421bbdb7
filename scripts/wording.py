"""How numbers are written in messages."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["times"]


def times(values: Iterable[float]) -> str:
    """Sizes as "4 x 5 x 6", with six digits each."""
    return " x ".join(f"{value:g}" for value in values)
