from __future__ import annotations

import math
import pickle

import pytest
import torch
from loss_support import random_output, random_targets
from torch.nn.functional import one_hot

from scripts.constants import IGNORE
from scripts.errors import SettingError
from scripts.losses import (
    LABEL_LOSSES,
    CoarseLabelLoss,
    generalised_cross_entropy,
    label_loss,
    symmetric_cross_entropy,
)

SIZES = [(8, 6), (4, 6, 3)]


def closed_form(name, probability):
    """What the papers write, of the probability of the label."""
    if name == "generalised":
        return (1 - probability**0.7) / 0.7
    if name == "symmetric":
        return -0.1 * probability.log() + 4 * (1 - probability)
    return -probability.log()


@pytest.mark.parametrize("name", LABEL_LOSSES)
def test_values_are_those_of_the_papers(name):
    probability = torch.tensor([1.0, 0.9, 0.5, 0.1, 1e-3, 1e-6], dtype=torch.float64)
    torch.testing.assert_close(label_loss(name)(-probability.log()), closed_form(name, probability))


def test_generalised_has_its_two_limits():
    surprise = torch.linspace(0, 5, 20, dtype=torch.float64)
    torch.testing.assert_close(generalised_cross_entropy(surprise, 1e-7), surprise, atol=1e-5, rtol=0)
    torch.testing.assert_close(generalised_cross_entropy(surprise, 1.0), 1 - (-surprise).exp())


def test_reverse_cross_entropy_with_the_logarithm_of_zero_as_minus_four():
    logits = torch.randn(50, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    labels = torch.arange(50) % 5
    written_out = -(logits.softmax(1) * one_hot(labels, 5).double().log().clamp_min(-4)).sum(1)
    surprise = -logits.log_softmax(1).gather(1, labels[:, None])[:, 0]
    torch.testing.assert_close(symmetric_cross_entropy(surprise, alpha=0), written_out)
    torch.testing.assert_close(symmetric_cross_entropy(surprise, 6.0, 0.5), 6 * surprise + 0.5 * written_out)


@pytest.mark.parametrize(("name", "bound"), [("generalised", 1 / 0.7), ("symmetric", None)])
def test_confident_mistakes_pull_less_than_under_cross_entropy(name, bound):
    logits = torch.tensor([0.0, 80.0], requires_grad=True)
    value = label_loss(name)(-logits.log_softmax(0)[0])
    value.backward()
    assert torch.isfinite(logits.grad).all() and logits.grad.abs().max() <= 0.11
    if bound:
        assert value.item() == pytest.approx(bound)


@pytest.mark.parametrize("pooled", [False, True])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", LABEL_LOSSES)
def test_in_the_loss_it_acts_on_what_drawings_allow(name, size, pooled):
    logits, targets = random_output(size=size)["logits"], random_targets(size=size, dense=[1])
    terms = CoarseLabelLoss(label_loss=name, pooled=pooled)(logits, targets)
    coarse, p = torch.tensor([0, 2]), logits.detach().softmax(1)
    labels, negative = targets["positive"].long(), targets["negative"].bool()
    drawn = labels != IGNORE
    negated = negative.any(1, keepdim=True) & ~negative.all(1, keepdim=True)
    of_label = p.gather(1, labels.where(drawn, 0))
    of_rest = (p * ~negative).sum(1, keepdim=True)
    expected = {
        "dense": closed_form("cross_entropy", of_label[1:2])[drawn[1:2]],
        "positive": closed_form(name, of_label[coarse])[drawn[coarse]],
        "negative": closed_form(name, of_rest[coarse])[negated[coarse]],
    }
    total = sum(len(values) for values in expected.values())
    for term, values in expected.items():
        torch.testing.assert_close(terms[term], values.sum() / (total if pooled else len(values)))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", LABEL_LOSSES)
def test_with_two_classes_not_foreground_is_a_label_of_the_background(name, size):
    logits, targets = random_output(classes=2, size=size)["logits"], random_targets(classes=2, size=size)
    targets["negative"][:, 0] = 0
    as_labels = {key: value.clone() for key, value in targets.items()}
    targets["positive"].fill_(IGNORE)
    as_labels["positive"] = torch.where(targets["negative"][:, 1:].bool(), 0, IGNORE).to(torch.uint8)
    as_labels["negative"].zero_()
    loss = CoarseLabelLoss(label_loss=name)
    torch.testing.assert_close(loss(logits, targets)["negative"], loss(logits, as_labels)["positive"])


@pytest.mark.parametrize("q", [0.4, 0.7, 1.0])
def test_with_matrices_the_expected_label_is_judged(q):
    output, targets = random_output(), random_targets()
    targets["negative"].zero_()
    loss = CoarseLabelLoss(label_loss="generalised", generalised_q=q)
    expected = torch.einsum("bij...,bj...->bi...", output["positive"].matrix, output["logits"].softmax(1)).detach()
    dense = targets["dense"].bool().view(-1, *[1] * (expected.ndim - 1))
    labels = targets["positive"]
    where = (labels != IGNORE) & ~dense
    mass = expected.gather(1, labels.where(labels < expected.shape[1], 0).long())[where]
    labelled = (labels != IGNORE).sum()
    torch.testing.assert_close(loss(output, targets)["positive"].detach(), ((1 - mass**q) / q).sum() / labelled)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"label_loss": "robust"}, "one of cross_entropy, generalised, symmetric, got 'robust'"),
        ({"generalised_q": 0}, r"generalised_q must lie in \(0, 1\], got 0"),
        ({"generalised_q": 1.1}, "generalised_q"),
        ({"symmetric_alpha": -1}, "symmetric_alpha"),
        ({"symmetric_alpha": 0, "symmetric_beta": 0}, "not both 0"),
        ({"symmetric_beta": math.inf}, "finite"),
    ],
)
def test_wrong_settings(settings, message):
    with pytest.raises(SettingError, match=message):
        CoarseLabelLoss(**settings)


@pytest.mark.parametrize("name", LABEL_LOSSES)
def test_gradients_and_pickling(name):
    loss = pickle.loads(pickle.dumps(CoarseLabelLoss(label_loss=name, partial_dice_weight=0.5)))
    targets = random_targets(batch=2, size=(3, 2), seed=3)
    logits = torch.randn(2, 3, 3, 2, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda x: sum(loss(x, targets).values()), logits)
