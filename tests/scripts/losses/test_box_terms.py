"""What boxes say of a segmentation, against closed forms."""

import math

import pytest
import torch
from torch.nn.functional import cross_entropy, softplus

from scripts.constants import INSIDE, OUTSIDE, SETTLED, UNKNOWN
from scripts.losses import attenuated_margin, box_terms, class_margin

SIZES = [(5, 4), (3, 4, 2)]


def random_case(size, classes=3, batch=2, seed=0):
    generator = torch.Generator().manual_seed(seed)
    logits = 3 * torch.randn(batch, classes, *size, generator=generator)
    log_variance = torch.randn(batch, classes, *size, generator=generator)
    return logits, log_variance, torch.zeros(batch, classes, *size, dtype=torch.uint8)


@pytest.mark.parametrize("classes", [2, 3, 5])
def test_margin_is_the_log_odds_of_the_softmax(classes):
    logits = torch.randn(2, classes, 4, 3, dtype=torch.float64)
    p = logits.softmax(1)
    torch.testing.assert_close(class_margin(logits), (p / (1 - p)).log())


def test_margin_of_two_classes_is_the_logit_of_a_binary_network():
    logits = torch.tensor([[[1.0], [4.0]]])
    assert class_margin(logits).flatten().tolist() == [-3.0, 3.0]


def test_margin_is_exact_however_confident():
    assert class_margin(torch.tensor([[[0.0], [0.0], [200.0]]]))[0, 2, 0] == pytest.approx(200 - math.log(2))


def test_attenuation_approximates_the_mean_sigmoid_of_a_gaussian():
    generator = torch.Generator().manual_seed(0)
    margin, log_variance = torch.tensor(1.5), torch.tensor(1.0)
    samples = 1.5 + math.exp(0.5) * torch.randn(200_000, generator=generator)
    assert attenuated_margin(margin, log_variance).sigmoid() == pytest.approx(samples.sigmoid().mean().item(), abs=0.02)


def test_attenuation_by_the_formula():
    margin, log_variance = torch.tensor([2.0, -3.0]), torch.tensor([0.0, 6.0])
    expected = torch.tensor([2 / math.sqrt(1 + math.pi / 8), -3 / math.sqrt(1 + math.pi / 8 * math.exp(6))])
    torch.testing.assert_close(attenuated_margin(margin, log_variance), expected)
    assert attenuated_margin(margin, None) is margin


@pytest.mark.parametrize("size", SIZES)
def test_inside_a_box_of_two_classes(size):
    logits, log_variance, boxes = random_case(size, classes=2)
    boxes[:, 1] = INSIDE
    sums, counts = box_terms(logits, log_variance, boxes)
    scale = (1 + math.pi * log_variance[:, 1].exp() / 8).sqrt()
    torch.testing.assert_close(sums["inside"], softplus(-(logits[:, 1] - logits[:, 0]) / scale).sum())
    assert counts == {"inside": boxes[:, 1].numel(), "outside": 0, "settled": 0}
    assert sums["outside"] == sums["settled"] == 0


@pytest.mark.parametrize("size", SIZES)
def test_without_log_variance_a_box_is_a_mask(size):
    logits, _, boxes = random_case(size)
    boxes[:, 2] = INSIDE
    sums, _ = box_terms(logits, None, boxes)
    target = torch.full((2, *size), 2)
    torch.testing.assert_close(sums["inside"], cross_entropy(logits, target, reduction="sum"))


@pytest.mark.parametrize("size", SIZES)
def test_outside_all_boxes_is_background(size):
    logits, log_variance, boxes = random_case(size)
    boxes[:, 1:] = OUTSIDE
    sums, counts = box_terms(logits, log_variance, boxes)
    background = torch.zeros((2, *size), dtype=torch.int64)
    torch.testing.assert_close(sums["outside"], cross_entropy(logits, background, reduction="sum"))
    assert counts == {"inside": 0, "outside": background.numel(), "settled": 0}


def test_outside_the_boxes_of_one_class_is_any_other_class():
    logits, log_variance, boxes = random_case((5, 4))
    boxes[:, 1] = OUTSIDE
    sums, _ = box_terms(logits, log_variance, boxes)
    torch.testing.assert_close(sums["outside"], -(1 - logits.softmax(1)[:, 1]).log().sum())


def test_inside_one_class_and_outside_another_are_two_statements():
    logits, log_variance, boxes = random_case((5, 4))
    boxes[:, 1], boxes[:, 2] = INSIDE, OUTSIDE
    sums, counts = box_terms(logits, log_variance, boxes)
    assert counts == {"inside": 40, "outside": 40, "settled": 0}
    inside = softplus(-attenuated_margin(class_margin(logits), log_variance))[:, 1].sum()
    torch.testing.assert_close(sums["inside"], inside)
    torch.testing.assert_close(sums["outside"], -(1 - logits.softmax(1)[:, 2]).log().sum())


def test_overlapping_boxes_of_two_classes_each_have_their_say():
    logits, log_variance, boxes = random_case((5, 4))
    boxes[:, 1:] = INSIDE
    sums, counts = box_terms(logits, log_variance, boxes)
    each = softplus(-attenuated_margin(class_margin(logits), log_variance))
    torch.testing.assert_close(sums["inside"], each[:, 1:].sum())
    assert counts["inside"] == 80


def test_settled_as_a_class_is_a_label_and_nothing_else_counts_there():
    logits, log_variance, boxes = random_case((5, 4))
    boxes[:, 1], boxes[:, 2] = SETTLED, INSIDE
    boxes[:, :, 0] = UNKNOWN
    sums, counts = box_terms(logits, log_variance, boxes)
    assert counts == {"inside": 0, "outside": 0, "settled": 32}
    target = torch.ones(2, 5, 4, dtype=torch.int64)
    target[:, 0] = -100
    torch.testing.assert_close(sums["settled"], cross_entropy(logits, target, reduction="sum"))


def test_nothing_said_gives_zero_with_zero_gradient():
    logits, log_variance, boxes = random_case((5, 4))
    logits.requires_grad_()
    sums, counts = box_terms(logits, log_variance, boxes)
    assert sum(counts.values()) == 0
    torch.stack(list(sums.values())).sum().backward()
    assert not logits.grad.any()


def test_look_alike_background_is_capped_at_ln_2_and_stops_pulling():
    """sigma^2 grows: the loss falls to ln 2, and the pull on the margin to 0."""
    logits = torch.tensor([[[[4.0]], [[-4.0]]]], requires_grad=True)
    boxes = torch.tensor([[[[UNKNOWN]], [[INSIDE]]]], dtype=torch.uint8)
    losses, pulls = [], []
    for s in (-7.0, 0.0, 3.0, 6.0, 12.0):
        sums, _ = box_terms(logits, torch.full_like(logits, s), boxes)
        (gradient,) = torch.autograd.grad(sums["inside"], logits)
        losses.append(sums["inside"].item())
        pulls.append(-gradient[0, 1].item())
    assert losses == sorted(losses, reverse=True) and pulls == sorted(pulls, reverse=True)
    assert losses[0] == pytest.approx(softplus(torch.tensor(8.0)).item(), abs=0.01)
    assert losses[-1] == pytest.approx(math.log(2), abs=0.02)
    assert pulls[-1] < 0.003


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_raised_and_autocast_left(dtype):
    logits, log_variance, boxes = random_case((5, 4))
    boxes[:, 1], boxes[:, 2] = INSIDE, OUTSIDE
    half = logits.to(dtype)
    expected, _ = box_terms(half.float(), log_variance, boxes)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        sums, _ = box_terms(half, log_variance, boxes)
    for name, value in sums.items():
        assert value.dtype == torch.float32
        torch.testing.assert_close(value, expected[name])


@pytest.mark.parametrize("classes", [2, 4])
def test_gradients_are_finite_for_extreme_logits(classes):
    logits, log_variance, boxes = random_case((4, 4), classes)
    logits = (1e4 * logits).requires_grad_()
    log_variance = log_variance.clamp(-7, 6).requires_grad_()
    boxes[:, 1, :2], boxes[:, 1, 2], boxes[:, 1, 3] = INSIDE, OUTSIDE, SETTLED
    sums, _ = box_terms(logits, log_variance, boxes)
    torch.stack(list(sums.values())).sum().backward()
    assert logits.grad.isfinite().all() and log_variance.grad.isfinite().all()


@pytest.mark.parametrize("size", SIZES)
def test_gradient_by_finite_differences(size):
    logits, log_variance, boxes = random_case(size)
    boxes[0, 1], boxes[1, 2] = INSIDE, OUTSIDE
    boxes[1, 1, 0], boxes[0, 2, 1] = SETTLED, INSIDE
    inputs = (logits.double().requires_grad_(), log_variance.double().requires_grad_())
    assert torch.autograd.gradcheck(lambda z, s: torch.stack(list(box_terms(z, s, boxes)[0].values())), inputs)
