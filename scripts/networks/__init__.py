"""Networks: any segmentation network, coupled with models of the people who drew its labels."""

from .annotation import GlobalMatrices, ImageAnnotationNetwork, TrunkHeads
from .confusion import BinaryConfusion, Confusion, FullConfusion, LowRankConfusion, confusion_form
from .coupled_segmenter import CoupledSegmenter
from .log_variance_head import LogVarianceHead
from .optimizer_groups import parameter_groups
from .transition import TransitionMatrix, uniform_transition
from .two_decoders import TwoDecoderUNet

__all__ = [
    "BinaryConfusion",
    "Confusion",
    "CoupledSegmenter",
    "FullConfusion",
    "GlobalMatrices",
    "ImageAnnotationNetwork",
    "LogVarianceHead",
    "LowRankConfusion",
    "TransitionMatrix",
    "TrunkHeads",
    "TwoDecoderUNet",
    "confusion_form",
    "parameter_groups",
    "uniform_transition",
]
