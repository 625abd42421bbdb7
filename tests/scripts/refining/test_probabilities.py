import math

import pytest
import torch

from scripts.constants import INSIDE, OUTSIDE, UNKNOWN
from scripts.refining.probabilities import attenuated_probabilities, complete, respect_boxes


def _pixels(*columns):
    """`CHW` of one row, a column per pixel."""
    return torch.tensor(columns, dtype=torch.float32).T[:, None]


def test_without_variance_attenuated_probabilities_are_the_softmax():
    logits = torch.randn(2, 4, 3, 5, generator=torch.Generator().manual_seed(0))
    attenuated = attenuated_probabilities(logits, torch.full_like(logits, -60))
    assert torch.allclose(attenuated, logits.softmax(1), atol=1e-6)


def test_a_large_variance_leaves_half_of_a_class_beside_the_background():
    logits, log_variance = torch.tensor([[[20.0]], [[0.0]]])[None], torch.tensor([[[0.0]], [[60.0]]])[None]
    background, found = attenuated_probabilities(logits, log_variance).flatten().tolist()
    assert background == pytest.approx(2 / 3) and found == pytest.approx(1 / 3)


def test_attenuation_by_hand():
    margin, log_variance = 3.0, 1.0
    logits = torch.tensor([[[0.0]], [[margin]]])[None]
    found = 1 / (1 + math.exp(-margin / math.sqrt(1 + math.pi * math.e / 8)))
    background = 1 / (1 + math.exp(margin))
    expected = [background / (background + found), found / (background + found)]
    attenuated = attenuated_probabilities(logits, torch.full_like(logits, log_variance)).flatten().tolist()
    assert attenuated == pytest.approx(expected)


def test_the_variance_of_the_background_is_not_looked_at():
    logits = torch.randn(1, 3, 2, 2, generator=torch.Generator().manual_seed(0))
    some = torch.ones_like(logits)
    other = some.clone()
    other[:, 0] = 5
    assert torch.equal(attenuated_probabilities(logits, some), attenuated_probabilities(logits, other))


def test_confident_networks_give_no_nan():
    logits = torch.tensor([[[300.0]], [[-300.0]], [[0.0]]])[None]
    assert attenuated_probabilities(logits, torch.zeros_like(logits)).isfinite().all()


def test_what_was_cropped_away_is_background():
    probabilities = complete(_pixels((0, 0, 0), (0.25, 0.25, 0), (0.5, 0.5, 0.001), (-1e-7, 1.0, 0)))
    assert torch.allclose(probabilities.sum(0), torch.ones(1, 4))
    assert probabilities[:, 0, 0].tolist() == [1, 0, 0]
    assert probabilities[:, 0, 1].tolist() == [0.75, 0.25, 0]
    assert probabilities[:, 0, 3].tolist() == [0, 1, 0]


def test_a_class_is_impossible_outside_all_its_boxes():
    probabilities = _pixels((0.2, 0.6, 0.2), (0.2, 0.6, 0.2), (0.2, 0.6, 0.2))
    boxes = torch.tensor([[UNKNOWN, OUTSIDE, INSIDE], [UNKNOWN, INSIDE, UNKNOWN], [OUTSIDE, OUTSIDE, OUTSIDE]])
    allowed = respect_boxes(probabilities, boxes.T[:, None])
    assert allowed[:, 0, 0].tolist() == pytest.approx([0.5, 0, 0.5])
    assert allowed[:, 0, 1].tolist() == pytest.approx([0.2, 0.6, 0.2])
    assert allowed[:, 0, 2].tolist() == [1, 0, 0]


def test_where_boxes_leave_nothing_it_is_background():
    boxes = torch.tensor([UNKNOWN, OUTSIDE])[:, None, None]
    assert respect_boxes(_pixels((0.0, 1.0)), boxes).flatten().tolist() == [1, 0]
