"""Ignite engines that MONAI does not have."""

from scripts.engines.trainer import CoarseLabelTrainer, PrepareCoarseBatch

__all__ = ["CoarseLabelTrainer", "PrepareCoarseBatch"]
