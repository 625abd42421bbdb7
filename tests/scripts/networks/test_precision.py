from __future__ import annotations

import pytest
import torch

from scripts.networks.precision import full_precision, without_autocast


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (torch.float16, torch.float32),
        (torch.bfloat16, torch.float32),
        (torch.float32, torch.float32),
        (torch.float64, torch.float64),
    ],
)
def test_only_short_types_are_promoted(given, expected):
    assert full_precision(torch.ones(2, dtype=given)).dtype == expected


def test_products_keep_their_precision_inside_autocast():
    matrix = torch.eye(3)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert (matrix @ matrix).dtype == torch.bfloat16
        with without_autocast(matrix):
            assert (matrix @ matrix).dtype == torch.float32
