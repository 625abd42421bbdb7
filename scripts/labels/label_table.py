"""What the integer values of a label map mean: class, "not" class, ignore."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from scripts.constants import IGNORE
from scripts.errors import DataError

__all__ = ["LabelTable"]

_NOT = "not "
_IGNORE = "ignore"
_NOT_DRAWN = 0


class LabelTable:
    """Decodes one integer label map into positive and negative labels per pixel.

    Args:
        values: value of the label map by name, for instance ``{"vessel": 1, "not vessel": 2, "background": 3,
            "ignore": 255}``. A name is a class, ``"not <class>"`` or ``"ignore"``; upper and lower case are the same.
            Several values that mean the same stand in a list: ``{"background": [0, 1, 2], "person": [9, 10]}``.
        classes: names of all classes in the order of the network's output; the first is the background.
        dense: whether the table is for dense masks, which say something of every pixel: the value 0 is then a value as
            any other (usually the background) and negative names are refused. In a drawing 0 always means
            "not drawn" and cannot be named.
        source: what to call the table in errors, usually the datalist's path.

    Raises:
        DataError: when it is no table, a name is none of the above or has an empty list, or a value is not an integer
            in 0..255 or is named twice.
    """

    def __init__(
        self,
        values: Mapping[str, int | Sequence[int]],
        classes: Sequence[str],
        *,
        dense: bool = False,
        source: str = "the label table",
    ) -> None:
        if not isinstance(values, Mapping):
            raise DataError(f'{source}: expected names with their values, such as {{"vessel": 1}}, got {values!r}.')
        self.values = dict(values)
        self.classes = [str(name) for name in classes]
        self.dense = dense
        self.source = source
        self._positive = np.full(256, IGNORE, dtype=np.uint8)
        self._negative = np.full(256, IGNORE, dtype=np.uint8)
        self._ignored = np.zeros(256, dtype=bool)
        self._known = np.zeros(256, dtype=bool)
        self._known[_NOT_DRAWN] = not dense
        index = {name.lower(): k for k, name in enumerate(self.classes)}
        for name, stated in self.values.items():
            values_of_name = self._checked_values(name, stated)
            plain = name.strip().lower()
            if plain in index:
                self._positive[values_of_name] = index[plain]
            elif plain.startswith(_NOT) and plain.removeprefix(_NOT).strip() in index and not dense:
                self._negative[values_of_name] = index[plain.removeprefix(_NOT).strip()]
            elif plain == _IGNORE:
                self._ignored[values_of_name] = True
            else:
                negative = "" if dense else ', "not <class>"'
                raise DataError(
                    f'{source}: the label "{name}" is unknown. Expected one of the classes {self.classes}{negative} or '
                    '"ignore". Rename it, or list the class in the setting `classes`.'
                )

    def _checked_values(self, name: str, stated: int | Sequence[int]) -> list[int]:
        """The values of a name, from now on known."""
        values = list(stated) if isinstance(stated, (list, tuple)) else [stated]
        if not values:
            raise DataError(
                f'{self.source}: "{name}" has an empty list of values. Give it at least one, or leave it out.'
            )
        for value in values:
            self._check_value(name, value)
            self._known[value] = True
        return values

    def _check_value(self, name: str, value: int) -> None:
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 255:
            raise DataError(
                f'{self.source}: the value of "{name}" must be an integer from 0 to 255, or a list of such integers, '
                f"got {value!r}."
            )
        if self._known[value]:
            why = "means not drawn" if value == _NOT_DRAWN and not self.dense else "is named twice"
            raise DataError(
                f'{self.source}: "{name}" has the value {value}, which {why}. Give each name its own value.'
            )

    def decode(self, label: np.ndarray, where: str) -> tuple[np.ndarray, np.ndarray]:
        """Positive and negative labels of a label map.

        Args:
            label: label map `H[WD]`, integers (also as floating point numbers).
            where: the file's name, for the error.

        Returns:
            positive: `H[WD]` uint8, the class index that was drawn, or ``IGNORE``.
            negative: `CH[WD]` uint8, 1 where "not class k" was drawn.

        Raises:
            DataError: when the map holds a value that the table does not name.
        """
        self._refuse_unknown(np.unique(label), where)
        index = label.astype(np.uint8)
        negative_class = self._negative[index]
        negative = np.stack([negative_class == k for k in range(len(self.classes))]).astype(np.uint8)
        return self._positive[index], negative

    def count(self, label: np.ndarray, where: str, inside: np.ndarray | None = None) -> tuple[list[int], list[int]]:
        """Numbers of pixels drawn as each class, and as "not" each class, without decoding the map.

        Args:
            label: as for :meth:`decode`.
            where: the file's name, for the error.
            inside: `H[WD]` bool, pixels that count; None for all.

        Raises:
            DataError: when the map holds a value that the table does not name.
        """
        self._refuse_unknown(np.unique(label), where)
        values, numbers = np.unique(label if inside is None else label[inside], return_counts=True)
        positive, negative = [0] * len(self.classes), [0] * len(self.classes)
        for value, number in zip(values.astype(int), numbers.tolist()):
            for counts, table in ((positive, self._positive), (negative, self._negative)):
                if table[value] != IGNORE:
                    counts[table[value]] += number
        return positive, negative

    def _refuse_unknown(self, found: np.ndarray, where: str) -> None:
        unknown = [v for v in found.tolist() if not (float(v).is_integer() and 0 <= v <= 255 and self._known[int(v)])]
        if unknown:
            raise DataError(self._unknown_value_message(where, found, unknown))

    def ignored(self, label: np.ndarray) -> np.ndarray:
        """Where a label map, already decoded without error, says "ignore": `H[WD]` bool."""
        return self._ignored[label.astype(np.uint8)]

    def _unknown_value_message(self, where: str, found: np.ndarray, unknown: list[float]) -> str:
        known = {"not drawn": _NOT_DRAWN, **self.values} if not self.dense else self.values
        kind = "dense mask" if self.dense else "drawing"
        shown = ", ".join(f"{v:g}" for v in unknown[:6]) + (", ..." if len(unknown) > 6 else "")
        text = f"{where}: the {kind} holds the value{'s' if len(unknown) > 1 else ''} {shown}; expected only {known}. "
        table = "dense_labels" if self.dense else "labels"
        named = int(self._known.sum()) - (not self.dense)
        if len(found) > 2 + named and len(unknown) > 3:
            return text + (
                "So many values come from anti-aliased or JPEG-damaged masks: export the label map as PNG, without "
                "smoothing and never as JPEG."
            )
        if 255 in unknown and set(found.tolist()) <= {0, 255} and len(self.classes) == 2:
            values = {self.classes[0]: 0, self.classes[1]: 255} if self.dense else {self.classes[1]: 255}
            return text + f'It is a 0/255 mask: write "{table}": {values} into the datalist.'.replace("'", '"')
        return text + f'Name the value in the table "{table}" of the datalist, or correct the file.'
