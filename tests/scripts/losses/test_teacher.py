"""What an average of the network teaches, against closed forms."""

from __future__ import annotations

import math

import pytest
import torch

from scripts.constants import IGNORE
from scripts.errors import SettingError
from scripts.losses import CoarseLabelLoss, teacher_loss

SIZES = [(4, 6), (3, 4, 5)]


def _probabilities(size: tuple[int, ...], share: float) -> torch.Tensor:
    foreground = torch.full((1, 1, *size), share)
    return torch.cat([1 - foreground, foreground], dim=1)


@pytest.mark.parametrize("size", SIZES)
def test_two_constant_predictions_have_their_cross_entropy(size):
    logits = _probabilities(size, 0.2).log()
    loss = teacher_loss(logits, _probabilities(size, 0.7), torch.ones(1, 1, *size, dtype=torch.bool))
    torch.testing.assert_close(loss.item(), -(0.3 * math.log(0.8) + 0.7 * math.log(0.2)), atol=1e-6, rtol=0)


@pytest.mark.parametrize("size", SIZES)
def test_the_gradient_is_the_difference_of_the_probabilities_over_the_unlabelled_pixels(size):
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(2, 3, *size, generator=generator, requires_grad=True)
    teacher = torch.randn(2, 3, *size, generator=generator).softmax(1)
    unlabelled = torch.rand(2, 1, *size, generator=generator) < 0.5
    teacher_loss(logits, teacher, unlabelled).backward()
    expected = (logits.detach().softmax(1) - teacher) * unlabelled / unlabelled.sum()
    torch.testing.assert_close(logits.grad, expected)


def test_nothing_unlabelled_costs_nothing():
    logits = torch.randn(1, 2, 4, 4, requires_grad=True)
    loss = teacher_loss(logits, torch.rand(1, 2, 4, 4), torch.zeros(1, 1, 4, 4, dtype=torch.bool))
    loss.backward()
    assert loss.item() == 0
    assert not logits.grad.any()


def _targets(size: tuple[int, ...]) -> dict[str, torch.Tensor]:
    positive = torch.full((1, 1, *size), IGNORE)
    positive[0, 0, 0] = 1
    negative = torch.zeros(1, 2, *size, dtype=torch.bool)
    return {"positive": positive, "negative": negative, "dense": torch.tensor([False])}


@pytest.mark.parametrize("size", SIZES)
def test_in_the_whole_loss_it_acts_from_its_start_on_and_rises(size):
    loss = CoarseLabelLoss(teacher_weight=2.0, teacher_from=0.3, ramp=0.2)
    logits, targets = _probabilities(size, 0.2).log(), _targets(size)
    loss.progress = 0.2
    assert not loss.teacher_in_use()
    assert "teacher" not in loss(logits, targets)
    each = -(0.3 * math.log(0.8) + 0.7 * math.log(0.2))
    targets["teacher"] = _probabilities(size, 0.7)
    for progress, share in ((0.4, 0.5), (0.5, 1.0), (0.9, 1.0)):
        loss.progress = progress
        torch.testing.assert_close(loss(logits, targets)["teacher"].item(), 2 * share * each, atol=1e-5, rtol=0)


def test_labelled_pixels_do_not_listen():
    loss, targets = CoarseLabelLoss(teacher_weight=1.0), _targets((4, 6))
    logits = torch.zeros(1, 2, 4, 6, requires_grad=True)
    targets["teacher"] = _probabilities((4, 6), 0.9)
    loss(logits, targets)["teacher"].backward()
    assert not logits.grad[:, :, 0].any()
    assert logits.grad[:, :, 1:].all()


def test_settings_out_of_range_are_named():
    with pytest.raises(SettingError, match="teacher_weight.*at least 0"):
        CoarseLabelLoss(teacher_weight=-1)
    with pytest.raises(SettingError, match="teacher_from.*\\[0, 1\\]"):
        CoarseLabelLoss(teacher_from=2)
