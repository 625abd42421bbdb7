"""IoU of all cases together, against counts."""

import pytest
import torch
from ignite.engine import Engine

from scripts.metrics import PooledIoU
from scripts.metrics.pooled_iou import PooledIoUMetric


def one_hot(labels, classes=3):
    return torch.nn.functional.one_hot(torch.tensor(labels), classes).movedim(-1, 1)


def test_counts_are_summed_before_they_are_divided():
    metric = PooledIoUMetric()
    metric(one_hot([[1, 1, 1, 1, 0, 0]]), one_hot([[1, 1, 1, 0, 0, 2]]))
    metric(one_hot([[1, 0, 0, 0, 0, 2]]), one_hot([[0, 0, 0, 0, 2, 2]]))
    # class 1: 3 of 4 + 1; class 2: 1 of 1 + 2
    assert metric.aggregate().item() == pytest.approx((3 / 5 + 1 / 3) / 2)


def test_a_false_detection_in_a_case_without_the_class_counts():
    metric = PooledIoUMetric()
    metric(one_hot([[1, 0]], 2), one_hot([[1, 0]], 2))
    metric(one_hot([[1, 0]], 2), one_hot([[0, 0]], 2))
    assert metric.aggregate().item() == pytest.approx(0.5)


def test_a_class_that_occurs_nowhere_is_left_out():
    metric = PooledIoUMetric()
    metric(one_hot([[1, 0]]), one_hot([[1, 0]]))
    assert metric.aggregate().item() == 1


def test_background_on_request_and_three_dimensions():
    metric = PooledIoUMetric(include_background=True)
    metric(one_hot([[[[1, 0]]]], 2), one_hot([[[[1, 1]]]], 2))
    assert metric.aggregate().item() == pytest.approx((0 + 1 / 2) / 2)


def test_as_a_handler():
    engine = Engine(lambda engine, batch: batch)
    PooledIoU().attach(engine, "val_pooled_iou")
    engine.run([(one_hot([[1, 1]], 2), one_hot([[1, 0]], 2))])
    assert engine.state.metrics["val_pooled_iou"] == pytest.approx(0.5)
