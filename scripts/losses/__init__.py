"""Losses for coarse drawings."""

from .coarse_label_loss import CoarseLabelLoss
from .complementary import complementary_loss
from .noisy_cross_entropy import noisy_cross_entropy
from .trace import mean_trace

__all__ = ["CoarseLabelLoss", "complementary_loss", "mean_trace", "noisy_cross_entropy"]
