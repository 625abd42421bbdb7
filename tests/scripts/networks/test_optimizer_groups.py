from __future__ import annotations

import pytest
import torch
from torch import nn

from scripts.networks import CoupledSegmenter, parameter_groups


@pytest.mark.parametrize("annotation", ["global", "trunk", "image"])
def test_two_groups_hold_every_parameter_once(annotation):
    network = CoupledSegmenter(
        nn.Conv2d(1, 3, 1), spatial_dims=2, num_classes=3, annotation=annotation, in_channels=1, learn_transition=True
    )
    groups = parameter_groups(network, 0.001, 0.01)
    assert [(g["name"], g["lr"]) for g in groups] == [("segmentation", 0.001), ("annotation", 0.01)]
    assert {id(p) for p in groups[0]["params"]} == {id(p) for p in network.segmentation.parameters()}
    together = [id(p) for group in groups for p in group["params"]]
    assert sorted(together) == sorted(id(p) for p in network.parameters())


@pytest.mark.parametrize(
    "network",
    [nn.Conv2d(1, 2, 1), CoupledSegmenter(nn.Conv2d(1, 2, 1), spatial_dims=2, num_classes=2, annotation="none")],
    ids=["plain", "none"],
)
def test_one_group_without_annotators(network):
    (group,) = parameter_groups(network, 0.001, 0.01)
    assert group["lr"] == 0.001
    assert len(group["params"]) == 2


def test_annotation_follows_the_learning_rate_unless_told():
    network = CoupledSegmenter(nn.Conv2d(1, 2, 1), spatial_dims=2, num_classes=2)
    assert [g["lr"] for g in parameter_groups(network, 0.5)] == [0.5, 0.5]


def test_optimiser_takes_the_groups():
    network = CoupledSegmenter(nn.Conv2d(1, 2, 1), spatial_dims=2, num_classes=2)
    optimiser = torch.optim.AdamW(parameter_groups(network, 0.001, 0.01), lr=0.001)
    assert [group["lr"] for group in optimiser.param_groups] == [0.001, 0.01]
