"""Counting, over an epoch, how a network in training agrees with the drawings that it learns from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ignite.distributed as idist
import torch

from scripts.constants import IGNORE, IMPLIED
from scripts.losses.complementary import negated_pixels
from scripts.networks.confusion import Confusion
from scripts.networks.points import Points

__all__ = ["LabelAgreement"]

_KINDS = ("positive", "negative")


class LabelAgreement:
    """Sums over batches, kept on the device; numbers are read once, at the end.

    Only coarse cases count. Call :meth:`add` per batch, :meth:`gather` once, then read the attributes.

    Attributes:
        classes: C, known from the first batch on.
        trace: per kind of drawing, mean of trace(A) / C over the pixels with such a drawing; kinds without matrices
            or without pixels are absent.
        contradiction: share of drawn pixels whose predicted class contradicts the drawing, the mean over what was
            drawn ("class k" and "not class k", for each k), so that rare classes count as much; None without drawings.
        predicted: number of drawn pixels predicted as background and as foreground.
        drawn: number of pixels drawn as background (or as none of the foreground classes, or taken for background by a
            reading) and as foreground (or as "not background").
    """

    def __init__(self) -> None:
        self._counts: torch.Tensor | None = None
        self._traces: torch.Tensor | None = None
        self.classes = 2
        self.trace: dict[str, float] = {}
        self.contradiction: float | None = None
        self.predicted = (0, 0)
        self.drawn = (0, 0)

    @torch.no_grad()
    def add(self, output: torch.Tensor | Mapping[str, Any], targets: Mapping[str, torch.Tensor]) -> None:
        """Add a batch.

        Args:
            output: network output in training mode, logits `BCH[WD]` or a dict with ``logits`` and matrices.
            targets: as for :class:`scripts.losses.CoarseLabelLoss`.
        """
        parts = output if isinstance(output, Mapping) else {"logits": output}
        # all that follows looks at labelled pixels alone, which may be few in a large volume
        labelled = (targets["positive"] != IGNORE) | targets["negative"].any(1, keepdim=True)
        points = Points.of(labelled, int(labelled.flatten(1).sum(1).max()))
        logits, labels, negative = (
            points.gather(values) for values in (parts["logits"], targets["positive"], targets["negative"])
        )
        self.classes = logits.shape[1]
        classes = torch.arange(logits.shape[1], device=logits.device).view(1, -1, 1)
        coarse = ~targets["dense"].bool().view(-1, 1, 1) & points.valid
        predicted = logits.argmax(1, keepdim=True)
        # what a reading adds cannot be contradicted: much of it may be wrong, and the matrices are there to say so
        is_class = (labels == classes) & coarse
        not_class = (negative == 1) & negated_pixels(negative) & coarse
        implied = (labels == IMPLIED) & coarse
        masks = {
            "positive": (labels != IGNORE) & coarse,
            "negative": negated_pixels(negative) & coarse,
        }
        labelled = masks["positive"] | masks["negative"]

        def per_class(mask: torch.Tensor) -> torch.Tensor:
            return mask.transpose(0, 1).flatten(1).sum(1)

        numbers = [
            per_class(is_class),
            per_class(not_class),
            per_class(is_class & (predicted != classes)),
            per_class(not_class & (predicted == classes)),
            ((predicted == 0) & labelled).sum().view(1),
            ((predicted > 0) & labelled).sum().view(1),
            (not_class[:, 1:].all(1).sum() + implied.sum()).view(1),
        ]
        traces = []
        for kind in _KINDS:
            matrix = parts.get(kind)
            if isinstance(matrix, Confusion):
                traces += [(matrix.at(points).trace() * masks[kind]).sum(), masks[kind].sum()]
            else:
                traces += [torch.zeros((), device=logits.device)] * 2
        counts = torch.cat(numbers)
        sums = torch.stack([value.float() for value in traces])
        self._counts = counts if self._counts is None else self._counts + counts
        self._traces = sums if self._traces is None else self._traces + sums

    def gather(self) -> None:
        """Sum over all processes and fill the attributes."""
        if self._counts is None or self._traces is None:
            return
        counts = idist.all_reduce(self._counts).tolist()
        traces = idist.all_reduce(self._traces).tolist()
        num_classes = (len(counts) - 3) // 4
        drawn, wrong = counts[: 2 * num_classes], counts[2 * num_classes : 4 * num_classes]
        shares = [w / d for w, d in zip(wrong, drawn) if d]
        self.contradiction = sum(shares) / len(shares) if shares else None
        self.predicted = (counts[-3], counts[-2])
        self.drawn = (drawn[0] + counts[-1], sum(drawn[1:num_classes]) + drawn[num_classes])
        self.trace = {kind: s / n for kind, s, n in zip(_KINDS, traces[::2], traces[1::2]) if n}
