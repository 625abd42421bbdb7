"""clDice against values worked out by hand, and the laws it must obey."""

from __future__ import annotations

import pytest
import torch
from monai.metrics import DiceMetric, compute_dice
from skimage.morphology import skeletonize

from scripts.metrics import CentrelineDiceMetric, compute_centreline_dice


def one_hot(mask: torch.Tensor) -> torch.Tensor:
    """`12H[WD]` from a mask `H[WD]`."""
    return torch.stack([~mask, mask])[None].float()


def line(length: int = 20, thickness: int = 1, start: int = 2) -> torch.Tensor:
    """A horizontal bar in an image of 15 x 30."""
    mask = torch.zeros(15, 30, dtype=torch.bool)
    first = 7 - thickness // 2
    mask[first : first + thickness, start : start + length] = True
    return mask


def cl_dice(prediction: torch.Tensor, reference: torch.Tensor) -> float:
    return compute_centreline_dice(one_hot(prediction), one_hot(reference)).item()


@pytest.mark.parametrize(
    ("prediction", "reference", "expected"),
    [
        (line(20), line(20), 1.0),
        (line(10), line(20), 2 * 1.0 * 0.5 / 1.5),  # precision 1, sensitivity 1/2
        (line(20), line(10), 2 * 0.5 * 1.0 / 1.5),
        (line(10, start=2), line(10, start=15), 0.0),
        (torch.zeros(15, 30, dtype=torch.bool), torch.zeros(15, 30, dtype=torch.bool), float("nan")),
        (torch.zeros(15, 30, dtype=torch.bool), line(), 0.0),
        (line(), torch.zeros(15, 30, dtype=torch.bool), float("nan")),
    ],
)
def test_known_values(prediction, reference, expected):
    assert cl_dice(prediction, reference) == pytest.approx(expected, nan_ok=True)


def test_is_the_formula_of_the_paper():
    generator = torch.Generator().manual_seed(0)
    noise = torch.nn.functional.avg_pool2d(torch.rand(2, 1, 40, 60, generator=generator), 5, 1)[:, 0]
    prediction, reference = noise > 0.5
    thin_prediction = torch.from_numpy(skeletonize(prediction.numpy()))
    thin_reference = torch.from_numpy(skeletonize(reference.numpy()))
    precision = reference[thin_prediction].float().mean()
    sensitivity = prediction[thin_reference].float().mean()
    expected = 2 * precision * sensitivity / (precision + sensitivity)
    assert cl_dice(prediction, reference) == pytest.approx(expected.item())


def test_is_symmetric():
    a, b = line(14, thickness=3), line(20)
    assert cl_dice(a, b) == cl_dice(b, a)


def test_width_hardly_matters_where_it_halves_dice():
    thick, thin = line(20, thickness=5), line(20)
    assert cl_dice(thick, thin) > 0.9
    assert compute_dice(one_hot(thick), one_hot(thin))[0, 1] < 0.5


def test_volume_of_one_slice_scores_as_the_slice():
    a, b = line(14, thickness=3, start=5), line(20, thickness=2)
    assert cl_dice(a[..., None], b[..., None]) == cl_dice(a, b)


def test_tube_in_a_volume():
    reference = torch.zeros(9, 11, 30, dtype=torch.bool)
    reference[3:6, 4:7, 2:28] = True
    thinner = torch.zeros_like(reference)
    thinner[4, 5, 2:28] = True
    elsewhere = torch.zeros_like(reference)
    elsewhere[8, 10, 2:28] = True
    assert cl_dice(thinner, reference) == 1.0
    assert cl_dice(elsewhere, reference) == 0.0


def test_blob_that_thinning_deletes_still_counts():
    blob = torch.zeros(8, 8, 8, dtype=torch.bool)
    blob[2:6, 2:6, 2:6] = True
    assert not skeletonize(blob.numpy()).any()
    assert cl_dice(blob, blob) == 1.0


def test_batch_and_list_equal_single_cases():
    masks = [line(20), line(10), line(15, thickness=3)]
    prediction = torch.cat([one_hot(mask) for mask in masks])
    reference = one_hot(line(20)).expand_as(prediction)
    single = [cl_dice(mask, line(20)) for mask in masks]
    assert compute_centreline_dice(prediction, reference).flatten().tolist() == pytest.approx(single)
    assert CentrelineDiceMetric()(list(prediction), list(reference)).flatten().tolist() == pytest.approx(single)


def test_permuting_classes_permutes_values():
    prediction = torch.stack([line(9), line(12, start=10), line(5)])[None].float()
    reference = torch.stack([line(20), line(20), line(20)])[None].float()
    values = compute_centreline_dice(prediction, reference, include_background=True)
    order = [2, 0, 1]
    permuted = compute_centreline_dice(prediction[:, order], reference[:, order], include_background=True)
    assert torch.equal(permuted, values[:, order])


@pytest.mark.parametrize("reduction", ["mean", "sum", "mean_batch", "mean_channel", "none"])
def test_reduces_as_dice_of_monai_does(reduction):
    prediction = torch.cat([one_hot(line(20)), one_hot(line(10))])
    reference = one_hot(line(20)).expand_as(prediction)
    ours, monais = CentrelineDiceMetric(True, reduction, True), DiceMetric(True, reduction, True)
    for metric in (ours, monais):
        metric(prediction, reference)
    value, count = ours.aggregate()
    assert value.shape == monais.aggregate()[0].shape
    assert torch.equal(count, monais.aggregate()[1])


def test_aggregate_is_the_mean_and_reset_forgets():
    metric = CentrelineDiceMetric()
    metric(one_hot(line(20)), one_hot(line(20)))
    metric(one_hot(line(10)), one_hot(line(20)))
    assert metric.aggregate().item() == pytest.approx((1 + 2 / 3) / 2)
    metric.reset()
    with pytest.raises(ValueError, match="no values yet"):
        metric.aggregate()


@pytest.mark.parametrize(
    ("prediction", "reference", "message"),
    [
        (torch.zeros(1, 2, 8, 9), torch.zeros(1, 2, 9, 8), "same shape"),
        (torch.zeros(1, 2, 8), torch.zeros(1, 2, 8), "BCHW or BCHWD"),
    ],
)
def test_wrong_shapes(prediction, reference, message):
    with pytest.raises(ValueError, match=message):
        compute_centreline_dice(prediction, reference)
