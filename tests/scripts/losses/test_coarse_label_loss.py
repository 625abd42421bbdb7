from __future__ import annotations

import inspect
import math

import pytest
import torch
from loss_support import random_output, random_targets
from torch import nn
from torch.nn.functional import cross_entropy

from scripts.constants import IGNORE
from scripts.errors import DataError, SettingError
from scripts.losses import CoarseLabelLoss, complementary_loss, noisy_cross_entropy
from scripts.networks import CoupledSegmenter, TransitionMatrix
from scripts.networks.confusion import FullConfusion

TERMS = ["dense", "positive", "negative", "trace"]
SIZES = [(8, 6), (4, 6, 3)]


def numbers(terms):
    return {name: term.item() for name, term in terms.items()}


def single(output, targets, index):
    """One image of a batch."""
    part = slice(index, index + 1)
    alone = {"logits": output["logits"][part]}
    alone.update({kind: FullConfusion(output[kind].matrix[part]) for kind in ("positive", "negative")})
    return alone, {key: value[part] for key, value in targets.items()}


@pytest.mark.parametrize("size", SIZES)
def test_plain_sum_has_each_kinds_own_mean(size):
    output, targets = random_output(size=size), random_targets(size=size, dense=[1])
    terms = CoarseLabelLoss(pooled=False)(output, targets)
    assert list(terms) == TERMS
    coarse = torch.tensor([0, 2])
    part = {kind: FullConfusion(output[kind].matrix[coarse]) for kind in ("positive", "negative")}
    logits, positive, negative = output["logits"][coarse], targets["positive"][coarse], targets["negative"][coarse]
    drawn = negative.any(1) & ~negative.bool().all(1)
    expected = {
        "dense": cross_entropy(output["logits"][1:2], targets["positive"][1:2, 0].long(), ignore_index=IGNORE),
        "positive": noisy_cross_entropy(logits, positive, part["positive"]).sum() / (positive != IGNORE).sum(),
        "negative": complementary_loss(logits, negative, part["negative"]).sum() / drawn.sum(),
        "trace": torch.tensor(0.0),
    }
    for name in TERMS:
        torch.testing.assert_close(terms[name], expected[name])


@pytest.mark.parametrize("size", SIZES)
def test_pooled_weighs_every_label_the_same(size):
    output, targets = random_output(size=size), random_targets(size=size, dense=[1])
    own = CoarseLabelLoss(pooled=False)(output, targets)
    pooled = CoarseLabelLoss(pooled=True)(output, targets)
    coarse = ~targets["dense"]
    negative = targets["negative"].bool()
    counts = {
        "dense": (targets["positive"][1] != IGNORE).sum(),
        "positive": (targets["positive"][coarse] != IGNORE).sum(),
        "negative": (negative.any(1) & ~negative.all(1))[coarse].sum(),
    }
    for name, count in counts.items():
        torch.testing.assert_close(pooled[name], own[name] * count / sum(counts.values()))


@pytest.mark.parametrize("size", SIZES)
def test_plain_network_learns_by_partial_cross_entropy(size):
    logits, targets = random_output(size=size)["logits"], random_targets(size=size)
    targets["negative"].zero_()
    terms = CoarseLabelLoss(trace_weight=1.0)(logits, targets)
    expected = cross_entropy(logits, targets["positive"][:, 0].long(), ignore_index=IGNORE)
    torch.testing.assert_close(sum(terms.values()), expected, atol=1e-6, rtol=0)


@pytest.mark.parametrize("pooled", [False, True])
def test_batch_is_the_weighted_mean_of_its_images(pooled):
    output, targets = random_output(), random_targets()
    loss = CoarseLabelLoss(pooled=pooled, trace_weight=0.3)
    positive = (targets["positive"] != IGNORE).sum((1, 2, 3))
    negative = targets["negative"].bool()
    negative = (negative.any(1) & ~negative.all(1)).sum((1, 2))
    weights = {"positive": positive, "negative": negative, "trace": positive}
    if pooled:
        weights["positive"] = weights["negative"] = positive + negative
    alone = [loss(*single(output, targets, index)) for index in range(3)]
    together = loss(output, targets)
    for name, weight in weights.items():
        mean = sum(terms[name] * w for terms, w in zip(alone, weight)) / weight.sum()
        torch.testing.assert_close(together[name], mean)


@pytest.mark.parametrize("pooled", [False, True])
def test_images_without_a_kind_add_nothing_to_it(pooled):
    output, targets = random_output(), random_targets()
    targets["negative"][0] = 0
    targets["positive"][1] = IGNORE
    terms = CoarseLabelLoss(pooled=pooled)(output, targets)
    terms["negative"].backward(retain_graph=True)
    assert (output["logits"].grad[0] == 0).all()
    assert (output["logits"].grad[1] != 0).any()
    output["logits"].grad = None
    terms["positive"].backward()
    assert (output["logits"].grad[1] == 0).all()
    assert (output["logits"].grad[0] != 0).any()


def test_one_kind_alone_is_enough():
    output, targets = random_output(), random_targets()
    targets["negative"].zero_()
    terms = numbers(CoarseLabelLoss()(output, targets))
    assert terms["positive"] > 0
    assert terms["dense"] == terms["negative"] == terms["trace"] == 0


@pytest.mark.parametrize("kind", ["plain", "coupled", "learned transition"])
@pytest.mark.parametrize("pooled", [False, True])
def test_nothing_labelled_is_exactly_zero(kind, pooled):
    output, targets = random_output(), random_targets()
    targets["positive"].fill_(IGNORE)
    targets["negative"].zero_()
    targets["negative"][0, :, :2] = 1  # every class negated: says nothing
    transition = TransitionMatrix(3)
    if kind == "learned transition":
        output["transition"] = transition()
    logits = output["logits"]
    terms = CoarseLabelLoss(pooled=pooled, trace_weight=1.0, negative_trace=True)(
        logits if kind == "plain" else output, targets
    )
    assert numbers(terms) == dict.fromkeys(TERMS, 0.0)
    sum(terms.values()).backward()
    assert (logits.grad == 0).all()
    if kind != "plain":
        assert (output["positive"].matrix.grad == 0).all()
        assert (output["negative"].matrix.grad == 0).all()
    if kind == "learned transition":
        assert (transition.raw.grad == 0).all()


def test_dense_cases_are_out_of_reach_of_the_matrices():
    output, targets = random_output(), random_targets(dense=[0, 1, 2])
    terms = CoarseLabelLoss(trace_weight=1.0)(output, targets)
    assert terms["positive"] == terms["negative"] == terms["trace"] == 0
    sum(terms.values()).backward()
    assert (output["positive"].matrix.grad == 0).all()
    expected = cross_entropy(output["logits"], targets["positive"][:, 0].long(), ignore_index=IGNORE)
    torch.testing.assert_close(terms["dense"], expected)


@pytest.mark.parametrize("name", ["dense", "positive", "negative"])
def test_weights_scale_their_term_alone(name):
    output, targets = random_output(), random_targets(dense=[1])
    base = numbers(CoarseLabelLoss()(output, targets))
    scaled = numbers(CoarseLabelLoss(**{f"{name}_weight": 2.5})(output, targets))
    expected = {key: value * (2.5 if key == name else 1) for key, value in base.items()}
    assert scaled == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("name", ["positive", "negative"])
def test_weight_zero_is_as_if_not_drawn(name):
    output, targets = random_output(), random_targets(dense=[1])
    switched_off = CoarseLabelLoss(**{f"{name}_weight": 0.0}, trace_weight=0.1)(output, targets)
    coarse = ~targets["dense"]
    targets[name][coarse] = IGNORE if name == "positive" else 0
    absent = CoarseLabelLoss(trace_weight=0.1)(output, targets)
    assert numbers(switched_off) == pytest.approx(numbers(absent), rel=1e-6)


def test_ancestor_defect_one_documented_trace_weight():
    # the ancestor has four values of it in four files, for differently normalised traces
    parameters = inspect.signature(CoarseLabelLoss).parameters
    assert [name for name in parameters if name.endswith("trace_weight")] == ["trace_weight"]
    assert parameters["trace_weight"].default == 0
    output, targets = random_output(), random_targets()
    drawn = targets["positive"] != IGNORE
    trace = (output["positive"].trace() * drawn).sum() / drawn.sum()
    for weight in (0.001, 0.1, 1.5):
        torch.testing.assert_close(CoarseLabelLoss(trace_weight=weight)(output, targets)["trace"], weight * trace)


def test_trace_of_the_negative_matrices_on_demand():
    output, targets = random_output(), random_targets()
    paper = CoarseLabelLoss(trace_weight=1.0)(output, targets)["trace"]
    both = CoarseLabelLoss(trace_weight=1.0, negative_trace=True)(output, targets)["trace"]
    negative = targets["negative"].bool()
    drawn = (negative.any(1) & ~negative.all(1)).unsqueeze(1)
    torch.testing.assert_close(both - paper, (output["negative"].trace() * drawn).sum() / drawn.sum())


@pytest.mark.parametrize(
    ("warm_up", "ramp", "progress", "share"),
    [
        (0.2, 0.2, 0.0, 0.0),
        (0.2, 0.2, 0.19, 0.0),
        (0.2, 0.2, 0.2, 0.0),
        (0.2, 0.2, 0.25, 0.25),
        (0.2, 0.2, 0.4, 1.0),
        (0.2, 0.2, 1.0, 1.0),
        (0.2, 0.0, 0.19, 0.0),
        (0.2, 0.0, 0.2, 1.0),
        (0.0, 0.5, 0.25, 0.5),
    ],
)
def test_schedule_of_the_trace(warm_up, ramp, progress, share):
    loss = CoarseLabelLoss(trace_weight=2.0, warm_up=warm_up, ramp=ramp)
    loss.progress = progress
    assert loss.current_trace_weight() == pytest.approx(2.0 * share)
    assert loss.matrices_in_use() == (progress >= warm_up)


def test_without_a_schedule_everything_is_on():
    assert CoarseLabelLoss().progress == 1.0


def test_warm_up_is_partial_cross_entropy_and_leaves_the_matrices_alone():
    output, targets = random_output(), random_targets()
    transition = TransitionMatrix(3)
    nn.init.normal_(transition.raw)
    output["transition"] = transition()
    loss = CoarseLabelLoss(trace_weight=1.0)
    loss.progress = 0.1
    terms = loss(output, targets)
    assert numbers(terms) == pytest.approx(numbers(loss(output["logits"], targets)))
    assert terms["trace"] == 0
    sum(terms.values()).backward()
    for kind in ("positive", "negative"):
        assert (output[kind].matrix.grad == 0).all()
    assert (transition.raw.grad == 0).all()
    assert (output["logits"].grad != 0).any()


def test_learned_transition_is_used_and_learns():
    output, targets = random_output(), random_targets()
    transition = TransitionMatrix(3)
    output["transition"] = transition()
    terms = CoarseLabelLoss()(output, targets)
    terms["negative"].backward()
    assert (transition.raw.grad != 0).any()


@pytest.mark.parametrize("pooled", [False, True])
def test_permuting_the_classes_changes_nothing(pooled):
    output, targets = random_output(), random_targets(dense=[1])
    order = torch.tensor([2, 0, 1])
    new_index = torch.full((256,), IGNORE, dtype=torch.uint8)
    new_index[order] = torch.arange(3, dtype=torch.uint8)
    permuted = {kind: FullConfusion(output[kind].matrix[:, order][:, :, order]) for kind in ("positive", "negative")}
    permuted["logits"] = output["logits"][:, order]
    relabelled = {
        "positive": new_index[targets["positive"].long()],
        "negative": targets["negative"][:, order],
        "dense": targets["dense"],
    }
    loss = CoarseLabelLoss(pooled=pooled, trace_weight=0.5)
    assert numbers(loss(permuted, relabelled)) == pytest.approx(numbers(loss(output, targets)), rel=1e-5)


def test_a_volume_of_one_slice_is_the_slice():
    output, targets = random_output(), random_targets(dense=[1])
    deep = {kind: FullConfusion(output[kind].matrix.unsqueeze(-1)) for kind in ("positive", "negative")}
    deep["logits"] = output["logits"].unsqueeze(-1)
    volume = {key: value if key == "dense" else value.unsqueeze(-1) for key, value in targets.items()}
    loss = CoarseLabelLoss(trace_weight=0.5)
    assert numbers(loss(deep, volume)) == pytest.approx(numbers(loss(output, targets)), rel=1e-5)


def test_autocast_gives_float32_terms():
    network = CoupledSegmenter(nn.Conv2d(1, 3, 1), spatial_dims=2, num_classes=3, annotation="trunk")
    targets = random_targets(dense=[1])
    with torch.autocast("cpu", dtype=torch.bfloat16):
        output = network(torch.rand(3, 1, 8, 6))
        assert output["logits"].dtype == torch.bfloat16
        terms = CoarseLabelLoss(trace_weight=0.1)(output, targets)
    assert {term.dtype for term in terms.values()} == {torch.float32}
    outside = CoarseLabelLoss(trace_weight=0.1)(output, targets)
    assert numbers(terms) == pytest.approx(numbers(outside), rel=1e-6)


def test_gradients():
    targets = random_targets(batch=2, size=(2, 2), dense=[1], seed=3)
    logits = torch.randn(2, 3, 2, 2, dtype=torch.float64, requires_grad=True)
    matrices = [torch.rand(2, 3, 3, 2, 2).double().softmax(1).requires_grad_() for _ in range(2)]
    loss = CoarseLabelLoss(trace_weight=0.5, negative_trace=True)

    def total(x, a, b):
        return sum(loss({"logits": x, "positive": FullConfusion(a), "negative": FullConfusion(b)}, targets).values())

    assert torch.autograd.gradcheck(total, (logits, *matrices))


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"trace_weight": -0.1}, "trace_weight must be a finite number of at least 0, got -0.1"),
        ({"dense_weight": math.inf}, "dense_weight must be a finite number"),
        ({"positive_weight": math.nan}, "positive_weight must be a finite number"),
        ({"warm_up": 1.5}, r"warm_up is a share and must lie in \[0, 1\], got 1.5"),
        ({"ramp": -1}, "ramp is a share"),
        ({"implied_weight": 2}, "implied_weight is a share"),
        ({"implied_balance": -1}, "implied_balance must be a finite number"),
    ],
)
def test_wrong_settings(setting, message):
    with pytest.raises(SettingError, match=message):
        CoarseLabelLoss(**setting)


def test_unknown_class_is_named():
    targets = random_targets()
    targets["positive"][0, 0, 0, :2] = 7
    with pytest.raises(DataError, match=r"2 pixels are labelled with \[7\]; expected classes 0 to 2, or 255"):
        CoarseLabelLoss()(random_output(), targets)


def synthetic_drawings(positive_matrix, negative_matrix, pixels=20000, seed=0):
    """A task of one feature, x = +3 or -3 plus noise, and drawings with class-conditional errors."""
    generator = torch.Generator().manual_seed(seed)
    true = (torch.rand(pixels, generator=generator) < 0.4).long()
    image = 6.0 * true - 3.0 + torch.randn(pixels, generator=generator)

    def draw(matrix):
        return (torch.rand(pixels, generator=generator) < matrix[1, true]).long()

    size = (1, 1, pixels // 100, 100)
    negated = 1 - draw(negative_matrix)  # "not k", with k what the pixel was not taken for
    targets = {
        "positive": draw(positive_matrix).to(torch.uint8).view(size),
        "negative": torch.stack([negated == 0, negated == 1]).view(1, 2, *size[2:]).to(torch.uint8),
        "dense": torch.tensor([False]),
    }
    return image.view(size), targets


@pytest.mark.parametrize(("form", "pooled"), [("full", True), ("binary", True), ("binary", False)])
def test_ancestor_defect_transposition_true_matrices_are_recovered(form, pooled):
    positive = torch.tensor([[0.9, 0.35], [0.1, 0.65]])  # columns: true class; rows: drawn class
    negative = torch.tensor([[0.75, 0.05], [0.25, 0.95]])
    image, targets = synthetic_drawings(positive, negative)
    torch.manual_seed(0)
    network = CoupledSegmenter(nn.Conv2d(1, 2, 1), spatial_dims=2, num_classes=2, form=form)
    loss = CoarseLabelLoss(pooled=pooled)
    optimiser = torch.optim.Adam(network.parameters(), lr=0.1)
    steps = 200
    for step in range(steps):
        loss.progress = step / steps
        optimiser.zero_grad()
        sum(loss(network(image), targets).values()).backward()
        optimiser.step()
    output = network(image)
    for kind, expected in (("positive", positive), ("negative", negative)):
        torch.testing.assert_close(output[kind].explicit()[0, :, :, 0, 0], expected, atol=0.05, rtol=0)
    agreement = (output["logits"].argmax(1) == (image[:, 0] > 0)).float().mean()
    assert agreement > 0.99
