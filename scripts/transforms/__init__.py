"""Transforms of the configs that MONAI does not have."""

from scripts.transforms.check_image import CheckImaged
from scripts.transforms.check_sampling import CheckSamplingd
from scripts.transforms.choose_output import ChooseOutputd
from scripts.transforms.decode_boxes import DecodeBoxesd
from scripts.transforms.decode_label import DecodeLabeld, ReferenceLabeld
from scripts.transforms.load_label_map import LoadLabelMapd
from scripts.transforms.load_settled import LoadSettledd
from scripts.transforms.local_contrast import NormalizeLocalContrastd
from scripts.transforms.mask_ignored import MaskIgnoredd
from scripts.transforms.match_grid import MatchGridd
from scripts.transforms.resample_spacing import ResampleSpacingd
from scripts.transforms.save_probability import SaveProbabilityd
from scripts.transforms.save_uncertainty import SaveUncertaintyd
from scripts.transforms.save_volume import SaveVolumed
from scripts.transforms.scale_volume_intensity import ScaleVolumeIntensityd
from scripts.transforms.score_uncertainty import ScoreUncertaintyd

__all__ = [
    "CheckImaged",
    "CheckSamplingd",
    "ChooseOutputd",
    "DecodeBoxesd",
    "DecodeLabeld",
    "LoadLabelMapd",
    "LoadSettledd",
    "MaskIgnoredd",
    "MatchGridd",
    "NormalizeLocalContrastd",
    "ReferenceLabeld",
    "ResampleSpacingd",
    "SaveProbabilityd",
    "SaveUncertaintyd",
    "SaveVolumed",
    "ScaleVolumeIntensityd",
    "ScoreUncertaintyd",
]
