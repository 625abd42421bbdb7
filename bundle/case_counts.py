"""Options that say how many cases: a number, or a share of all."""

from __future__ import annotations

from typing import Any

import click

__all__ = ["CountOrShare", "DenseShare"]


class CountOrShare(click.ParamType):
    """A number of cases, or a share below 1."""

    name = "N|share"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        number = _number(value)
        if number < 0 or (number >= 1 and number != int(number)):
            self.fail(f"expected a number of cases or a share below 1, got {value!r}", param, ctx)
        return number


class DenseShare(click.ParamType):
    """A share up to 1, which is all, or a number of cases from 2."""

    name = "share|N"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        number = _number(value)
        if number < 0 or (number > 1 and number != int(number)):
            self.fail(f"expected a share from 0 to 1 or a number of cases from 2, got {value!r}", param, ctx)
        return number


def _number(value: Any) -> float:
    try:
        number = float(value)
    except ValueError:
        return -1.0
    return number if number < float("inf") else -1.0
