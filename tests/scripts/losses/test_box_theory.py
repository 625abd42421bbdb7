"""Why batches hold as many dense cases as boxed ones: the toy problem behind the share, solved and descended.

Background that looks like the object is labelled inside boxes with share w ("object, but uncertain") and by dense masks
or outside of boxes with share 1 - w ("background"). All such pixels have one margin m and one log variance s:

    loss(m, s) = (1 - w) softplus(m) + w softplus(-m k(s)),    k(s) = 1 / sqrt(1 + pi e^s / 8).

Right is m < 0. Only the limits of the two explanations have a closed form:

* "background, wrongly boxed": s -> infinity, m -> -infinity with m k -> 0; the loss is w ln 2;
* "the boxes are right": s -> -infinity; the loss is the entropy H(w).
"""

import math

import pytest
import torch
from scipy.optimize import brentq, minimize_scalar
from torch.nn.functional import softplus

from scripts.constants import INSIDE, OUTSIDE
from scripts.losses import CoarseLabelLoss, attenuated_margin

LOWEST, HIGHEST = -7.0, 6.0  # log variances of the network


def loss(m, s, w):
    return (1 - w) * softplus(m) + w * softplus(-attenuated_margin(m, s))


def best_loss(w, s):
    """The least loss at a fixed log variance."""
    s = torch.tensor(s, dtype=torch.float64)

    def at(m):
        return loss(torch.tensor(m, dtype=torch.float64), s, w).item()

    return minimize_scalar(at, bounds=(-60, 60), method="bounded", options={"xatol": 1e-9}).fun


def attenuation(s):
    return attenuated_margin(torch.ones((), dtype=torch.float64), torch.tensor(s, dtype=torch.float64)).item()


def entropy(w):
    return -w * math.log(w) - (1 - w) * math.log(1 - w)


def descend(objective, size, start, m_start=0.0, steps=1000):
    """Margins and log variances that gradient descent ends at."""
    m = torch.full((size,), m_start, dtype=torch.float64, requires_grad=True)
    s = torch.full((size,), float(start), dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD([m, s], lr=1.0)
    for _ in range(steps):
        optimizer.zero_grad()
        objective(m, s).sum().backward()
        optimizer.step()
        with torch.no_grad():
            s.clamp_(LOWEST, HIGHEST)
    return m.detach(), s.detach()


@pytest.mark.parametrize("w", [0.2, 0.5, 0.773, 0.9])
def test_the_two_explanations_cost_w_ln_2_and_the_entropy(w):
    assert best_loss(w, 40.0) == pytest.approx(w * math.log(2), abs=1e-6)
    assert best_loss(w, -40.0) == pytest.approx(entropy(w), abs=1e-9)


def test_explaining_the_box_away_costs_less_than_believing_it_while_w_is_below_0_773():
    crossing = brentq(lambda w: w * math.log(2) - entropy(w), 0.6, 0.9)
    assert crossing == pytest.approx(0.773, abs=5e-4)
    assert 0.7 * math.log(2) < entropy(0.7) and 0.82 * math.log(2) > entropy(0.82)


def test_with_the_networks_largest_log_variance_the_limit_is_0_7195():
    """Log variances end at 6, where the loss of the background's explanation is still a little above w ln 2."""
    assert brentq(lambda w: best_loss(w, HIGHEST) - entropy(w), 0.6, 0.9) == pytest.approx(0.7195, abs=5e-4)


def test_descent_from_the_networks_start_finds_background_for_w_up_to_0_6_and_fails_for_0_9():
    w = torch.tensor([0.1, 0.3, 0.5, 0.6, 0.9], dtype=torch.float64)
    m, s = descend(lambda m, s: loss(m, s, w), 5, start=2.0)
    assert (m[:4] < 0).all() and (s[:4] == HIGHEST).all()
    # the box is believed, the more so the longer: the share w becomes a probability
    assert s[4] < -3 and m[4].sigmoid() == pytest.approx(0.9, abs=2e-3)


@pytest.mark.parametrize(
    ("start", "limit"),
    [(-7, 0.5), (-3, 0.502), (-1, 0.517), (0, 0.541), (1, 0.590), (2, 0.664), (3, 0.749), (4, 0.826), (6, 0.927)],
)
def test_from_m_0_descent_fails_from_w_1_over_1_plus_k_of_the_start_on(start, limit):
    """At m = 0 the gradient of s is 0 and that of m is (1 - w - w k) / 2: downhill is background while k < (1 - w) / w.

    So the start decides. A small variance fails wherever boxes are in the majority (0.5); the network's start 2 fails
    from 0.664 on, short of 0.773; a start of 3.3 reaches 0.773. Larger starts keep the background's explanation even
    where believing the box would cost less.
    """
    assert 1 / (1 + attenuation(start)) == pytest.approx(limit, abs=5e-4)
    w = torch.tensor([limit - 0.005, limit + 0.005], dtype=torch.float64)
    m, s = descend(lambda m, s: loss(m, s, w), 2, start)
    assert m[0] < 0 < m[1]
    assert s[0] >= start >= s[1]


def test_the_start_that_reaches_0_773_is_3_3():
    crossing = brentq(lambda w: w * math.log(2) - entropy(w), 0.6, 0.9)
    assert brentq(lambda s: 1 / (1 + attenuation(s)) - crossing, 0, 6) == pytest.approx(3.294, abs=1e-3)


@pytest.mark.parametrize(("m_start", "limit"), [(-1.0, 0.707), (-2.0, 0.777), (-4.0, 0.927)])
def test_after_a_dense_warm_up_descent_fails_later(m_start, limit):
    """A network that takes look-alikes for background already lets the variance grow before the boxes turn it."""
    w = torch.tensor([limit - 0.01, limit + 0.01], dtype=torch.float64)
    m, _ = descend(lambda m, s: loss(m, s, w), 2, start=2.0, m_start=m_start, steps=2000)
    assert m[0] < 0 < m[1]


def batch(dense, boxed, inside, pixels=10):
    """Look-alike background alone: dense cases, and boxed ones with a share of it inside boxes."""
    count = dense + boxed
    boxes = torch.zeros(count, 2, 1, pixels, dtype=torch.uint8)
    boxes[dense:, 1] = OUTSIDE
    boxes[dense:, 1, :, : round(inside * pixels)] = INSIDE
    positive = torch.full((count, 1, 1, pixels), 255)
    positive[:dense] = 0
    negative = torch.zeros(count, 2, 1, pixels, dtype=torch.uint8)
    return {"positive": positive, "negative": negative, "dense": torch.arange(count) < dense, "boxes": boxes}


def loss_of_batch(targets, **settings):
    """The training's loss of a batch whose pixels share m and s."""
    criterion = CoarseLabelLoss(**settings)
    count, _, *size = targets["boxes"].shape

    def objective(m, s):
        logits = torch.stack([torch.zeros_like(m), m], dim=1)
        spread = [part[..., None, None].expand(count, 2, *size) for part in (logits, s[:, None].expand(-1, 2))]
        return sum(criterion({"logits": spread[0], "log_variance": spread[1]}, targets).values())

    return objective


@pytest.mark.parametrize(
    ("dense", "boxed", "inside", "start", "background"),
    [
        # 1 : 1: w is half the share of look-alikes that boxes hold, at most 0.5, so no start fails
        (1, 1, 0.8, 2.0, True),
        (1, 1, 1.0, 2.0, True),
        (1, 1, 1.0, -1.0, True),
        # 18 % dense, as the data are: w is 0.82 of that share
        (9, 41, 0.6, 2.0, True),
        (9, 41, 0.9, 2.0, False),
        (9, 41, 1.0, 2.0, False),
    ],
)
def test_batches_of_one_dense_and_one_boxed_case_never_fail(dense, boxed, inside, start, background):
    targets = batch(dense, boxed, inside)
    w = inside * boxed / (dense + boxed)
    objective = loss_of_batch(targets)
    m, s = torch.tensor([-1.5], dtype=torch.float64), torch.tensor([0.7], dtype=torch.float64)
    torch.testing.assert_close(objective(m, s), loss(m, s, w)[0])
    m, s = descend(objective, 1, start, steps=150)
    assert (m.item() < 0, s.item() > start) == (background, background)


def test_a_weight_inside_boxes_can_stand_for_the_share():
    """With 18 % dense cases a weight of 0.18 / 0.82 = 0.22 inside boxes makes the two pulls equal at s -> -infinity."""
    objective = loss_of_batch(batch(9, 41, inside=1.0), inside_weight=0.22)
    assert descend(objective, 1, start=2.0, steps=150)[0] < 0
