"""Keys of a datalist that look like misspelt ones."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

__all__ = ["CASE_KEYS", "LIST_KEYS", "intended_key"]

#: Keys of a case that are read.
CASE_KEYS = (
    "image",
    "label",
    "supervision",
    "field_of_view",
    "labels",
    "dense_labels",
    "boxes",
    "boxed_classes",
    "reference",
    "subject",
    "plane",
    "annotator",
)
#: Keys of the top level that are read.
LIST_KEYS = ("training", "validation", "test", "labels", "dense_labels", "boxes", "boxed_classes")

# other words for the same
_ALIASES = {
    "fov": "field_of_view",
    "img": "image",
    "mask": "label",
    "seg": "label",
    "segmentation": "label",
    "bbox": "boxes",
    "bboxes": "boxes",
    "train": "training",
    "val": "validation",
    "valid": "validation",
    "testing": "test",
}
# "lable" is 0.8 of "label"
_LEAST_ALIKE = 0.8


def intended_key(key: str, known: Sequence[str], present: Iterable[str]) -> str:
    """The known key that a key was probably meant to be.

    Args:
        key: as it is written.
        known: keys that are read.
        present: all keys beside it; where a known one stands among them, nothing else was meant to be it.

    Returns:
        The known key; empty where the key is known, or seems to be the user's own.
    """
    if key in known:
        return ""
    plain = key.strip().lower().replace("-", "_").replace(" ", "_")
    free = [name for name in known if name not in set(present)]
    close = difflib.get_close_matches(plain, free, n=1, cutoff=_LEAST_ALIKE)
    alias = _ALIASES.get(plain, "")
    return close[0] if close else alias if alias in free else ""
