"""Arithmetic on probabilities in full precision, whatever precision the network runs in."""

from __future__ import annotations

import torch

__all__ = ["full_precision", "without_autocast"]


def full_precision(tensor: torch.Tensor) -> torch.Tensor:
    """float16 and bfloat16 (what autocast produces) and integers become float32; float32 and float64 stay."""
    return tensor if tensor.dtype in (torch.float32, torch.float64) else tensor.float()


def without_autocast(tensor: torch.Tensor) -> torch.autocast:
    """A context in which autocast is off on the tensor's device.

    A confusion matrix times probabilities is a matrix product, which autocast would round to eight or eleven bits just
    before its logarithm is taken.
    """
    return torch.autocast(device_type=tensor.device.type, enabled=False)
