"""Where the raw parameters of the confusion matrices come from: nowhere, the trunk, or the image."""

from .global_matrices import GlobalMatrices
from .image_annotation_network import ImageAnnotationNetwork
from .trunk_heads import TrunkHeads

__all__ = ["GlobalMatrices", "ImageAnnotationNetwork", "TrunkHeads"]
