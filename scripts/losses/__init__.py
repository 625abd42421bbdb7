"""Losses for coarse drawings and bounding boxes."""

from .box_terms import attenuated_margin, box_terms, class_margin
from .coarse_label_loss import CoarseLabelLoss
from .complementary import complementary_loss
from .noisy_cross_entropy import noisy_cross_entropy
from .trace import mean_trace

__all__ = [
    "CoarseLabelLoss",
    "attenuated_margin",
    "box_terms",
    "class_margin",
    "complementary_loss",
    "mean_trace",
    "noisy_cross_entropy",
]
