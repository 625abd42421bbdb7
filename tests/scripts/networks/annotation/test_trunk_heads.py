from __future__ import annotations

import pytest
import torch

from scripts.networks import TrunkHeads


@pytest.mark.parametrize("size", [(8, 6), (4, 6, 8)])
def test_shape_and_zero_start(size):
    raw = TrunkHeads(len(size), in_channels=5, channels=9)(torch.randn(2, 5, *size))
    assert set(raw) == {"positive", "negative"}
    for value in raw.values():
        assert value.shape == (2, 9, *size)
        assert (value == 0).all()


def test_heads_are_independent():
    heads = TrunkHeads(2, 3, 4, width=2)
    heads(torch.randn(1, 3, 4, 4))["positive"].sum().backward()
    assert all(p.grad is not None for p in heads.heads["positive"].parameters())
    assert all(p.grad is None for p in heads.heads["negative"].parameters())
