"""Masks that a trained network assigns to the cases that have none, for annotators to correct."""

from scripts.refining.cases import find_cases
from scripts.refining.network import RefiningNetwork
from scripts.refining.refined_folder import RefinedFolder, require_free_folder
from scripts.refining.trained_run import TrainedRun
from scripts.refining.transforms import Probabilitiesd, ReadReferenced, RefineLabelsd

__all__ = [
    "Probabilitiesd",
    "ReadReferenced",
    "RefineLabelsd",
    "RefinedFolder",
    "RefiningNetwork",
    "TrainedRun",
    "find_cases",
    "require_free_folder",
]
