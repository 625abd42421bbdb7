import pytest
import torch

from scripts.constants import IGNORE
from scripts.refining.agreement import Agreement


def _map(*values):
    return torch.tensor(values, dtype=torch.uint8)[None, None]


def test_two_classes():
    agreement = Agreement(["background", "a"])
    agreement.add(_map(1, 1, 0, 0), _map(1, 0, 0, 0))
    agreement.add(_map(1, 0, 0, 0), _map(1, 0, 0, 0))
    assert len(agreement) == 2
    assert agreement.metrics() == {"a": {"dice": pytest.approx((2 / 3 + 1) / 2), "iou": pytest.approx(0.75)}}
    assert agreement.table() == "    Dice    IoU\na  0.833  0.750"


def test_several_classes_have_a_mean_over_those_that_occur():
    agreement = Agreement(["background", "a", "b"])
    agreement.add(_map(1, 2, 2, 0), _map(1, 2, 0, 0))
    agreement.add(_map(1, 0, 0, 0), _map(1, 0, 0, 0))
    metrics = agreement.metrics()
    assert metrics["b"] == {"dice": pytest.approx(2 / 3), "iou": pytest.approx(0.5)}
    assert metrics["mean"] == {"dice": pytest.approx((5 / 6 + 1) / 2), "iou": pytest.approx((0.75 + 1) / 2)}


def test_what_is_not_known_does_not_count():
    agreement = Agreement(["background", "a"])
    agreement.add(_map(1, 1, 1), _map(1, IGNORE, IGNORE))
    assert agreement.metrics()["a"] == {"dice": 1, "iou": 1}


def test_without_cases_there_is_no_table():
    assert Agreement(["background", "a"]).table() == "" and not Agreement(["background", "a"])
