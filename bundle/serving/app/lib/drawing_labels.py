"""The labels that an annotator paints, from a bundle's own table; plain standard library."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

__all__ = ["drawing_labels", "table_of", "unpaintable"]

_BACKGROUND = "background"


def table_of(bundle: str | Path) -> Any:
    """The setting ``labels`` of a bundle's ``train.json``, as it stands; None where there is none."""
    config = json.loads((Path(bundle) / "configs" / "train.json").read_text(encoding="utf-8"))
    return config.get("labels") if isinstance(config, Mapping) else None


def drawing_labels(table: Any) -> dict[str, int]:
    """The names of a table with the values 1, 2, 3 ... as far as there is no gap, in this order.

    A viewer numbers the segments that it paints from 1 on, in the order in which a server lists the labels. So a
    label file has the values of the table only if the list has neither gap nor another order. 3D Slicer leaves a
    segment named background out when it hands in a drawing, which shifts what comes after: the list ends there.

    Args:
        table: value, or list of values, by name.

    Returns:
        Value by name; empty when no name has the value 1, or the table is none.
    """
    names: dict[int, str] = {}
    for name, stated in table.items() if isinstance(table, Mapping) else ():
        for value in stated if isinstance(stated, (list, tuple)) else [stated]:
            names.setdefault(value, str(name))
    painted: dict[str, int] = {}
    value = 1
    while value in names and names[value] not in painted:
        painted[names[value]] = value
        if names[value].strip().lower() == _BACKGROUND:
            break
        value += 1
    return painted


def unpaintable(table: Any, ignore: str = "ignore") -> list[str]:
    """The names of a table that :func:`drawing_labels` leaves out, but for the one for "not labelled"."""
    if not isinstance(table, Mapping):
        return []
    painted = drawing_labels(table)
    return [str(name) for name in table if str(name) not in painted and str(name).strip().lower() != ignore]
