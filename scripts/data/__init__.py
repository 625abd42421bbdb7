"""Datalists, datasets and readers."""

from scripts.data.case_dataset import CaseDataset
from scripts.data.datalist import load_cases, read_datalist
from scripts.data.image_folder import list_images, list_volumes
from scripts.data.photograph_reader import PhotographReader
from scripts.data.share_sampler import ShareSampler

__all__ = [
    "CaseDataset",
    "PhotographReader",
    "ShareSampler",
    "list_images",
    "list_volumes",
    "load_cases",
    "read_datalist",
]
