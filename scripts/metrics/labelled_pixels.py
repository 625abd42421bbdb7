"""Metrics of probabilities over the labelled pixels alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from monai.handlers import IgniteMetricHandler
from monai.metrics import CumulativeIterationMetric

__all__ = ["LabelledPixelsHandler", "labelled_pixels"]


def labelled_pixels(
    probability: torch.Tensor, label: torch.Tensor, ignored: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Probabilities and reference at the pixels of which the reference says something.

    Args:
        probability: `CH[WD]`, of every class.
        label: reference, one-hot `CH[WD]`.
        ignored: `1H[WD]` bool, as :class:`scripts.transforms.MaskIgnoredd` leaves it: what is not labelled, or lies
            outside the field of view.

    Returns:
        Both as `CM1`, of M pixels.

    Raises:
        ValueError: when the shapes do not fit.
    """
    if probability.shape != label.shape or ignored.shape != (1, *label.shape[1:]):
        raise ValueError(
            "probability and label must both be CH[WD] and ignored 1H[WD], got "
            f"{tuple(probability.shape)}, {tuple(label.shape)} and {tuple(ignored.shape)}."
        )
    # as plain tensors: metadata of a case mean nothing once its pixels are in a row
    probability, label, ignored = (
        torch.as_tensor(values).as_subclass(torch.Tensor) for values in (probability, label, ignored)
    )
    inside = ~ignored.bool().to(probability.device)[0]
    return probability[:, inside][..., None], label[:, inside][..., None]


class LabelledPixelsHandler(IgniteMetricHandler):
    """A metric handler that hands on the labelled pixels of every case, see :func:`labelled_pixels`.

    Args:
        metric_fn: takes probabilities and reference, `BCM1`.
        output_transform: takes ``engine.state.output`` to lists of probabilities, references and ignored pixels; in a
            config ``"$monai.handlers.from_engine(['probability', 'label', 'ignored'])"``.
        save_details: whether every case's values are kept in ``engine.state.metric_details``.
    """

    def __init__(
        self,
        metric_fn: CumulativeIterationMetric,
        output_transform: Callable = lambda x: x,
        save_details: bool = True,
    ) -> None:
        # ignite takes lists apart before update() sees them, and takes two of them only
        super().__init__(
            metric_fn=metric_fn,
            output_transform=lambda output: _pairs(output_transform(output)),
            save_details=save_details,
        )


def _pairs(parts: Sequence[Sequence[torch.Tensor]]) -> tuple[list[torch.Tensor], list[torch.Tensor]]:
    if len(parts) != 3:
        raise ValueError(f"expected lists of probability, label and ignored, got {len(parts)} part(s).")
    cases = [labelled_pixels(*case) for case in zip(*parts, strict=True)]
    return [probability for probability, _ in cases], [label for _, label in cases]
