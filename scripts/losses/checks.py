"""Readable errors for what a loss is given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

__all__ = ["check_logits", "check_targets"]

_KEYS = ("positive", "negative", "dense")


def check_logits(output: Any) -> torch.Tensor:
    """The logits of a network's output, a tensor or a dict with ``logits``.

    Raises:
        ValueError: for anything else, such as the list of a network with deep supervision.
    """
    logits = output.get("logits") if isinstance(output, Mapping) else output
    if not isinstance(logits, torch.Tensor) or logits.ndim < 3 or logits.shape[1] < 2:
        got = tuple(logits.shape) if isinstance(logits, torch.Tensor) else type(logits).__name__
        raise ValueError(
            "the network's output must be logits BCH[WD] with C >= 2, or a dict that holds them as 'logits', "
            f"got {got}. Networks with deep supervision are not supported: switch it off."
        )
    return logits


def check_targets(logits: torch.Tensor, targets: Mapping[str, torch.Tensor]) -> None:
    """Check the shapes of a batch's targets.

    Args:
        logits: `BCH[WD]`.
        targets: ``positive`` `B1H[WD]` of an integer type, ``negative`` `BCH[WD]`, ``dense`` `B`, and ``boxes``
            and ``teacher`` `BCH[WD]` if there are any.

    Raises:
        ValueError: naming the target, the shape expected and the shape that came.
    """
    missing = [key for key in _KEYS if key not in targets]
    if missing:
        raise ValueError(f"the targets lack {', '.join(missing)}; expected {', '.join(_KEYS)}, got {sorted(targets)}.")
    batch, classes, *size = logits.shape
    shapes = {"positive": (batch, 1, *size), "negative": (batch, classes, *size), "dense": (batch,)}
    shapes |= {key: (batch, classes, *size) for key in ("boxes", "teacher") if key in targets}
    for key, expected in shapes.items():
        got = tuple(targets[key].shape)
        if got != expected:
            raise ValueError(
                f"target {key!r} must have the shape {expected} to match the logits {tuple(logits.shape)}, got {got}."
            )
    if targets["positive"].is_floating_point():
        raise ValueError(f"target 'positive' must be of an integer type, got {targets['positive'].dtype}.")
