from __future__ import annotations

import math

import pytest
import torch
from torch.nn.functional import cross_entropy, one_hot

from scripts.losses import complementary_loss
from scripts.losses.complementary import negated_pixels
from scripts.networks import TransitionMatrix, uniform_transition
from scripts.networks.confusion import FullConfusion

SIZES = [(6, 5), (4, 3, 5)]


def random_case(classes=4, size=(6, 5), dtype=torch.float32):
    """Logits, and at every pixel one class drawn as "not k"."""
    generator = torch.Generator().manual_seed(0)
    logits = 2 * torch.randn(2, classes, *size, generator=generator, dtype=dtype)
    k = torch.randint(0, classes, (2, *size), generator=generator)
    return logits, one_hot(k, classes).movedim(-1, 1).bool()


def identity(classes, dims=2):
    return FullConfusion(torch.eye(classes).view(1, classes, classes, *[1] * dims))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("explicit", [False, True])
def test_one_negation_is_minus_log_of_the_rest(size, explicit):
    logits, negative = random_case(size=size)
    loss = complementary_loss(logits, negative, identity(4, len(size)) if explicit else None)
    assert loss.shape == (2, 1, *size)
    u = (logits.softmax(1) * negative).sum(1, keepdim=True)
    torch.testing.assert_close(loss, -(1 - u).log(), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("explicit", [False, True])
def test_several_negations(explicit):
    p = torch.tensor([0.1, 0.2, 0.3, 0.4])
    negative = torch.tensor([0, 1, 0, 1], dtype=torch.uint8).view(1, 4, 1, 1)
    loss = complementary_loss(p.log().view(1, 4, 1, 1), negative, identity(4) if explicit else None)
    assert loss.item() == pytest.approx(-math.log(0.1 + 0.3), abs=1e-6)


@pytest.mark.parametrize("matrix", [False, True])
def test_uniform_transition_has_the_same_gradient(matrix):
    logits, negative = random_case(dtype=torch.float64)
    confusion = FullConfusion(torch.rand(1, 4, 4, 1, 1).double().softmax(1)) if matrix else None
    gradients, values = [], []
    for transition in (None, uniform_transition(4).double()):
        x = logits.clone().requires_grad_()
        loss = complementary_loss(x, negative, confusion, transition, eps=0)
        gradients.append(torch.autograd.grad(loss.sum(), x)[0])
        values.append(loss.detach())
    torch.testing.assert_close(gradients[0], gradients[1], atol=1e-7, rtol=1e-6)
    torch.testing.assert_close(values[1] - values[0], torch.full_like(values[0], math.log(3)), atol=1e-6, rtol=0)


def test_learned_transition_closed_form():
    p = torch.tensor([0.2, 0.3, 0.5])
    transition = torch.tensor([[0.0, 0.2, 0.8], [0.3, 0.0, 0.7], [0.6, 0.4, 0.0]])
    negative = torch.tensor([1, 0, 1], dtype=torch.uint8).view(1, 3, 1, 1)
    loss = complementary_loss(p.log().view(1, 3, 1, 1), negative, None, transition)
    not_0, not_2 = 0.3 * 0.3 + 0.5 * 0.6, 0.2 * 0.8 + 0.3 * 0.7
    assert loss.item() == pytest.approx(-(math.log(not_0) + math.log(not_2)) / 2, abs=1e-6)


def test_two_classes_not_foreground_is_background():
    logits, _ = random_case(classes=2)
    negative = torch.zeros_like(logits).bool()
    negative[:, 1] = True
    expected = cross_entropy(logits, torch.zeros(2, 6, 5).long(), reduction="none").unsqueeze(1)
    torch.testing.assert_close(complementary_loss(logits, negative), expected)
    torch.testing.assert_close(complementary_loss(logits, negative, None, uniform_transition(2)), expected)


def test_confusion_acts_before_the_negation():
    matrix = torch.tensor([[0.7, 0.1, 0.2], [0.1, 0.8, 0.2], [0.2, 0.1, 0.6]])
    p = torch.tensor([0.2, 0.3, 0.5])
    negative = torch.tensor([0, 1, 0]).view(1, 3, 1, 1)
    loss = complementary_loss(p.log().view(1, 3, 1, 1), negative, FullConfusion(matrix.view(1, 3, 3, 1, 1)))
    assert loss.item() == pytest.approx(-math.log(1 - (matrix @ p)[1].item()), abs=1e-6)


@pytest.mark.parametrize("logit", [50.0, 500.0])
def test_confident_mistakes_stay_finite(logit):
    logits = torch.tensor([0.0, logit, 0.0]).view(1, 3, 1, 1).requires_grad_()
    negative = torch.tensor([0, 1, 0]).view(1, 3, 1, 1)
    loss = complementary_loss(logits, negative)
    assert loss.item() == pytest.approx(logit - math.log(2), rel=1e-5)
    loss.sum().backward()
    torch.testing.assert_close(logits.grad.flatten(), torch.tensor([-0.5, 1.0, -0.5]))


@pytest.mark.parametrize("value", [0, 1], ids=["nothing negated", "everything negated"])
@pytest.mark.parametrize("matrix", [False, True])
@pytest.mark.parametrize("transition", [None, uniform_transition(4)], ids=["uniform", "given"])
def test_pixels_that_say_nothing(value, matrix, transition):
    logits = torch.randn(2, 4, 3, 3, requires_grad=True)
    negative = torch.full((2, 4, 3, 3), value)
    assert not negated_pixels(negative).any()
    loss = complementary_loss(logits, negative, identity(4) if matrix else None, transition)
    assert (loss == 0).all()
    loss.sum().backward()
    assert (logits.grad == 0).all()


@pytest.mark.parametrize("learned", [False, True])
@pytest.mark.parametrize("matrix", [False, True])
def test_gradients(learned, matrix):
    logits, negative = random_case(3, (2, 2), torch.float64)
    negative[0, :2] = True
    module = TransitionMatrix(3).double()
    inputs = [logits.requires_grad_(), torch.rand(2, 3, 3, 2, 2).double().softmax(1).requires_grad_()]

    def loss(x, a):
        return complementary_loss(x, negative, FullConfusion(a) if matrix else None, module() if learned else None)

    assert torch.autograd.gradcheck(loss, inputs)


def test_permuting_the_classes_changes_nothing():
    logits, negative = random_case()
    matrix = torch.rand(1, 4, 4, 1, 1).softmax(1)
    transition = uniform_transition(4) * torch.rand(4, 4)
    transition /= transition.sum(1, keepdim=True)
    order = torch.tensor([2, 0, 3, 1])
    for m in (None, transition):
        permuted = complementary_loss(
            logits[:, order],
            negative[:, order],
            FullConfusion(matrix[:, order][:, :, order]),
            None if m is None else m[order][:, order],
        )
        torch.testing.assert_close(permuted, complementary_loss(logits, negative, FullConfusion(matrix), m))


def test_a_volume_of_one_slice_is_the_slice():
    logits, negative = random_case()
    torch.testing.assert_close(
        complementary_loss(logits.unsqueeze(-1), negative.unsqueeze(-1), identity(4, 3)).squeeze(-1),
        complementary_loss(logits, negative, identity(4)),
    )


@pytest.mark.parametrize("transition", [None, uniform_transition(4)], ids=["uniform", "given"])
def test_autocast_keeps_float32(transition):
    logits, negative = random_case()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        inside = complementary_loss(logits, negative, identity(4), transition)
        assert complementary_loss(logits.bfloat16(), negative, None, transition).dtype == torch.float32
    torch.testing.assert_close(inside, complementary_loss(logits, negative, identity(4), transition))
