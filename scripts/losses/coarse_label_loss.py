"""The loss of a training with coarse drawings and boxes, as named terms."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import torch
from torch import nn

from scripts.constants import IGNORE, IMPLIED, UNKNOWN
from scripts.errors import DataError, SettingError
from scripts.networks.confusion import Confusion
from scripts.networks.points import Points
from scripts.networks.precision import full_precision, without_autocast

from .box_terms import box_terms
from .checks import check_logits, check_targets
from .complementary import complementary_loss, negated_pixels
from .label_losses import label_loss as label_loss_named
from .mixed_pseudo_labels import mixed_pseudo_label_loss
from .noisy_cross_entropy import noisy_cross_entropy
from .partial_dice import partial_dice
from .teacher import teacher_loss
from .trace import mean_trace

__all__ = ["CoarseLabelLoss"]

# Below this share of labelled pixels it pays to gather them (measured: the two ways cost the same at one half).
_FEW = 0.5


class CoarseLabelLoss(nn.Module):
    """Drawings, boxes and dense masks in one loss, a dict of weighted terms that add up to it.

    * ``dense``: cross-entropy on cases with a dense mask, which no confusion matrix touches;
    * ``positive``: :func:`~scripts.losses.noisy_cross_entropy` on positive drawings;
    * ``negative``: :func:`~scripts.losses.complementary_loss` on negative drawings;
    * ``trace``: ``trace_weight`` times :func:`~scripts.losses.mean_trace` of the positive matrices, over the pixels
      with a positive drawing;
    * ``inside``, ``outside``, ``settled``: of bounding boxes, see :func:`~scripts.losses.box_terms.box_terms`, if there
      are any;
    * ``dice``: :func:`~scripts.losses.partial_dice` of drawings and dense masks, with ``partial_dice_weight`` alone;
    * ``pseudo``: :func:`~scripts.losses.mixed_pseudo_label_loss` of a network with two decoders, such as
      :class:`~scripts.networks.TwoDecoderUNet`; each of the other terms then is the mean over the decoders;
    * ``teacher``: :func:`~scripts.losses.teacher_loss` on pixels that nothing labels, with ``teacher_weight`` alone.

    An image without one kind of label adds nothing to that term; a batch without any label gives exactly 0.

    Source: Zhang et al., *Emerging Semantic Segmentation from Positive and Negative Coarse Label Learning*, 2025,
    https://arxiv.org/abs/2508.18186: the two losses, the trace, their plain sum (``pooled=False``). Ours: pooling,
    the dense term, the weights, and the schedule (the paper does not state one), in shares of the training: matrices
    are fixed at the identity, and the transition matrix at the uniform one, until ``warm_up``; the weight of the trace
    then rises linearly until ``warm_up + ramp``.

    The schedule reads :attr:`progress`, which :class:`scripts.handlers.TrainingProgress` sets.

    Args:
        positive_weight: of the term ``positive``. A kind of weight 0 is treated as if it had not been drawn.
        negative_weight: of the term ``negative``.
        inside_weight: of the term ``inside``; 0: what lies in a box is as if not labelled. ``outside`` and ``settled``
            have the weight 1.
        dense_weight: of the term ``dense``.
        implied_weight: of a pixel that a reading labels, against one that was drawn, in [0, 1]; 0: as if not labelled.
            Undrawn pixels beside a stroke are weaker evidence than the stroke, the more so where strokes fill a small
            part of a structure (our reading).
        implied_balance: the most that all such pixels of a batch weigh together, against the foreground pixels that
            were drawn in it; None for no such limit. It keeps strokes that fill little of a structure from being
            outvoted by what is undrawn around them, however little that is (our reading).
        trace_weight: of the term ``trace``, against traces in [0, 1].
        negative_trace: whether the term ``trace`` also holds the negative matrices, over the pixels with a negative
            drawing; the paper's has the positive ones only.
        label_loss: of the terms ``positive`` and ``negative``, see :func:`~scripts.losses.label_loss`; with matrices
            A of the probabilities A p.
        generalised_q: of the label loss ``generalised``.
        symmetric_alpha: of the label loss ``symmetric``.
        symmetric_beta: of the label loss ``symmetric``.
        partial_dice_weight: of the term ``dice``; with matrices A it compares A p with the drawings.
        tversky_alpha: of the term ``dice``, weight of what is found too much, in [0, 1]; 0.5: Dice.
        pseudo_label_weight: of the term ``pseudo``; above 0 it needs a network with two decoders.
        teacher_weight: of the term ``teacher``; above 0 the targets need ``teacher`` once :meth:`teacher_in_use`.
        teacher_from: share of the training before a teacher is believed, in [0, 1]; its weight then rises over
            ``ramp``.
        pooled: True: every labelled pixel of the batch weighs the same, so each term is its sum over the number of
            labels of all kinds in the batch (a pixel with a positive and a negative drawing has two, and so has one
            inside a box of one class and outside those of another). False: each term
            is the mean over its own pixels.
        warm_up: share of the training with fixed matrices, in [0, 1].
        ramp: share of the training in which the trace's weight rises, in [0, 1].
        eps: added to probabilities before their logarithm where matrices are in use.

    Attributes:
        progress: share of the training that is done, in [0, 1]; 1 unless something sets it.

    Raises:
        SettingError: for negative weights and shares outside [0, 1].
    """

    def __init__(
        self,
        *,
        positive_weight: float = 1.0,
        negative_weight: float = 1.0,
        dense_weight: float = 1.0,
        inside_weight: float = 1.0,
        implied_weight: float = 1.0,
        implied_balance: float | None = None,
        trace_weight: float = 0.0,
        negative_trace: bool = False,
        label_loss: str = "cross_entropy",
        generalised_q: float = 0.7,
        symmetric_alpha: float = 0.1,
        symmetric_beta: float = 1.0,
        partial_dice_weight: float = 0.0,
        tversky_alpha: float = 0.5,
        pseudo_label_weight: float = 0.0,
        teacher_weight: float = 0.0,
        teacher_from: float = 0.3,
        pooled: bool = True,
        warm_up: float = 0.2,
        ramp: float = 0.2,
        eps: float = 1e-10,
    ) -> None:
        super().__init__()
        self.weights = {"dense": dense_weight, "positive": positive_weight, "negative": negative_weight}
        self.box_weights = {"inside": inside_weight, "outside": 1.0, "settled": 1.0}
        further = {"partial_dice": partial_dice_weight, "pseudo_label": pseudo_label_weight, "teacher": teacher_weight}
        for name, value in {**self.weights, "inside": inside_weight, "trace": trace_weight, **further}.items():
            if not 0 <= value < math.inf:
                raise SettingError(f"{name}_weight must be a finite number of at least 0, got {value}.")
        shares = {"warm_up": warm_up, "ramp": ramp, "implied_weight": implied_weight, "teacher_from": teacher_from}
        shares["tversky_alpha"] = tversky_alpha
        for name, value in shares.items():
            if not 0 <= value <= 1:
                raise SettingError(f"{name} is a share and must lie in [0, 1], got {value}.")
        if implied_balance is not None and not 0 <= implied_balance < math.inf:
            raise SettingError(f"implied_balance must be a finite number of at least 0, got {implied_balance}.")
        self.implied_weight = implied_weight
        self.implied_balance = implied_balance
        self.trace_weight = trace_weight
        self.traced = ("positive", "negative") if negative_trace else ("positive",)
        self.label_loss = label_loss_named(label_loss, generalised_q, symmetric_alpha, symmetric_beta)
        self.partial_dice_weight = partial_dice_weight
        self.tversky_alpha = tversky_alpha
        self.pseudo_label_weight = pseudo_label_weight
        self.teacher_weight = teacher_weight
        self.teacher_from = teacher_from
        self.pooled = pooled
        self.warm_up = warm_up
        self.ramp = ramp
        self.eps = eps
        self.progress = 1.0

    def matrices_in_use(self) -> bool:
        """Whether the warm-up is over."""
        return self.progress >= self.warm_up

    def teacher_in_use(self) -> bool:
        """Whether the targets must hold what a teacher says."""
        return self.teacher_weight > 0 and self.progress >= self.teacher_from

    def current_trace_weight(self) -> float:
        """``trace_weight`` times the share of the ramp that is done."""
        return self.trace_weight * self._risen(self.warm_up)

    def _risen(self, start: float) -> float:
        """Share that is done of a ramp from ``start`` on."""
        if self.progress < start:
            return 0.0
        return 1.0 if self.ramp == 0 else min((self.progress - start) / self.ramp, 1.0)

    def forward(
        self, output: torch.Tensor | Mapping[str, Any], targets: Mapping[str, torch.Tensor]
    ) -> dict[str, torch.Tensor]:
        """The terms, already weighted.

        Args:
            output: of :class:`scripts.networks.CoupledSegmenter` in training mode, or the logits `BCH[WD]` of a plain
                network, which then learns without matrices. The logits of an auxiliary decoder are ``auxiliary``.
            targets: ``positive`` `B1H[WD]` integer, class index, ``IMPLIED`` (background that a reading adds) or
                ``IGNORE``; ``negative`` `BCH[WD]`, 1 where drawn as "not class k", 2 where a reading adds that;
                ``dense`` `B` bool, True where ``positive`` is a dense mask (``negative`` is then not looked at);
                optionally ``boxes`` `BCH[WD]`, ``UNKNOWN``, ``INSIDE``, ``OUTSIDE`` or ``SETTLED`` per class, and
                ``teacher`` `BCH[WD]`, probabilities.

        Returns:
            Scalars ``dense``, ``positive``, ``negative``, ``trace``, and with boxes ``inside``, ``outside``,
            ``settled``, and ``dice``, ``pseudo`` and ``teacher`` where they have a weight, at least float32; their sum
            is the loss.
            Parts of the output that no term needs take part with gradient zero, as ``DistributedDataParallel`` asks.

        Raises:
            ValueError: for shapes or types that do not fit.
            DataError: for a label that is neither a class nor ``IGNORE``.
            SettingError: for settings that do not fit the network.
        """
        logits = check_logits(output)
        check_targets(logits, targets)
        parts: dict[str, Any] = dict(output) if isinstance(output, Mapping) else {"logits": logits}
        self._refuse_misfits(parts)
        auxiliary = parts.pop("auxiliary", None)
        with without_autocast(logits):
            terms = self._terms(parts, targets)
            if auxiliary is not None:
                second = self._terms({**parts, "logits": auxiliary}, targets)
                terms = {name: 0.5 * (term + second[name]) for name, term in terms.items()}
            if self.pseudo_label_weight:
                terms["pseudo"] = self.pseudo_label_weight * mixed_pseudo_label_loss(logits, auxiliary)
            if self.teacher_in_use():
                if "teacher" not in targets:
                    raise ValueError("teacher_weight is above 0, but the targets lack 'teacher', its probabilities.")
                labelled = torch.stack(list(self._masks(targets).values())).any(0)
                if "boxes" in targets:
                    labelled = labelled | (targets["boxes"] != UNKNOWN).any(1, keepdim=True)
                weight = self.teacher_weight * self._risen(self.teacher_from)
                terms["teacher"] = weight * teacher_loss(logits, targets["teacher"], ~labelled)
            return terms

    def _refuse_misfits(self, parts: dict[str, Any]) -> None:
        """Stop where the network lacks what a setting needs."""
        if self.pseudo_label_weight and "auxiliary" not in parts:
            raise SettingError(
                "pseudo_label_weight needs a network with an auxiliary decoder, and this one has none. Take the "
                "overlay configs/methods/two_decoders.json, or set pseudo_label_weight to 0."
            )

    def _terms(self, parts: dict[str, Any], targets: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        logits, labels, negative = parts["logits"], targets["positive"], targets["negative"]
        masks = self._masks(targets)
        union = torch.stack(list(masks.values())).any(0)
        counts, weak, most = self._counts(masks, union, targets, logits.shape[1])
        matrices = {k: parts.get(k) if self.matrices_in_use() else None for k in ("positive", "negative")}
        transition = parts.get("transition") if self.matrices_in_use() else None
        box_sums, box_counts = self._box_terms(parts, targets)
        used = self._parts_in_use(counts | box_counts, matrices, transition)
        nothing = _zero([part for name, part in parts.items() if name not in used], logits)

        points = None
        if most < _FEW * labels[0].numel():
            points = Points.of(union, most)
            logits, labels, negative = (points.gather(values) for values in (logits, labels, negative))
            masks = {name: points.gather(mask) & points.valid for name, mask in masks.items()}
        matrices = _build({kind: matrix for kind, matrix in matrices.items() if kind in used}, points)
        logits = full_precision(logits)
        implied = {"positive": labels == IMPLIED, "negative": (negative > 1).any(1, keepdim=True)}
        labels = labels.where(~implied["positive"], 0)

        maps = {}
        if counts["dense"]:
            maps["dense"] = noisy_cross_entropy(logits, labels.where(masks["dense"], IGNORE))
        if counts["positive"]:
            drawn = labels.where(masks["positive"], IGNORE)
            maps["positive"] = noisy_cross_entropy(logits, drawn, matrices.get("positive"), eps=self.eps)
        if counts["negative"]:
            negative = negative.bool() & masks["negative"]
            maps["negative"] = complementary_loss(logits, negative, matrices.get("negative"), transition, eps=self.eps)

        maps.update({name: self.label_loss(maps[name]) for name in implied if name in maps})

        total = sum(counts.values()) + sum(box_counts.values())
        terms = dict.fromkeys(("dense", "positive", "negative", "trace", *box_counts), nothing)
        for name, values in maps.items():
            if name in implied and weak < 1:
                values = values.where(~implied[name], weak * values)
            terms[name] = self.weights[name] * values.sum() / (total if self.pooled else counts[name]) + nothing
        for name, count in box_counts.items():
            if count:
                terms[name] = self.box_weights[name] * box_sums[name] / (total if self.pooled else count) + nothing
        if self.partial_dice_weight:
            terms["dice"] = nothing + self.partial_dice_weight * self._dice(
                self._expected(logits, masks, matrices),
                labels,
                negative,
                {name: mask for name, mask in masks.items() if counts[name]},
                implied,
                weak,
            )
        weight = self.current_trace_weight()
        traced = [kind for kind in self.traced if matrices.get(kind) is not None]
        if weight and traced:
            terms["trace"] = weight * sum(mean_trace(matrices[kind], masks[kind]) for kind in traced)
        return terms

    def _expected(
        self, logits: torch.Tensor, masks: dict[str, torch.Tensor], matrices: dict[str, Confusion]
    ) -> torch.Tensor:
        """log(A p) where a kind of drawing has matrices, which is what its annotator is expected to draw; else logits.

        What is both drawn as a class and as "not" another one has the matrices of the former.
        """
        expected = logits
        for kind in ("negative", "positive"):
            if matrices.get(kind) is not None:
                taken_for = matrices[kind].apply(logits.softmax(1))
                expected = torch.where(masks[kind], (taken_for + self.eps).log(), expected)
        return expected

    def _dice(
        self,
        logits: torch.Tensor,
        labels: torch.Tensor,
        negative: torch.Tensor,
        masks: dict[str, torch.Tensor],
        implied: dict[str, torch.Tensor],
        weak: float,
    ) -> torch.Tensor:
        """Partial Dice of the kinds of label in ``masks``; implied pixels count as in the other terms."""
        nowhere = torch.zeros_like(labels, dtype=torch.bool)
        positive, negated = masks.get("positive", nowhere), masks.get("negative", nowhere)
        labelled = masks.get("dense", nowhere) | positive
        by_reading = positive & implied["positive"] | negated & ~labelled & implied["negative"]
        weight = torch.where(by_reading, weak, 1.0)
        return partial_dice(logits, labels, labelled, negative.bool() & negated, weight, self.tversky_alpha)

    def _box_terms(
        self, parts: dict[str, Any], targets: Mapping[str, torch.Tensor]
    ) -> tuple[dict[str, torch.Tensor], dict[str, int]]:
        """Sums and numbers of pixels of the boxes' terms, 0 for a term of weight 0; nothing without boxes."""
        if "boxes" not in targets:
            return {}, {}
        sums, counts = box_terms(parts["logits"], parts.get("log_variance"), targets["boxes"])
        return sums, {name: count if self.box_weights[name] else 0 for name, count in counts.items()}

    def _masks(self, targets: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        """Which pixels each term looks at, `B1H[WD]` bool."""
        labels, negative = targets["positive"], targets["negative"]
        dense = targets["dense"].bool().view(-1, *[1] * (labels.ndim - 1))
        labelled, negated = labels != IGNORE, negated_pixels(negative)
        if self.implied_weight == 0:
            labelled, negated = labelled & (labels != IMPLIED), negated & ~(negative > 1).any(1, keepdim=True)
        return {"dense": labelled & dense, "positive": labelled & ~dense, "negative": negated & ~dense}

    def _parts_in_use(self, counts: dict[str, float], matrices: dict[str, Any], transition: Any) -> set[str]:
        """Names of the network's outputs that a term needs."""
        used = {kind for kind, matrix in matrices.items() if matrix is not None and counts[kind]}
        if counts.get("inside"):
            used.add("log_variance")
        if any(counts.values()):
            used.add("logits")
        if transition is not None and counts["negative"]:
            used.add("transition")
        return used

    def _counts(
        self,
        masks: dict[str, torch.Tensor],
        union: torch.Tensor,
        targets: Mapping[str, torch.Tensor],
        num_classes: int,
    ) -> tuple[dict[str, float], float, int]:
        """Number of pixels per term, 0 for a term of weight 0; weight of implied ones; most pixels of one image.

        Implied pixels count by their weight. One transfer from the device for all.
        """
        labels = targets["positive"]
        unknown = (labels != IGNORE) & (labels != IMPLIED) & ((labels < 0) | (labels >= num_classes))
        implied = (labels == IMPLIED, (targets["negative"] > 1).any(1, keepdim=True))
        sets = [*masks.values(), masks["positive"] & implied[0], masks["negative"] & implied[1]]
        sets += [masks["positive"] & (labels > 0) & (labels < num_classes), unknown]
        most = union.flatten(1).sum(1).max()
        dense, positive, negative, *added, drawn, wrong, most = torch.stack([*(s.sum() for s in sets), most]).tolist()
        weight = self.implied_weight
        if self.implied_balance is not None and sum(added):
            weight = min(weight, self.implied_balance * drawn / sum(added))
        counts = (dense, positive - (1 - weight) * added[0], negative - (1 - weight) * added[1])
        if wrong:
            raise DataError(
                f"{wrong} pixels are labelled with {sorted(set(labels[unknown].tolist()))[:5]}; expected classes 0 to "
                f"{num_classes - 1}, or {IGNORE} for 'not labelled'. Check the label table and the number of classes."
            )
        return {name: count if self.weights[name] else 0 for name, count in zip(masks, counts)}, weight, most


def _build(matrices: dict[str, Confusion], points: Points | None) -> dict[str, Confusion]:
    """The matrices where they are needed; kinds that share one share the result."""
    distinct = {id(matrix): matrix for matrix in matrices.values()}
    built = {key: matrix.whole() if points is None else matrix.at(points) for key, matrix in distinct.items()}
    return {kind: built[id(matrix)] for kind, matrix in matrices.items()}


def _zero(parts: list[Any], logits: torch.Tensor) -> torch.Tensor:
    """A scalar 0 that depends on every tensor in the parts, with gradient zero."""
    zero = full_precision(logits.new_zeros(()))
    for part in parts:
        values = [getattr(part, field.name) for field in fields(part)] if isinstance(part, Confusion) else [part]
        for tensor in (value for value in values if isinstance(value, torch.Tensor)):
            zero = zero + (full_precision(tensor) * 0).sum()
    return zero
