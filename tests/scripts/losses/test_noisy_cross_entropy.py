from __future__ import annotations

import math

import pytest
import torch
from torch.nn.functional import cross_entropy

from scripts.constants import IGNORE
from scripts.losses import noisy_cross_entropy
from scripts.networks.confusion import FullConfusion, confusion_form

SIZES = [(6, 5), (4, 3, 5)]


def random_case(classes=3, size=(6, 5), dtype=torch.float32):
    """Logits and labels, about a third of them IGNORE."""
    generator = torch.Generator().manual_seed(0)
    logits = 2 * torch.randn(2, classes, *size, generator=generator, dtype=dtype)
    labels = torch.randint(0, classes, (2, 1, *size), generator=generator, dtype=torch.uint8)
    labels[torch.rand(labels.shape, generator=generator) < 0.3] = IGNORE
    return logits, labels


def identity(classes, dims=2, dtype=torch.float32):
    return FullConfusion(torch.eye(classes, dtype=dtype).view(1, classes, classes, *[1] * dims))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("classes", [2, 4])
@pytest.mark.parametrize("explicit", [False, True])
def test_identity_is_partial_cross_entropy(size, classes, explicit):
    logits, labels = random_case(classes, size)
    confusion = identity(classes, len(size)) if explicit else None
    loss = noisy_cross_entropy(logits, labels, confusion)
    assert loss.shape == labels.shape
    mean = loss.sum() / (labels != IGNORE).sum()
    expected = cross_entropy(logits, labels[:, 0].long(), ignore_index=IGNORE)
    torch.testing.assert_close(mean, expected, atol=1e-6, rtol=1e-6)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("per_pixel", [False, True])
def test_closed_form(size, per_pixel):
    logits, labels = random_case(3, size)
    shape = size if per_pixel else [1] * len(size)
    matrix = torch.rand(2, 3, 3, *shape).softmax(1)
    loss = noisy_cross_entropy(logits, labels, FullConfusion(matrix))
    p, matrix = logits.softmax(1), matrix.expand(2, 3, 3, *size)
    for index in [(0, 1, 2), (1, 3, 0)] if len(size) == 2 else [(0, 1, 2, 3), (1, 3, 0, 4)]:
        b, pixel = index[0], index[1:]
        label = int(labels[(b, 0, *pixel)])
        q = sum(matrix[(b, label, j, *pixel)] * p[(b, j, *pixel)] for j in range(3)) if label != IGNORE else 1.0
        assert loss[(b, 0, *pixel)].item() == pytest.approx(-math.log(q), abs=1e-5)


def test_ancestor_defect_no_second_softmax():
    # softmax over probabilities cannot fall below ln(1 + 1/e) = 0.313, however right the network is
    logits = torch.tensor([30.0, -30.0]).view(1, 2, 1, 1)
    label = torch.zeros(1, 1, 1, 1, dtype=torch.uint8)
    twice = cross_entropy(logits.softmax(1), label[:, 0].long())
    assert twice.item() == pytest.approx(0.3133, abs=1e-4)
    assert noisy_cross_entropy(logits, label).item() < 1e-6
    assert noisy_cross_entropy(logits, label, identity(2)).item() < 1e-6


@pytest.mark.parametrize("confusion", [None, identity(3)], ids=["none", "identity"])
def test_ancestor_defect_ignored_pixels_do_nothing(confusion):
    logits, labels = random_case()
    logits.requires_grad_()
    loss = noisy_cross_entropy(logits, labels, confusion)
    assert (loss[labels == IGNORE] == 0).all()
    loss.sum().backward()
    ignored = (labels == IGNORE).expand_as(logits)
    assert (logits.grad[ignored] == 0).all()
    assert (logits.grad[~ignored] != 0).any()


def test_another_ignore_value():
    logits, labels = random_case()
    other = labels.long().where(labels != IGNORE, -1)
    for confusion in (None, identity(3)):
        torch.testing.assert_close(
            noisy_cross_entropy(logits, other, confusion, ignore_index=-1),
            noisy_cross_entropy(logits, labels, confusion),
        )


@pytest.mark.parametrize("form", ["full", "low_rank"])
def test_gradients(form):
    logits, labels = random_case(3, (2, 2), torch.float64)
    build = confusion_form(form, 3, rank=1)
    raw = torch.randn(2, build.channels, 2, 2, dtype=torch.float64, requires_grad=True)
    logits.requires_grad_()
    assert torch.autograd.gradcheck(lambda x, r: noisy_cross_entropy(x, labels, build(r)), (logits, raw))
    assert torch.autograd.gradcheck(lambda x: noisy_cross_entropy(x, labels), (logits,))


def test_permuting_the_classes_changes_nothing():
    logits, labels = random_case(4)
    matrix = torch.rand(1, 4, 4, 1, 1).softmax(1)
    order = torch.tensor([2, 0, 3, 1])
    new_index = torch.full((256,), IGNORE, dtype=torch.uint8)
    new_index[order] = torch.arange(4, dtype=torch.uint8)
    permuted = noisy_cross_entropy(
        logits[:, order], new_index[labels.long()], FullConfusion(matrix[:, order][:, :, order])
    )
    torch.testing.assert_close(permuted, noisy_cross_entropy(logits, labels, FullConfusion(matrix)))


def test_a_volume_of_one_slice_is_the_slice():
    logits, labels = random_case()
    flat, deep = identity(3), identity(3, dims=3)
    torch.testing.assert_close(
        noisy_cross_entropy(logits.unsqueeze(-1), labels.unsqueeze(-1), deep).squeeze(-1),
        noisy_cross_entropy(logits, labels, flat),
    )


def test_bounded_where_the_matrix_excludes_the_label():
    logits = torch.zeros(1, 2, 1, 1, requires_grad=True)
    never_drawn = FullConfusion(torch.tensor([[1.0, 1.0], [0.0, 0.0]]).view(1, 2, 2, 1, 1))
    loss = noisy_cross_entropy(logits, torch.ones(1, 1, 1, 1, dtype=torch.uint8), never_drawn, eps=1e-8)
    assert loss.item() == pytest.approx(-math.log(1e-8), rel=1e-5)
    loss.sum().backward()
    assert logits.grad.isfinite().all()


@pytest.mark.parametrize("confusion", [None, identity(3)], ids=["none", "identity"])
def test_autocast_keeps_float32(confusion):
    logits, labels = random_case()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        inside = noisy_cross_entropy(logits, labels, confusion)
        assert noisy_cross_entropy(logits.bfloat16(), labels, confusion).dtype == torch.float32
    torch.testing.assert_close(inside, noisy_cross_entropy(logits, labels, confusion))
