"""A datalist for another folder."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

from scripts.publishing import relative_path

__all__ = ["rebase_datalist"]

_PATHS = ("image", "label", "field_of_view", "reference", "boxes")
# of the top level; others, such as the decathlon's "reference", are texts for the reader
_TOP_PATHS = ("boxes",)


def rebase_datalist(content: dict[str, Any], root: Path, out: Path) -> dict[str, Any]:
    """A copy whose relative paths start from another folder; absolute ones stay.

    Args:
        content: of a datalist.
        root: folder that its paths start from.
        out: folder that those of the copy start from.
    """
    copy = deepcopy(content)
    entries = [entry for section in copy.values() if isinstance(section, list) for entry in section]
    for holder in [copy, *(entry for entry in entries if isinstance(entry, dict))]:
        for key in _TOP_PATHS if holder is copy else _PATHS:
            path = holder.get(key)
            if isinstance(path, str) and path and not Path(path).is_absolute():
                holder[key] = relative_path(root / path, out)
    return copy
