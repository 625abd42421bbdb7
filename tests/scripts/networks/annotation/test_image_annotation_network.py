from __future__ import annotations

import pytest
import torch

from scripts.networks import ImageAnnotationNetwork


@pytest.mark.parametrize("size", [(32, 48), (33, 35), (32, 32, 32)])
def test_shape_and_zero_start(size):
    network = ImageAnnotationNetwork(len(size), in_channels=3, channels=4, kinds=["negative"])
    raw = network(torch.randn(1, 3, *size))
    assert set(raw) == {"negative"}
    assert raw["negative"].shape == (1, 4, *size)
    assert (raw["negative"] == 0).all()
