"""Boxes beside drawings and dense masks in one loss."""

import pytest
import torch

from scripts.constants import IGNORE, INSIDE, OUTSIDE, SETTLED
from scripts.errors import SettingError
from scripts.losses import CoarseLabelLoss, box_terms
from scripts.networks import CoupledSegmenter

SIZE = (6, 5)


def batch(classes=3, size=SIZE, seed=0):
    """A dense case, a drawn one, a boxed one, and one with boxes and a stroke."""
    generator = torch.Generator().manual_seed(seed)
    output = {
        "logits": torch.randn(4, classes, *size, generator=generator),
        "log_variance": torch.randn(4, classes, *size, generator=generator),
    }
    positive = torch.full((4, 1, *size), IGNORE, dtype=torch.uint8)
    positive[0] = torch.randint(0, classes, (1, *size), generator=generator)
    positive[1, :, 1], positive[3, :, 0] = 1, 1
    negative = torch.zeros(4, classes, *size, dtype=torch.uint8)
    negative[1, 1, 3] = 1
    boxes = torch.zeros(4, classes, *size, dtype=torch.uint8)
    boxes[2:, 1:] = OUTSIDE
    boxes[2:, 1, 2:4] = INSIDE
    boxes[3, :, 0] = 0
    boxes[3, 1, 3] = SETTLED
    dense = torch.tensor([True, False, False, False])
    return output, {"positive": positive, "negative": negative, "boxes": boxes, "dense": dense}


def test_terms_have_names_and_every_labelled_pixel_weighs_the_same():
    output, targets = batch()
    terms = CoarseLabelLoss()(output, targets)
    assert list(terms) == ["dense", "positive", "negative", "trace", "inside", "outside", "settled"]
    sums, counts = box_terms(output["logits"], output["log_variance"], targets["boxes"])
    log_p = output["logits"].log_softmax(1)
    dense = -log_p[0].gather(0, targets["positive"][0].long()).sum()
    positive = -log_p[1, 1, 1].sum() - log_p[3, 1, 0].sum()
    negative = -(1 - log_p[1, 1, 3].exp()).log().sum()
    labelled = 30 + 10 + 5 + sum(counts.values())
    expected = {"dense": dense, "positive": positive, "negative": negative, **sums}
    for name, value in expected.items():
        torch.testing.assert_close(terms[name], value / labelled)


def test_not_pooled_each_term_is_a_mean():
    output, targets = batch()
    terms = CoarseLabelLoss(pooled=False)(output, targets)
    sums, counts = box_terms(output["logits"], output["log_variance"], targets["boxes"])
    for name, value in sums.items():
        torch.testing.assert_close(terms[name], value / counts[name])


def test_without_boxes_nothing_changes():
    output, targets = batch()
    del targets["boxes"]
    terms = CoarseLabelLoss()(output, targets)
    assert list(terms) == ["dense", "positive", "negative", "trace"]
    del output["log_variance"]
    torch.testing.assert_close(CoarseLabelLoss()(output, targets), terms)


def test_inside_of_weight_0_is_as_if_not_labelled():
    output, targets = batch()
    ignored = CoarseLabelLoss(inside_weight=0)(output, targets)
    assert ignored["inside"] == 0
    targets["boxes"][targets["boxes"] == INSIDE] = 0
    torch.testing.assert_close(ignored, CoarseLabelLoss()(output, targets))


def test_weight_of_the_inside():
    output, targets = batch()
    torch.testing.assert_close(
        CoarseLabelLoss(inside_weight=0.22)(output, targets)["inside"],
        0.22 * CoarseLabelLoss()(output, targets)["inside"],
    )
    with pytest.raises(SettingError, match="inside_weight must be a finite number of at least 0"):
        CoarseLabelLoss(inside_weight=-1)


def test_variance_gets_a_gradient_inside_boxes_alone():
    output, targets = batch()
    variance = output["log_variance"].requires_grad_()
    torch.stack(list(CoarseLabelLoss()(output, targets).values())).sum().backward()
    assert torch.equal(variance.grad != 0, targets["boxes"] == INSIDE)


def test_a_batch_of_boxes_alone():
    output, targets = batch()
    targets = {name: value[2:3] for name, value in targets.items()}
    output = {name: value[2:3].requires_grad_() for name, value in output.items()}
    terms = CoarseLabelLoss()(output, targets)
    assert terms["dense"] == terms["positive"] == terms["negative"] == 0
    torch.stack(list(terms.values())).sum().backward()
    assert output["logits"].grad.isfinite().all()


@pytest.mark.parametrize("rows", [slice(0, 0), slice(0, 1), slice(0, 6)], ids=["empty", "one row", "all"])
def test_gradients_are_finite_for_any_extent_of_a_box(rows):
    """A box that was cut away by the patch, one that touches its side, one that fills it."""
    network = CoupledSegmenter(
        torch.nn.Conv2d(1, 2, 1), spatial_dims=2, num_classes=2, annotation="none", uncertainty=True
    )
    boxes = torch.zeros(1, 2, *SIZE, dtype=torch.uint8)
    boxes[:, 1] = OUTSIDE
    boxes[:, 1, rows] = INSIDE
    targets = {
        "positive": torch.full((1, 1, *SIZE), IGNORE, dtype=torch.uint8),
        "negative": torch.zeros(1, 2, *SIZE, dtype=torch.uint8),
        "dense": torch.tensor([False]),
        "boxes": boxes,
    }
    terms = CoarseLabelLoss()(network(torch.rand(1, 1, *SIZE)), targets)
    torch.stack(list(terms.values())).sum().backward()
    for parameter in network.parameters():
        # every parameter takes part, as training on several GPUs asks
        assert parameter.grad is not None and parameter.grad.isfinite().all()


def test_boxes_of_another_shape_are_refused():
    output, targets = batch()
    targets["boxes"] = targets["boxes"][:, :2]
    with pytest.raises(ValueError, match="target 'boxes' must have the shape"):
        CoarseLabelLoss()(output, targets)
