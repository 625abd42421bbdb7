from __future__ import annotations

import logging

import pytest
import torch
from ignite.engine import Engine

from scripts.errors import SettingError
from scripts.handlers.annotation_guard import AnnotationGuard, GuardError
from scripts.networks.confusion import FullConfusion

DRAWN = torch.tensor([0, 0, 0, 1, 1, 255], dtype=torch.uint8).view(1, 1, 1, 6)
RIGHT = [0, 0, 0, 1, 1, 0]
SWAPPED = [1, 1, 1, 0, 0, 1]
ONLY_BACKGROUND = [0] * 6
ONLY_FOREGROUND = [1] * 6


def iteration(predicted, diagonal=None):
    """What a trainer puts out for a network that predicts so and has matrices with this diagonal."""
    pred = torch.nn.functional.one_hot(torch.tensor(predicted), 2).T.reshape(1, 2, 1, 6).float()
    if diagonal is not None:
        off = 1 - diagonal
        matrix = torch.tensor([[diagonal, off], [off, diagonal]]).view(1, 2, 2, 1, 1)
        pred = {"logits": pred, "positive": FullConfusion(matrix)}
    negative = torch.zeros(1, 2, 1, 6, dtype=torch.uint8)
    return {"pred": pred, "label": {"positive": DRAWN, "negative": negative, "dense": torch.tensor([False])}}


def train(guard, predicted, diagonal=None, max_epochs=10):
    """Run a trainer that puts out the same every iteration; a function of the epoch may replace the prediction."""

    def step(engine, batch):
        return iteration(predicted(engine.state.epoch) if callable(predicted) else predicted, diagonal)

    engine = Engine(step)
    guard.attach(engine)
    engine.run([0, 0], max_epochs=max_epochs)
    return engine


def test_a_healthy_training_runs_and_is_measured(caplog):
    engine = train(AnnotationGuard(), RIGHT, diagonal=0.8)
    assert engine.state.epoch == 10
    assert engine.state.metrics == pytest.approx({"trace_positive": 0.8, "contradiction": 0.0})
    assert not caplog.records


def test_ancestor_defect_swapped_labels_stop_the_training():
    # the loss of swapped predictions with swapped matrices is as low as that of the right ones
    with pytest.raises(GuardError, match=r"positive drawings have sunk.*0\.200.*[Ll]ower trace_weight or annotation_"):
        train(AnnotationGuard(), SWAPPED, diagonal=0.2)


def test_contradicting_predictions_point_to_the_label_table():
    with pytest.raises(GuardError, match=r"contradict 100% of the drawn pixels.*label table are not swapped"):
        train(AnnotationGuard(), SWAPPED)


@pytest.mark.parametrize(
    ("predicted", "name"), [(ONLY_BACKGROUND, "foreground"), (ONLY_FOREGROUND, "background")], ids=["none", "all"]
)
def test_collapse(predicted, name):
    with pytest.raises(GuardError, match=f"Hardly any drawn pixel is predicted as {name}"):
        train(AnnotationGuard(), predicted)


def test_guard_error_is_a_setting_error():
    assert issubclass(GuardError, SettingError)


def test_warning_only(caplog):
    with caplog.at_level(logging.WARNING):
        engine = train(AnnotationGuard(on_breach="warn"), SWAPPED, diagonal=0.2)
    assert engine.state.epoch == 10
    assert len(caplog.records) == 8  # once per epoch after the warm-up of 2


@pytest.mark.parametrize(("warm_up", "patience", "stopped_in"), [(0.2, 1, 3), (0.2, 3, 5), (0.5, 2, 7), (0.0, 1, 1)])
def test_warm_up_and_patience(warm_up, patience, stopped_in):
    epochs = []

    def predict(epoch):
        epochs.append(epoch)
        return SWAPPED

    with pytest.raises(GuardError, match=f"epoch {stopped_in}:"):
        train(AnnotationGuard(warm_up=warm_up, patience=patience), predict)
    assert max(epochs) == stopped_in


def test_one_good_epoch_starts_the_patience_anew():
    engine = train(AnnotationGuard(warm_up=0, patience=2), lambda epoch: SWAPPED if epoch % 2 else RIGHT)
    assert engine.state.epoch == 10


@pytest.mark.parametrize("max_epochs", [1, 2, 3])
def test_short_trials_are_never_stopped(max_epochs):
    assert train(AnnotationGuard(), SWAPPED, diagonal=0.2, max_epochs=max_epochs).state.epoch == max_epochs


def test_metrics_of_a_plain_network_hold_no_trace():
    assert set(train(AnnotationGuard(), RIGHT).state.metrics) == {"contradiction"}


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"min_reliability": 1.5}, r"min_reliability of AnnotationGuard is a share and must lie in \[0, 1\], got 1.5"),
        ({"max_contradiction": -1}, "max_contradiction of AnnotationGuard"),
        ({"warm_up": 20}, "warm_up of AnnotationGuard"),
        ({"patience": 0}, "patience of AnnotationGuard must be at least 1 epoch, got 0"),
        ({"on_breach": "panic"}, "must be stop or warn, got 'panic'"),
    ],
)
def test_wrong_settings(setting, message):
    with pytest.raises(SettingError, match=message):
        AnnotationGuard(**setting)
