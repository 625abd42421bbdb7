"""How the boxes of a data set are made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from scripts.errors import DataError

__all__ = ["BoxPlan", "choose_dense"]

_Case = TypeVar("_Case")


@dataclass(frozen=True)
class BoxPlan:
    """How the boxes are made.

    Attributes:
        classes: values in the masks of each class.
        background: all other values in the masks.
        ignored: value in the masks of pixels that are not labelled.
        loose: see :func:`scripts.boxes.loosen.loosen_boxes`.
        dense_share: see :func:`choose_dense`.
        seed: of the choice and of the boxes.
    """

    classes: Mapping[str, tuple[int, ...]]
    background: tuple[int, ...] = (0,)
    ignored: int | None = None
    loose: float = 0.0
    dense_share: float = 0.18
    seed: int = 0

    @property
    def names(self) -> list[str]:
        """Names of the classes."""
        return list(self.classes)

    @property
    def dense_labels(self) -> dict[str, int | list[int]]:
        """Label table of the masks; a name with several values has a list."""
        values = {"background": self.background, **self.classes}
        table = {name: found[0] if len(found) == 1 else list(found) for name, found in values.items()}
        return table | ({} if self.ignored is None else {"ignore": self.ignored})

    @property
    def record(self) -> dict[str, Any]:
        """What the datalists' provenance says."""
        return {"seed": self.seed, "loose": self.loose, "dense_share": self.dense_share}


def choose_dense(cases: Sequence[_Case], share: float, seed: int) -> list[bool]:
    """Which training cases keep their dense mask.

    Of one seed, the dense cases of a smaller share are dense with a larger one too, so that a series of shares is
    nested.

    Args:
        cases: all training cases.
        share: share of them up to 1 (rounded, above 0 at least one case), or their number from 2.
        seed: of the choice.

    Raises:
        DataError: more are asked for than there are.
    """
    count = int(share) if share > 1 else round(share * len(cases))
    if share > 0:
        count = max(count, 1)
    if count > len(cases):
        raise DataError(f"{count} dense cases were asked for, but there are {len(cases)} training cases. Ask for less.")
    order = np.random.default_rng(seed).permutation(len(cases))
    chosen = set(order[:count].tolist())
    return [number in chosen for number in range(len(cases))]
