"""The values that label maps get, and their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bundle.importing.rules import BACKGROUND, IGNORED
from scripts.constants import IGNORE
from scripts.errors import DataError

__all__ = ["LabelValues"]

# undrawn, "ignore", and for each class, the background included, "is" and "not"
_MOST_CLASSES = 126


class LabelValues:
    """Values of drawings and of dense masks for a list of foreground classes.

    Values of an earlier import are kept, so that its label maps stay valid; new names get the next free values.

    Args:
        classes: names of the foreground classes, in the order of the network's output.
        labels: table of drawings of an earlier import; empty if there is none.
        not_background: whether "not background" gets a value.

    Raises:
        DataError: when there are more classes than values.
    """

    def __init__(
        self, classes: Sequence[str], labels: Mapping[str, Any] | None = None, *, not_background: bool = False
    ) -> None:
        if len(classes) > _MOST_CLASSES:
            raise DataError(f"{len(classes)} classes were found; a label map holds {_MOST_CLASSES} at most.")
        self.classes = list(classes)
        self.drawing: dict[str, int] = {str(name): int(value) for name, value in (labels or {}).items()}
        self.drawing.setdefault(IGNORED, IGNORE)
        wanted = [*self.classes, *(f"not {name}" for name in self.classes), BACKGROUND]
        if not_background:
            wanted.append(f"not {BACKGROUND}")
        free = iter(value for value in range(1, IGNORE) if value not in self.drawing.values())
        for name in wanted:
            if name not in self.drawing:
                self.drawing[name] = next(free)
        self.dense = {BACKGROUND: 0, **{name: k + 1 for k, name in enumerate(self.classes)}, IGNORED: IGNORE}

    @property
    def names(self) -> list[str]:
        """All classes, the background first, as the setting ``classes``."""
        return [BACKGROUND, *self.classes]
