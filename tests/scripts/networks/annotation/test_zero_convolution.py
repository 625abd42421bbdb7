from __future__ import annotations

import pytest
import torch

from scripts.networks.annotation.zero_convolution import zero_convolution


@pytest.mark.parametrize("size", [(3, 4), (3, 4, 5)])
def test_starts_at_zero_and_learns(size):
    convolution = zero_convolution(len(size), 2, 6)
    output = convolution(torch.randn(1, 2, *size))
    assert output.shape == (1, 6, *size)
    assert (output == 0).all()
    output.sum().backward()
    assert (convolution.weight.grad != 0).all()
