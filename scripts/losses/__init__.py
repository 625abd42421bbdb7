"""Losses for coarse drawings and bounding boxes."""

from .box_terms import attenuated_margin, box_terms, class_margin
from .coarse_label_loss import CoarseLabelLoss
from .complementary import complementary_loss
from .label_losses import LABEL_LOSSES, generalised_cross_entropy, label_loss, symmetric_cross_entropy
from .mixed_pseudo_labels import mixed_pseudo_label_loss
from .noisy_cross_entropy import noisy_cross_entropy
from .partial_dice import partial_dice
from .teacher import teacher_loss
from .trace import mean_trace

__all__ = [
    "LABEL_LOSSES",
    "CoarseLabelLoss",
    "attenuated_margin",
    "box_terms",
    "class_margin",
    "complementary_loss",
    "generalised_cross_entropy",
    "label_loss",
    "mean_trace",
    "mixed_pseudo_label_loss",
    "noisy_cross_entropy",
    "partial_dice",
    "symmetric_cross_entropy",
    "teacher_loss",
]
