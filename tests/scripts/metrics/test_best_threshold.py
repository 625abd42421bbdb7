"""Dice at the best common threshold."""

import math

import pytest
import torch
from ignite.engine import Engine
from monai.metrics import DiceMetric

from scripts.errors import SettingError
from scripts.metrics import BestThresholdDice, BestThresholdDiceMetric
from scripts.metrics.best_threshold import THRESHOLDS, dice_at_thresholds


def two_classes(foreground, labels):
    """Probabilities and one-hot reference, both `1C1M`."""
    p, y = torch.tensor(foreground), torch.tensor(labels).float()
    return torch.stack([1 - p, p])[None, :, None], torch.stack([1 - y, y])[None, :, None]


def test_thresholds_are_those_of_the_docstring():
    assert len(THRESHOLDS) == 49
    assert THRESHOLDS[0] == 0.02 and THRESHOLDS[24] == 0.5 and THRESHOLDS[-1] == 0.98


def test_every_threshold_gives_the_dice_of_monai():
    generator = torch.Generator().manual_seed(0)
    p, y = torch.rand(20, 30, generator=generator), torch.rand(20, 30, generator=generator) < 0.3
    values = dice_at_thresholds(p, y)
    for k in (0, 10, 24, 48):
        expected = DiceMetric()((p > THRESHOLDS[k])[None, None], y[None, None])
        assert values[k].item() == pytest.approx(expected.item())


def test_probabilities_that_rank_well_and_are_too_low():
    metric = BestThresholdDiceMetric()
    metric(*two_classes([0.31, 0.33, 0.11, 0.05], [1, 1, 0, 0]))
    assert metric.aggregate().item() == 1
    # 0.12 to 0.30 are as good; the nearest to one half counts
    assert THRESHOLDS[metric.best()] == 0.3


def test_the_threshold_is_common_to_all_cases():
    metric = BestThresholdDiceMetric()
    metric(*two_classes([0.9, 0.7, 0.7, 0.1], [1, 0, 0, 0]))
    metric(*two_classes([0.3, 0.3, 0.3, 0.1], [1, 1, 1, 0]))
    # each alone could have 1: below 0.3 the first has 2/4; above 0.7 the second has 0
    assert metric.aggregate().item() == pytest.approx((0.5 + 1) / 2)
    assert THRESHOLDS[metric.best()] == pytest.approx(0.28)
    assert metric.values().flatten().tolist() == pytest.approx([0.5, 1])


def test_a_perfect_network_has_the_threshold_one_half():
    metric = BestThresholdDiceMetric()
    metric(*two_classes([1.0, 0.0], [1, 0]))
    assert metric.aggregate().item() == 1 and THRESHOLDS[metric.best()] == 0.5


def test_it_is_never_below_the_dice_at_one_half():
    generator = torch.Generator().manual_seed(1)
    p, y = torch.rand(3, 1, 9, 9, generator=generator), torch.rand(3, 1, 9, 9, generator=generator) < 0.4
    metric = BestThresholdDiceMetric()
    metric(torch.cat([1 - p, p], 1), torch.cat([~y, y], 1).float())
    assert metric.aggregate() >= DiceMetric()(p > 0.5, y).mean()


def test_an_empty_reference_is_left_out():
    metric = BestThresholdDiceMetric()
    metric(*two_classes([0.9, 0.1], [0, 0]))
    assert math.isnan(metric.aggregate()) and metric.best() is None
    metric(*two_classes([0.9, 0.1], [1, 0]))
    assert metric.aggregate().item() == 1
    assert math.isnan(metric.values()[0, 0])


def test_more_classes_have_none():
    metric = BestThresholdDiceMetric()
    metric(torch.full((1, 3, 2, 2), 1 / 3), torch.zeros(1, 3, 2, 2))
    assert math.isnan(metric.aggregate()) and metric.best() is None


def test_as_handlers_ignored_pixels_do_not_count():
    p, y = two_classes([0.3, 0.1, 0.9], [1, 0, 0])
    ignored = torch.tensor([[[False, False, True]]])
    engine = Engine(lambda engine, batch: batch)
    engine.state.metric_details = {}
    BestThresholdDice().attach(engine, "val_best_dice")
    BestThresholdDice("threshold").attach(engine, "val_best_threshold")
    engine.run([([p[0]], [y[0]], [ignored])])
    assert engine.state.metrics == {"val_best_dice": 1, "val_best_threshold": 0.28}
    assert engine.state.metric_details == {"val_best_dice": torch.ones(1, 1)}


def test_handlers_have_nan_where_there_is_nothing():
    p, y = two_classes([0.3], [0])
    engine = Engine(lambda engine, batch: batch)
    engine.state.metric_details = {}
    BestThresholdDice().attach(engine, "val_best_dice")
    BestThresholdDice("threshold").attach(engine, "val_best_threshold")
    engine.run([([p[0]], [y[0]], [torch.zeros(1, 1, 1, dtype=bool)])])
    assert all(math.isnan(value) for value in engine.state.metrics.values())


def test_an_unknown_report_is_refused():
    with pytest.raises(SettingError, match="median"):
        BestThresholdDice("median")


def test_other_shapes_are_refused():
    with pytest.raises(ValueError, match="BCH"):
        BestThresholdDiceMetric()(torch.zeros(1, 2, 3), torch.zeros(1, 2, 4))
