from __future__ import annotations

import pytest
import torch

from scripts.losses.checks import check_logits, check_targets

LOGITS = torch.zeros(2, 3, 4, 5)


def targets(**changes):
    return {
        "positive": torch.zeros(2, 1, 4, 5, dtype=torch.uint8),
        "negative": torch.zeros(2, 3, 4, 5, dtype=torch.uint8),
        "dense": torch.zeros(2, dtype=torch.bool),
        **changes,
    }


def test_what_fits_passes():
    assert check_logits(LOGITS) is LOGITS
    assert check_logits({"logits": LOGITS}) is LOGITS
    check_targets(LOGITS, targets())
    check_targets(LOGITS, targets(positive=torch.zeros(2, 1, 4, 5, dtype=torch.int64)))


@pytest.mark.parametrize(
    ("output", "got"),
    [([LOGITS, LOGITS], "list"), ({}, "NoneType"), (torch.zeros(2, 1, 4, 5), r"\(2, 1, 4, 5\)")],
)
def test_outputs_that_are_not_logits(output, got):
    with pytest.raises(ValueError, match=f"BCH.*got {got}.*deep supervision"):
        check_logits(output)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"positive": torch.zeros(2, 4, 5).byte()}, r"'positive' must have the shape \(2, 1, 4, 5\).*got \(2, 4, 5\)"),
        ({"negative": torch.zeros(2, 2, 4, 5)}, r"'negative' must have the shape \(2, 3, 4, 5\).*got \(2, 2, 4, 5\)"),
        ({"dense": torch.zeros(2, 1)}, r"'dense' must have the shape \(2,\).*got \(2, 1\)"),
        ({"positive": torch.zeros(2, 1, 4, 5)}, "'positive' must be of an integer type, got torch.float32"),
    ],
)
def test_targets_that_do_not_fit(changes, message):
    with pytest.raises(ValueError, match=message):
        check_targets(LOGITS, targets(**changes))


def test_missing_target():
    incomplete = targets()
    del incomplete["negative"]
    with pytest.raises(ValueError, match="the targets lack negative"):
        check_targets(LOGITS, incomplete)
