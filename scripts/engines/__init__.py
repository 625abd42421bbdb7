"""Ignite engines that MONAI does not have, and the end of their process group."""

from scripts.engines.process_group import leave_process_group
from scripts.engines.trainer import CoarseLabelTrainer, PrepareCoarseBatch

__all__ = ["CoarseLabelTrainer", "PrepareCoarseBatch", "leave_process_group"]
