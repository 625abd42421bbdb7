"""Label tables that fit the classes of a model, for drawings and masks that bring no table of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from scripts.constants import IGNORE
from scripts.errors import SettingError

__all__ = ["fit_tables"]

_IGNORE = "ignore"


def fit_tables(config: Mapping[str, Any], base: Mapping[str, Any], classes: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The tables ``labels`` and ``dense_labels`` of an exported training.

    A server passes bare images and labels, so these tables say what is drawn there. Where an overlay changed the
    classes alone, as that of an import does, the flavour's tables still name its own classes and are replaced by the
    usual numbers: class, not class, next class, and so on, then the background.

    Args:
        config: of the training, overlays merged.
        base: the flavour's own.
        classes: names, background first.

    Raises:
        SettingError: when an overlay sets a table that does not fit the classes.
    """
    found = {}
    for key, known in (("labels", _drawn_names(classes)), ("dense_labels", {*classes, _IGNORE})):
        table = config[key]
        needed = classes[1:] if key == "labels" else classes
        fits = {name.lower() for name in table} <= known and {*needed} <= {name.lower() for name in table}
        if fits:
            found[key] = dict(table)
        elif table == base[key]:
            found[key] = _usual_drawn(classes) if key == "labels" else {name: k for k, name in enumerate(classes)}
        else:
            raise SettingError(
                f"`{key}` names {', '.join(table)}, but the classes are {', '.join(classes)}. Correct the table in "
                "the overlay, or leave it out for the usual values."
            )
    return found


def _drawn_names(classes: Sequence[str]) -> set[str]:
    return {*classes, *(f"not {name}" for name in classes), _IGNORE}


def _usual_drawn(classes: Sequence[str]) -> dict[str, int]:
    names = [f"{prefix}{name}" for name in classes[1:] for prefix in ("", "not ")] + [classes[0]]
    return {**{name: value for value, name in enumerate(names, 1)}, _IGNORE: IGNORE}
