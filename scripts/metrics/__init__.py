"""Metrics that MONAI does not have."""

from scripts.metrics.centreline_dice import CentrelineDiceMetric, compute_centreline_dice
from scripts.metrics.confusion_rate import ConfusionRate, ConfusionRateMetric
from scripts.metrics.handlers import CentrelineDice

__all__ = [
    "CentrelineDice",
    "CentrelineDiceMetric",
    "ConfusionRate",
    "ConfusionRateMetric",
    "compute_centreline_dice",
]
