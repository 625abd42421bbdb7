"""Metrics that MONAI does not have."""

from scripts.metrics.best_threshold import BestThresholdDice, BestThresholdDiceMetric
from scripts.metrics.calibration_error import CalibrationError, CalibrationErrorMetric
from scripts.metrics.centreline_dice import CentrelineDiceMetric, compute_centreline_dice
from scripts.metrics.confusion_rate import ConfusionRate, ConfusionRateMetric
from scripts.metrics.handlers import CentrelineDice
from scripts.metrics.pooled_iou import PooledIoU, PooledIoUMetric
from scripts.metrics.surface import HausdorffDistance95, HausdorffDistance95Metric, SurfaceDice, SurfaceDiceMetric

__all__ = [
    "BestThresholdDice",
    "BestThresholdDiceMetric",
    "CalibrationError",
    "CalibrationErrorMetric",
    "CentrelineDice",
    "CentrelineDiceMetric",
    "ConfusionRate",
    "ConfusionRateMetric",
    "HausdorffDistance95",
    "HausdorffDistance95Metric",
    "PooledIoU",
    "PooledIoUMetric",
    "SurfaceDice",
    "SurfaceDiceMetric",
    "compute_centreline_dice",
]
