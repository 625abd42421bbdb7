"""What every form of confusion matrix offers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import fields, replace

import torch
from torch import nn

from scripts.errors import SettingError
from scripts.networks.points import Points
from scripts.networks.precision import full_precision, without_autocast

__all__ = ["Confusion", "ConfusionForm", "mix"]


def mix(matrix: torch.Tensor, vector: torch.Tensor) -> torch.Tensor:
    """Matrix times vector at every pixel: `BIJH[WD]` and `BJH[WD]` give `BIH[WD]`; spatial size 1 broadcasts."""
    dtype = torch.promote_types(matrix.dtype, vector.dtype)
    matrix, vector = matrix.to(dtype), vector.to(dtype)
    if matrix.shape[3:].numel() == 1:
        return torch.einsum("bij...,bj...->bi...", matrix, vector)
    return (matrix * vector.unsqueeze(1)).sum(2)  # four times as fast as einsum, which turns it into tiny products


class Confusion(ABC):
    """Per-pixel matrices A with ``A[noisy, true]`` = P(drawn as *noisy* | *true*); every column sums to one.

    Subclasses are dataclasses of tensors, so that ``DistributedDataParallel`` finds the tensors in them. The spatial
    size of the tensors is the image's, or 1 in every direction for matrices that are the same everywhere.
    """

    def apply(self, probabilities: torch.Tensor) -> torch.Tensor:
        """Distribution of the noisy label, q = A p.

        Args:
            probabilities: p, `BCH[WD]`, of the true label.

        Returns:
            q, `BCH[WD]`, at least float32, also under autocast.
        """
        with without_autocast(probabilities):
            return self._apply(full_precision(probabilities))

    def whole(self) -> Confusion:
        """The matrices at every pixel."""
        return self

    def at(self, points: Points) -> Confusion:
        """The matrices at some points, as matrices of a one-dimensional image of M pixels."""
        return replace(self, **{field.name: points.gather(getattr(self, field.name)) for field in fields(self)})

    @abstractmethod
    def _apply(self, probabilities: torch.Tensor) -> torch.Tensor:
        """q = A p, in full precision."""

    @abstractmethod
    def trace(self) -> torch.Tensor:
        """trace(A) / C, `B1H[WD]` in [0, 1]: 1 for an annotator without error, 1 / C for one who draws at random."""

    @abstractmethod
    def explicit(self) -> torch.Tensor:
        """The matrices written out, `B C_noisy C_true H[WD]`: for reports and tests, not for training."""


class ConfusionForm(nn.Module, ABC):
    """Turns what a network puts out into confusion matrices.

    Output 0 stands for matrices whose diagonal is ``diagonal``, so networks start with a zero-initialised last layer.

    Args:
        num_classes: C, at least 2.
        start: `n`, added to the raw channels.

    Attributes:
        channels: n, number of raw channels that :meth:`forward` takes.
    """

    start: torch.Tensor

    def __init__(self, num_classes: int, start: torch.Tensor) -> None:
        super().__init__()
        self.num_classes = num_classes
        self.channels = len(start)
        self.register_buffer("start", start.float(), persistent=False)

    def forward(self, raw: torch.Tensor) -> Confusion:
        """Build the matrices.

        Args:
            raw: `BnH[WD]`, unbounded.

        Raises:
            ValueError: when the number of channels is not n.
        """
        if raw.ndim < 3 or raw.shape[1] != self.channels:
            raise ValueError(
                f"{type(self).__name__} with {self.num_classes} classes takes BnH[WD] with n = {self.channels}, "
                f"got the shape {tuple(raw.shape)}."
            )
        with without_autocast(raw):
            raw = full_precision(raw)
            start = self.start.to(raw.dtype).view(1, -1, *[1] * (raw.ndim - 2))
            return self._build(raw + start)

    @abstractmethod
    def _build(self, logits: torch.Tensor) -> Confusion:
        """Matrices from `BnH[WD]`, start included."""


def check_start(form: str, num_classes: int, diagonal: float, lowest: float) -> None:
    """Check what every form needs.

    Raises:
        SettingError: for fewer than two classes, or ``diagonal`` outside ``(lowest, 1)``.
    """
    if num_classes < 2:
        raise SettingError(f"confusion matrices need at least 2 classes, background included, got {num_classes}.")
    if not lowest < diagonal < 1:
        raise SettingError(
            f"the start diagonal of {form} confusion matrices with {num_classes} classes must lie between "
            f"{lowest:.3g} and 1 (both excluded), got {diagonal}."
        )
