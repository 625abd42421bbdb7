"""Two learning rates: one for the segmentation network, one for what models the annotators."""

from __future__ import annotations

from typing import Any

from torch import nn
from torch.nn.parallel import DistributedDataParallel

from .coupled_segmenter import CoupledSegmenter

__all__ = ["parameter_groups"]


def parameter_groups(
    network: nn.Module, learning_rate: float, annotation_learning_rate: float | None = None
) -> list[dict[str, Any]]:
    """Parameter groups for an optimiser.

    Args:
        network: a :class:`~scripts.networks.CoupledSegmenter` or any other network, also inside
            ``DistributedDataParallel``.
        learning_rate: of the segmentation network, or of all of another network.
        annotation_learning_rate: of the confusion matrices and the transition matrix; None for ``learning_rate``.
            Log variances learn as fast as the logits that they belong to.

    Returns:
        One group named ``segmentation``, and one named ``annotation`` when the network has such parameters.
    """
    if isinstance(network, DistributedDataParallel):
        network = network.module
    if not isinstance(network, CoupledSegmenter):
        return [{"name": "segmentation", "params": list(network.parameters()), "lr": learning_rate}]
    segmentation = list(network.segmentation.parameters())
    if network.log_variance is not None:
        segmentation += network.log_variance.parameters()
    groups = [{"name": "segmentation", "params": segmentation, "lr": learning_rate}]
    own = {id(parameter) for parameter in groups[0]["params"]}
    annotation = [parameter for parameter in network.parameters() if id(parameter) not in own]
    if annotation:
        rate = learning_rate if annotation_learning_rate is None else annotation_learning_rate
        groups.append({"name": "annotation", "params": annotation, "lr": rate})
    return groups
