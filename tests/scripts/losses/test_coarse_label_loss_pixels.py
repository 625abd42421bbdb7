"""Which pixels of a batch the loss looks at, and how much those count that nobody drew."""

from __future__ import annotations

import pytest
import torch
from loss_support import random_output, random_targets

from scripts.constants import IGNORE, IMPLIED
from scripts.losses import CoarseLabelLoss, coarse_label_loss

TERMS = ["dense", "positive", "negative", "trace"]
SIZES = [(8, 6), (4, 6, 3)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("pooled", [False, True])
def test_what_a_reading_adds_counts_by_its_weight(size, pooled):
    output = random_output(size=size)
    targets = random_targets(size=size)
    implied = (targets["positive"] == IGNORE) & (targets["negative"].sum(1, keepdim=True) == 0)
    targets["positive"][implied] = IMPLIED
    drawn, added = (dict(targets) for _ in range(2))
    drawn["positive"] = targets["positive"].where(~implied, IGNORE)
    added["positive"] = torch.where(implied, 0, IGNORE).to(torch.uint8)
    loss = CoarseLabelLoss(pooled=False)
    n, m = ((part["positive"] != IGNORE).sum() for part in (drawn, added))
    expected = (n * loss(output, drawn)["positive"] + 0.3 * m * loss(output, added)["positive"]) / (n + 0.3 * m)
    found = CoarseLabelLoss(pooled=pooled, implied_weight=0.3)(output, targets)["positive"]
    if pooled:
        negated = ((targets["negative"].sum(1) > 0) & (targets["negative"].sum(1) < 3)).sum()
        expected = expected * (n + 0.3 * m) / (n + 0.3 * m + negated)
    torch.testing.assert_close(found, expected)
    at_zero = CoarseLabelLoss(implied_weight=0.0)(output, targets)
    torch.testing.assert_close(at_zero, CoarseLabelLoss()(output, drawn))


def test_what_a_reading_adds_never_outweighs_what_was_drawn():
    output, targets = random_output(), random_targets()
    foreground = (targets["positive"] > 0) & (targets["positive"] < 3)
    targets["positive"][targets["positive"] == IGNORE] = IMPLIED
    added = targets["positive"] == IMPLIED
    weight = 0.4 * foreground.sum().item() / added.sum().item()
    balanced = CoarseLabelLoss(implied_balance=0.4)(output, targets)
    torch.testing.assert_close(balanced, CoarseLabelLoss(implied_weight=weight)(output, targets))
    light = CoarseLabelLoss(implied_balance=1e6, implied_weight=0.1)(output, targets)
    torch.testing.assert_close(light, CoarseLabelLoss(implied_weight=0.1)(output, targets))


def test_a_batch_without_strokes_learns_nothing_from_a_reading():
    output, targets = random_output(), random_targets()
    targets["positive"][:] = IMPLIED
    targets["negative"][:] = 0
    terms = CoarseLabelLoss(implied_balance=0.5)(output, targets)
    assert all(term == 0 for term in terms.values())


def test_at_full_weight_what_a_reading_adds_is_background():
    output = random_output()
    targets = random_targets()
    marked = dict(targets, positive=targets["positive"].where(targets["positive"] != 0, IMPLIED))
    torch.testing.assert_close(CoarseLabelLoss()(output, marked), CoarseLabelLoss()(output, targets))


def test_implied_negatives_are_marked_by_a_two():
    output, targets = random_output(), random_targets()
    drawn = dict(targets, negative=targets["negative"] * 0)
    added = dict(targets, negative=targets["negative"] * 2)
    torch.testing.assert_close(CoarseLabelLoss()(output, added), CoarseLabelLoss()(output, targets))
    at_zero = CoarseLabelLoss(implied_weight=0.0)(output, added)
    torch.testing.assert_close(at_zero, CoarseLabelLoss()(output, drawn))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("coupled", [False, True])
def test_few_labels_are_gathered_and_give_the_same_loss_and_gradients(size, coupled, monkeypatch):
    output = random_output(size=size)
    output = output if coupled else {"logits": output["logits"]}
    targets = random_targets(size=size, dense=[1])
    few = torch.rand(targets["positive"].shape, generator=torch.Generator().manual_seed(5)) < 0.2
    targets["positive"][~few] = IGNORE
    targets["negative"] *= few
    leaves = [getattr(part, "matrix", part) for part in output.values()]
    results = []
    for limit in (0.0, 1.1):
        monkeypatch.setattr(coarse_label_loss, "_FEW", limit)
        terms = CoarseLabelLoss(trace_weight=0.3, negative_trace=True)(output, targets)
        results.append((terms, torch.autograd.grad(sum(terms.values()), leaves)))
    (whole, whole_gradients), (gathered, gathered_gradients) = results
    for name in TERMS:
        torch.testing.assert_close(gathered[name], whole[name])
    torch.testing.assert_close(gathered_gradients, whole_gradients)
