from __future__ import annotations

import pytest
import torch

from scripts.constants import IGNORE
from scripts.handlers.label_agreement import LabelAgreement
from scripts.networks.confusion import BinaryConfusion, FullConfusion


def logits_of(predicted, classes):
    """`BCHW` logits whose argmax is the given `BHW`."""
    return torch.nn.functional.one_hot(torch.tensor(predicted), classes).movedim(-1, 1).float()


def targets_of(positive, classes, negative=None, dense=None):
    positive = torch.tensor(positive, dtype=torch.uint8).unsqueeze(1)
    shape = (len(positive), classes, *positive.shape[2:])
    return {
        "positive": positive,
        "negative": torch.zeros(shape, dtype=torch.uint8) if negative is None else negative,
        "dense": torch.zeros(len(positive), dtype=torch.bool) if dense is None else torch.tensor(dense),
    }


def gathered(*batches):
    agreement = LabelAgreement()
    for output, targets in batches:
        agreement.add(output, targets)
    agreement.gather()
    return agreement


def test_contradiction_is_the_mean_over_what_was_drawn():
    # class 0: 1 of 4 wrong; class 1: 1 of 1 wrong
    batch = (logits_of([[[0, 0, 0, 1, 0, 1]]], 2), targets_of([[[0, 0, 0, 0, 1, IGNORE]]], 2))
    agreement = gathered(batch)
    assert agreement.contradiction == pytest.approx((1 / 4 + 1) / 2)
    assert agreement.predicted == (4, 1)
    assert agreement.drawn == (4, 1)


def test_negative_drawings_are_contradicted_by_the_class_they_exclude():
    negative = torch.zeros(1, 3, 1, 4, dtype=torch.uint8)
    negative[0, 2, 0, :3] = 1
    negative[0, :, 0, 3] = 1  # every class: says nothing
    batch = (logits_of([[[2, 1, 0, 2]]], 3), targets_of([[[IGNORE] * 4]], 3, negative))
    agreement = gathered(batch)
    assert agreement.contradiction == pytest.approx(1 / 3)
    assert sum(agreement.predicted) == 3


def test_negating_every_foreground_class_draws_background():
    negative = torch.zeros(1, 3, 1, 3, dtype=torch.uint8)
    negative[0, 1:, 0, 0] = 1
    negative[0, 0, 0, 1] = 1
    negative[0, 1, 0, 2] = 1
    agreement = gathered((logits_of([[[0, 1, 2]]], 3), targets_of([[[IGNORE] * 3]], 3, negative)))
    assert agreement.drawn == (1, 1)


def test_dense_cases_do_not_count():
    batch = (logits_of([[[0, 0]], [[1, 1]]], 2), targets_of([[[0, 0]], [[0, 0]]], 2, dense=[False, True]))
    assert gathered(batch).contradiction == 0


def test_trace_over_labelled_pixels_of_each_kind():
    invented = torch.tensor([0.2, 0.4, 0.9]).view(1, 1, 1, 3)
    negative = torch.zeros(1, 2, 1, 3, dtype=torch.uint8)
    negative[0, 1, 0, 1] = 1
    matrices = BinaryConfusion(invented, torch.zeros_like(invented))
    output = {"logits": logits_of([[[0, 0, 0]]], 2), "positive": matrices, "negative": matrices}
    agreement = gathered((output, targets_of([[[0, 1, IGNORE]]], 2, negative)))
    assert agreement.trace == pytest.approx({"positive": 1 - 0.3 / 2, "negative": 1 - 0.4 / 2})


def test_matrices_of_size_one_and_several_batches():
    def batch(diagonal, labelled):
        matrix = FullConfusion((diagonal * torch.eye(2)).view(1, 2, 2, 1, 1))
        labels = [[[0] * labelled + [IGNORE] * (4 - labelled)]]
        return {"logits": logits_of([[[0] * 4]], 2), "positive": matrix}, targets_of(labels, 2)

    agreement = gathered(batch(0.9, 1), batch(0.5, 3))
    assert agreement.trace == pytest.approx({"positive": (0.9 + 3 * 0.5) / 4})


def test_a_volume_of_one_slice_is_the_slice():
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(2, 3, 5, 4, generator=generator)
    targets = targets_of(torch.randint(0, 3, (2, 5, 4), generator=generator).tolist(), 3)
    targets["negative"] = (torch.rand(2, 3, 5, 4, generator=generator) < 0.3).byte()
    volume = {key: value if key == "dense" else value.unsqueeze(-1) for key, value in targets.items()}
    flat, deep = gathered((logits, targets)), gathered((logits.unsqueeze(-1), volume))
    assert deep.contradiction == flat.contradiction
    assert (deep.predicted, deep.drawn) == (flat.predicted, flat.drawn)


def test_nothing_seen_or_nothing_drawn():
    assert gathered().contradiction is None
    agreement = gathered((logits_of([[[0, 1]]], 2), targets_of([[[IGNORE, IGNORE]]], 2)))
    assert agreement.contradiction is None
    assert agreement.trace == {}
