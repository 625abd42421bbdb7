"""The trace of the confusion matrices, minimised to blame the annotators rather than the network."""

from __future__ import annotations

import torch

from scripts.networks.confusion import Confusion

__all__ = ["mean_trace"]


def mean_trace(confusion: Confusion, labelled: torch.Tensor) -> torch.Tensor:
    """Mean of trace(A) / C over labelled pixels.

    Source: "minimizing the trace encourages the estimated annotators to be maximally unreliable", Zhang et al., arXiv
    2508.18186. Among diagonally dominant matrices that explain the drawings the smallest trace is that of the true
    one; without dominance the swapped labels have a smaller one still (our reading, checked in the tests).

    Args:
        confusion: A, of the pixels' spatial size or of size 1.
        labelled: `B1H[WD]` bool.

    Returns:
        Scalar in [0, 1], at least float32; 0 when nothing is labelled.
    """
    trace = confusion.trace()
    return (trace * labelled).sum() / labelled.sum().clamp_min(1)
