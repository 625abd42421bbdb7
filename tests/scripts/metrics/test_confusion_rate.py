"""Rates of the confusion matrix per case."""

import pytest
import torch
from monai.networks.utils import one_hot

from scripts.metrics import ConfusionRateMetric

REFERENCE = torch.tensor([[1, 1, 1, 1, 0, 0, 0, 0, 0, 0]])[:, None, :, None]
PREDICTION = torch.tensor([[1, 1, 1, 0, 1, 0, 0, 0, 0, 0]])[:, None, :, None]


@pytest.mark.parametrize(
    ("name", "expected"), [("sensitivity", 3 / 4), ("specificity", 5 / 6), ("precision", 3 / 4), ("accuracy", 8 / 10)]
)
def test_counted_by_hand(name, expected):
    metric = ConfusionRateMetric(name)
    metric(one_hot(PREDICTION, 2), one_hot(REFERENCE, 2))
    assert metric.get_buffer().tolist() == [[pytest.approx(expected)]]
    assert metric.aggregate().item() == pytest.approx(expected)


def test_cases_of_different_size_weigh_the_same():
    metric = ConfusionRateMetric("sensitivity")
    metric(one_hot(PREDICTION, 2), one_hot(REFERENCE, 2))
    metric(one_hot(REFERENCE[:, :, :3], 2), one_hot(REFERENCE[:, :, :3], 2))
    assert metric.aggregate().item() == pytest.approx((3 / 4 + 1) / 2)


def test_a_rate_without_reference_is_left_out_of_the_mean():
    metric = ConfusionRateMetric("sensitivity")
    metric(one_hot(PREDICTION, 2), one_hot(REFERENCE, 2))
    metric(one_hot(PREDICTION, 2), one_hot(REFERENCE * 0, 2))
    assert torch.isnan(metric.get_buffer()[1]).all()
    assert metric.aggregate().item() == pytest.approx(3 / 4)
