from __future__ import annotations

import pytest
import torch

from scripts.networks import TrunkHeads


@pytest.mark.parametrize(
    ("size", "reduction", "expected"),
    [
        ((8, 6), 1, (8, 6)),
        ((8, 6), 2, (4, 3)),
        ((7, 5), 2, (4, 3)),
        ((4, 6, 8), 2, (2, 3, 4)),
        ((4, 6, 8), 1, (4, 6, 8)),
    ],
)
def test_shape_and_zero_start(size, reduction, expected):
    raw = TrunkHeads(len(size), in_channels=5, channels=9, reduction=reduction)(torch.randn(2, 5, *size))
    assert set(raw) == {"positive", "negative"}
    for value in raw.values():
        assert value.shape == (2, 9, *expected)
        assert (value == 0).all()


def test_gradients_reach_the_trunk():
    features = torch.randn(1, 3, 8, 8, requires_grad=True)
    heads = TrunkHeads(2, 3, 4, width=2)
    torch.nn.init.ones_(heads.heads["positive"][-1].weight)
    heads(features)["positive"].square().sum().backward()
    assert features.grad.abs().sum() > 0


def test_heads_are_independent():
    heads = TrunkHeads(2, 3, 4, width=2)
    heads(torch.randn(1, 3, 4, 4))["positive"].sum().backward()
    assert all(p.grad is not None for p in heads.heads["positive"].parameters())
    assert all(p.grad is None for p in heads.heads["negative"].parameters())
