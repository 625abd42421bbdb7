"""One training and its evaluation."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Cell"]


@dataclass(frozen=True)
class Cell:
    """What is trained on what.

    Attributes:
        data_set: name in :data:`bundle.benchmarking.data_sets.DATA_SETS`.
        method: name in :data:`bundle.benchmarking.methods.METHODS`.
        ratio: area of the drawings over that of the masks; None for a method that looks at dense masks alone.
        quality: of the drawings; ``dense`` for such a method.
        seed: of split, drawings and training.
    """

    data_set: str
    method: str
    ratio: float | None
    quality: str
    seed: int

    @property
    def name(self) -> str:
        """Names the cell's files, such as ``default-realistic-r0.3-s1`` or ``dense_masks-dense-s1``."""
        ratio = [] if self.ratio is None else [f"r{self.ratio:g}"]
        return "-".join([self.method, self.quality, *ratio, f"s{self.seed}"])
