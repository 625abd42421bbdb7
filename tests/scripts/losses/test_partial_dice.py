from __future__ import annotations

import pytest
import torch
from loss_support import random_output, random_targets

from scripts.constants import IGNORE, IMPLIED
from scripts.errors import SettingError
from scripts.losses import CoarseLabelLoss, partial_dice

SIZES = [(8, 6), (4, 6, 3)]


def soft_dice(probability, target):
    """Of one class, of the pixels given."""
    return 2 * (probability * target).sum() / (probability.sum() + target.sum())


def by_hand(logits, targets, weight=1.0):
    """Class by class, pixel lists written out; ``weight`` of implied pixels."""
    p, losses = logits.detach().softmax(1), []
    labels, negative = targets["positive"], targets["negative"]
    for k in range(1, logits.shape[1]):
        known = labels[:, 0] != IGNORE
        coarse = ~targets["dense"].bool().view(-1, *[1] * (known.ndim - 1))
        contradiction = negative.bool().all(1)
        negated = (negative[:, k] > 0) & ~contradiction & coarse & ~known
        target = (labels[:, 0] == k).float()
        implied = known & coarse & (labels[:, 0] == IMPLIED)
        implied |= negated & (negative > 1).any(1)
        counted = (known | negated).float().where(~implied, torch.tensor(weight))
        if target.any():
            losses.append(1 - soft_dice(p[:, k] * counted, target))
    return torch.stack(losses).mean()


def test_two_pixels_in_the_head():
    # foreground 0.8 where vessel is drawn, 0.4 where it is not; a third pixel is not labelled
    p = torch.tensor([0.8, 0.4, 0.9])
    logits = torch.stack([1 - p, p]).log().view(1, 2, 1, 3)
    labels = torch.tensor([1, 0, IGNORE]).view(1, 1, 1, 3)
    value = partial_dice(logits, labels, labels != IGNORE, torch.zeros(1, 2, 1, 3, dtype=torch.bool))
    assert value.item() == pytest.approx(1 - 2 * 0.8 / (0.8 + 0.4 + 1), abs=1e-5)


@pytest.mark.parametrize("alpha", [0.0, 0.3, 0.6, 1.0])
def test_alpha_weighs_what_is_found_too_much_against_what_is_missed(alpha):
    p = torch.tensor([0.8, 0.4, 0.9])
    logits = torch.stack([1 - p, p]).log().view(1, 2, 1, 3)
    labels = torch.tensor([1, 0, IGNORE]).view(1, 1, 1, 3)
    nothing = torch.zeros(1, 2, 1, 3, dtype=torch.bool)
    value = partial_dice(logits, labels, labels != IGNORE, nothing, alpha=alpha)
    assert value.item() == pytest.approx(1 - 0.8 / (0.8 + alpha * 0.4 + (1 - alpha) * 0.2), abs=1e-4)


@pytest.mark.parametrize("alpha", [0.5, 0.6, 0.7])
@pytest.mark.parametrize("shape", [(1, 2, 10, 10), (1, 2, 5, 5, 4)])
def test_doubtful_pixels_are_drawn_in_where_their_share_of_labels_exceeds_alpha_times_the_index(alpha, shape):
    # 40 sure pixels of the structure, 40 that look alike, of which a share is labelled, 20 sure ones beside it
    for labelled in range(4, 40, 4):
        p = torch.cat([torch.full((40,), 0.99), torch.full((40,), 0.5), torch.full((20,), 0.01)])
        labels = torch.cat([torch.ones(40 + labelled), torch.zeros(60 - labelled)]).long()
        logits = torch.stack([1 - p, p]).log().view(shape).requires_grad_()
        everywhere = torch.ones(1, 1, *shape[2:], dtype=torch.bool)
        nothing = torch.zeros(shape, dtype=torch.bool)
        loss = partial_dice(logits, labels.view(1, 1, *shape[2:]), everywhere, nothing, alpha=alpha)
        loss.backward()
        index = 1 - loss.item()
        towards_the_structure = -logits.grad.flatten(2)[0, 1, 40:80].sum().item()
        assert (towards_the_structure > 0) == (labelled / 40 > alpha * index)


@pytest.mark.parametrize("dense", [[], [1]])
@pytest.mark.parametrize("size", SIZES)
def test_in_the_loss_it_is_the_dice_of_labelled_pixels(size, dense):
    logits, targets = random_output(size=size)["logits"], random_targets(size=size, dense=dense)
    terms = CoarseLabelLoss(partial_dice_weight=0.5)(logits, targets)
    torch.testing.assert_close(terms["dice"], 0.5 * by_hand(logits, targets), atol=1e-5, rtol=0)
    others = CoarseLabelLoss()(logits, targets)
    assert "dice" not in others
    assert {name: terms[name].item() for name in others} == {name: term.item() for name, term in others.items()}


@pytest.mark.parametrize("size", SIZES)
def test_few_labels_are_gathered_without_a_difference(size):
    logits, targets = random_output(size=size)["logits"], random_targets(size=size)
    keep = torch.rand(targets["positive"].shape, generator=torch.Generator().manual_seed(5)) < 0.2
    targets["positive"] = targets["positive"].where(keep, IGNORE)
    targets["negative"] = targets["negative"] * keep
    terms = CoarseLabelLoss(partial_dice_weight=1.0)(logits, targets)
    torch.testing.assert_close(terms["dice"], by_hand(logits, targets), atol=1e-5, rtol=0)


@pytest.mark.parametrize("weight", [0.0, 0.3, 1.0])
def test_implied_pixels_count_as_in_the_other_terms(weight):
    logits, targets = random_output()["logits"], random_targets()
    generator = torch.Generator().manual_seed(7)
    added = (targets["positive"] == IGNORE) & (torch.rand(targets["positive"].shape, generator=generator) < 0.5)
    targets["positive"] = targets["positive"].masked_fill(added, IMPLIED)
    terms = CoarseLabelLoss(partial_dice_weight=1.0, implied_weight=weight)(logits, targets)
    if weight == 0:
        targets["positive"] = targets["positive"].masked_fill(added, IGNORE)
    torch.testing.assert_close(terms["dice"], by_hand(logits, targets, weight), atol=1e-5, rtol=0)


def test_a_kind_of_weight_zero_is_as_if_not_drawn():
    logits, targets = random_output()["logits"], random_targets()
    found = CoarseLabelLoss(partial_dice_weight=1.0, negative_weight=0.0)(logits, targets)["dice"]
    targets["negative"].zero_()
    torch.testing.assert_close(found, CoarseLabelLoss(partial_dice_weight=1.0)(logits, targets)["dice"])


@pytest.mark.parametrize("kept", ["nothing", "background"])
def test_without_foreground_it_is_zero_and_pulls_at_nothing(kept):
    logits, targets = random_output()["logits"], random_targets()
    background = targets["positive"] == 0
    targets["positive"].fill_(IGNORE)
    targets["negative"].zero_()
    if kept == "background":
        targets["positive"][background] = 0
    value = CoarseLabelLoss(partial_dice_weight=1.0)(logits, targets)["dice"]
    value.backward()
    assert value == 0 and (logits.grad == 0).all()


def test_undrawn_classes_are_left_out():
    logits, targets = random_output()["logits"], random_targets()
    targets["positive"][targets["positive"] == 2] = 0
    p = logits.detach().softmax(1)[:, 1]
    targets["negative"].zero_()
    known = targets["positive"][:, 0] != IGNORE
    expected = 1 - soft_dice(p[known], (targets["positive"][:, 0] == 1)[known].float())
    found = CoarseLabelLoss(partial_dice_weight=1.0)(logits, targets)["dice"]
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=0)


def test_a_perfect_prediction_costs_nothing():
    labels = torch.randint(0, 3, (2, 1, 6, 5), generator=torch.Generator().manual_seed(0))
    logits = 40 * (torch.arange(3).view(1, 3, 1, 1) == labels).float()
    nothing = torch.zeros_like(logits, dtype=torch.bool)
    assert partial_dice(logits, labels, torch.ones_like(labels, dtype=torch.bool), nothing).item() == pytest.approx(0)


@pytest.mark.parametrize("size", SIZES)
def test_with_matrices_what_the_annotator_is_expected_to_draw_is_compared(size):
    output, targets = random_output(size=size), random_targets(size=size)
    p = output["logits"].detach().softmax(1)
    expected = p.clone()
    coarse = ~targets["dense"].bool().view(-1, 1, *[1] * len(size))
    drawn = {"negative": targets["negative"].bool().any(1, keepdim=True), "positive": targets["positive"] != IGNORE}
    for kind, where in drawn.items():  # A[noisy, true] p[true]
        taken_for = torch.einsum("bij...,bj...->bi...", output[kind].matrix.detach(), p)
        expected = torch.where(where & coarse, taken_for, expected)
    found = CoarseLabelLoss(partial_dice_weight=1.0)(output, targets)["dice"]
    torch.testing.assert_close(found, by_hand(expected.log(), targets))


def test_before_the_warm_up_ends_matrices_do_not_matter():
    loss = CoarseLabelLoss(partial_dice_weight=1.0, warm_up=0.2)
    loss.progress = 0.1
    output, targets = random_output(), random_targets()
    torch.testing.assert_close(loss(output, targets)["dice"], by_hand(output["logits"], targets))


def test_negative_weight_is_refused():
    with pytest.raises(SettingError, match="partial_dice_weight must be a finite number of at least 0, got -1"):
        CoarseLabelLoss(partial_dice_weight=-1)


@pytest.mark.parametrize("alpha", [-0.1, 1.1])
def test_an_alpha_that_is_no_share_is_refused(alpha):
    with pytest.raises(SettingError, match=f"tversky_alpha is a share and must lie in .*, got {alpha}"):
        CoarseLabelLoss(tversky_alpha=alpha)


@pytest.mark.parametrize("size", SIZES)
def test_the_loss_hands_alpha_on(size):
    logits, targets = random_output(size=size)["logits"], random_targets(size=size, dense=[])
    found = CoarseLabelLoss(partial_dice_weight=1.0, tversky_alpha=0.8)(logits, targets)["dice"]
    labelled, negative = targets["positive"] != IGNORE, targets["negative"].bool()
    negative &= ~negative.all(1, keepdim=True)
    expected = partial_dice(
        logits, targets["positive"].where(targets["positive"] != IMPLIED, 0), labelled, negative, alpha=0.8
    )
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=0)
    assert not torch.allclose(found, CoarseLabelLoss(partial_dice_weight=1.0)(logits, targets)["dice"])
