"""Transforms of the configs that MONAI does not have."""

from scripts.transforms.check_image import CheckImaged
from scripts.transforms.decode_label import DecodeLabeld, ReferenceLabeld
from scripts.transforms.load_label_map import LoadLabelMapd
from scripts.transforms.local_contrast import NormalizeLocalContrastd
from scripts.transforms.mask_ignored import MaskIgnoredd
from scripts.transforms.save_probability import SaveProbabilityd

__all__ = [
    "CheckImaged",
    "DecodeLabeld",
    "LoadLabelMapd",
    "MaskIgnoredd",
    "NormalizeLocalContrastd",
    "ReferenceLabeld",
    "SaveProbabilityd",
]
