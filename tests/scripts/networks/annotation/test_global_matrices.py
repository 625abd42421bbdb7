from __future__ import annotations

import pytest

from scripts.networks import GlobalMatrices


@pytest.mark.parametrize("spatial_dims", [2, 3])
def test_shape_and_start(spatial_dims):
    raw = GlobalMatrices(spatial_dims, 4, ["positive", "negative"])(batch_size=3)
    assert set(raw) == {"positive", "negative"}
    for value in raw.values():
        assert value.shape == (3, 4, *[1] * spatial_dims)
        assert (value == 0).all()


def test_batch_shares_the_parameters():
    source = GlobalMatrices(2, 4, ["positive"])
    source(5)["positive"].sum().backward()
    assert (source.raw["positive"].grad == 5).all()
    assert sum(p.numel() for p in source.parameters()) == 4
