"""Lays the marks of one case over each other and makes one label map of them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from bundle.importing.label_values import LabelValues
from bundle.importing.rules import BACKGROUND, IGNORED, Meaning
from scripts.constants import IGNORE
from scripts.errors import DataError

__all__ = ["KEEP_LAST", "LEAVE_OPEN", "LabelLayers", "Overlaps"]

#: What becomes of pixels that are marked as two classes: they are ignored, or the later mark counts.
LEAVE_OPEN, KEEP_LAST = "ignore", "last"
_NONE = 0


@dataclass
class Overlaps:
    """Numbers of pixels that were marked in ways that exclude each other.

    Attributes:
        classes: marked as two classes.
        contradicted: marked as a class and as not this class; they are ignored.
        negatives: marked as not one class and not another; the first one is kept, since a label map has one value.
            Where every class is denied, what is left is the background.
    """

    classes: int = 0
    contradicted: int = 0
    negatives: int = 0

    def describe(self, last: bool) -> list[str]:
        """One line for each kind that occurs."""
        lines = [
            (
                self.classes,
                "pixels are marked as two classes" + ("; the later mark counts" if last else ", so ignored"),
            ),
            (self.contradicted, 'pixels are marked as a class and as "not" this class, so ignored'),
            (self.negatives, 'pixels are marked as "not" several classes, of which the first is kept'),
        ]
        return [f"{number} {text}" for number, text in lines if number]


@dataclass
class LabelLayers:
    """What was marked in one image so far.

    Attributes:
        size: of the label map, x first.
        values: values and classes.
        dense: whether a dense mask is made, in which what is unmarked is background.
        last: whether of two classes the later mark counts, instead of none.
    """

    size: tuple[int, ...]
    values: LabelValues
    dense: bool = False
    last: bool = False
    _positive: np.ndarray = field(init=False, repr=False)
    _clashes: np.ndarray = field(init=False, repr=False)
    _negative: dict[int, np.ndarray] = field(init=False, repr=False, default_factory=dict)
    _ignored: np.ndarray | None = field(init=False, repr=False, default=None)

    def __post_init__(self) -> None:
        self._positive = np.zeros(self.size, dtype=np.uint8)
        self._clashes = np.zeros(self.size, dtype=bool)

    def add(self, meaning: Meaning, mask: np.ndarray, origin: tuple[int, ...]) -> None:
        """Lay one mark on top.

        Args:
            meaning: ``is``, ``not`` or ``ignore``.
            mask: bool, x first, inside the image.
            origin: pixel of the image that the mask's first one lies on.

        Raises:
            DataError: for "not" in a dense mask.
        """
        place = tuple(slice(start, start + length) for start, length in zip(origin, mask.shape, strict=True))
        if meaning.action == "ignore":
            self._layer_of_ignored()[place] |= mask
        elif meaning.action == "not":
            if self.dense:
                raise DataError(f'a dense mask says what everything is, so "{meaning}" has no place in it')
            index = self.values.names.index(meaning.name) + 1
            layer = self._negative.setdefault(index, np.zeros(self.size, dtype=bool))
            layer[place] |= mask
        else:
            index = self.values.names.index(meaning.name) + 1
            below = self._positive[place]
            self._clashes[place] |= mask & (below != _NONE) & (below != index)
            below[mask] = index

    def _layer_of_ignored(self) -> np.ndarray:
        if self._ignored is None:
            self._ignored = np.zeros(self.size, dtype=bool)
        return self._ignored

    def compose(self) -> tuple[np.ndarray, Overlaps]:
        """The label map, uint8 of ``size``, and what did not fit into it."""
        names, table = self.values.names, self.values.dense if self.dense else self.values.drawing
        overlaps = Overlaps(classes=int(self._clashes.sum()))
        # 0 is undrawn, in a dense mask the background
        label = np.zeros(self.size, dtype=np.uint8)
        contradicted = np.zeros(self.size, dtype=bool)
        denied = [self._negative[index] for index in range(2, len(names) + 1) if index in self._negative]
        # of several classes; a single one has a value for "not"
        nothing = np.logical_and.reduce(denied) if 1 < len(denied) == len(names) - 1 else None
        for index, layer in sorted(self._negative.items()):
            contradicted |= layer & (self._positive == index)
            several = layer & (label != 0)
            lost = several & (self._positive == _NONE)
            overlaps.negatives += int((lost if nothing is None else lost & ~nothing).sum())
            label[layer & ~several] = table[f"not {names[index - 1]}"]
        if nothing is not None:
            label[nothing] = table[BACKGROUND]
        lookup = np.array([0, *(table[name] for name in names)], dtype=np.uint8)
        drawn = self._positive != _NONE
        label[drawn] = lookup[self._positive[drawn]]
        overlaps.contradicted = int(contradicted.sum())
        open_pixels = contradicted if self.last else contradicted | self._clashes
        if self._ignored is not None:
            open_pixels |= self._ignored
        label[open_pixels] = table.get(IGNORED, IGNORE)
        return label, overlaps
