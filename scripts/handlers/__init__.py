"""Handlers for the configs: what happens around the iterations of an engine."""

from scripts.handlers.annotation_guard import AnnotationGuard, GuardError
from scripts.handlers.averaged_network import AveragedNetwork, UpdateAverage
from scripts.handlers.case_report import CaseReport
from scripts.handlers.checked_checkpoint_loader import CheckedCheckpointLoader
from scripts.handlers.epoch_seed import EpochSeed
from scripts.handlers.epoch_validation import EpochValidation
from scripts.handlers.keep_best_model import KeepBestModel
from scripts.handlers.last_checkpoint import LastCheckpoint
from scripts.handlers.pictures import CasePictures, ValidationPictures
from scripts.handlers.progress_bar import ProgressBar
from scripts.handlers.run_summary import RunSummary
from scripts.handlers.save_executed_config import SaveExecutedConfig
from scripts.handlers.save_predictions import SavePredictions
from scripts.handlers.settle_boxes import SettleBoxes
from scripts.handlers.tracking import TrackingHandler
from scripts.handlers.training_progress import TrainingProgress

__all__ = [
    "AnnotationGuard",
    "AveragedNetwork",
    "CasePictures",
    "CaseReport",
    "CheckedCheckpointLoader",
    "EpochSeed",
    "EpochValidation",
    "GuardError",
    "KeepBestModel",
    "LastCheckpoint",
    "ProgressBar",
    "RunSummary",
    "SaveExecutedConfig",
    "SavePredictions",
    "SettleBoxes",
    "TrackingHandler",
    "TrainingProgress",
    "UpdateAverage",
    "ValidationPictures",
]
