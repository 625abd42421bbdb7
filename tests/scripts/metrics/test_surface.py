"""Surface metrics against closed forms, with spacings that differ by axis and by case."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from monai.bundle import ConfigParser
from monai.data import DataLoader, Dataset, MetaTensor
from monai.engines import SupervisedEvaluator
from monai.handlers import MeanDice, from_engine
from monai.transforms import AsDiscreted, Compose, LoadImaged
from nibabel import Nifti1Image
from nibabel import save as save_nifti

from scripts.errors import SettingError
from scripts.metrics import HausdorffDistance95Metric, SurfaceDice, SurfaceDiceMetric
from scripts.metrics.surface import case_spacings, hausdorff_distance_95, surface_dice

SHAPE = (24, 20, 16)
SPACING = (0.5, 2.0, 3.0)
EMPTY = torch.zeros(SHAPE, dtype=torch.bool)


def box(low, high, shape=SHAPE) -> torch.Tensor:
    mask = torch.zeros(shape, dtype=torch.bool)
    mask[tuple(slice(a, b) for a, b in zip(low, high))] = True
    return mask


def ball(radius: float, shift: float, step: float, size: float = 44.0) -> torch.Tensor:
    """A ball around the middle of a cube of ``size`` mm, moved along the first axis; all in mm."""
    axes = np.meshgrid(*[np.arange(0, size, step) - size / 2] * 3, indexing="ij")
    return torch.from_numpy((axes[0] - shift) ** 2 + axes[1] ** 2 + axes[2] ** 2 <= radius**2)


def one_hot(*masks: torch.Tensor, affine=None) -> torch.Tensor:
    """`1CH[WD]` with the background first; a MetaTensor where there is an affine."""
    hot = torch.stack([~torch.stack(masks).any(0), *masks])[None].float()
    return hot if affine is None else MetaTensor(hot, affine=torch.as_tensor(affine, dtype=torch.float64))


BOX = box((4, 4, 4), (20, 16, 12))


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("voxels", [1, 2])
def test_hausdorff_distance_of_a_moved_face_is_in_mm(axis, voxels):
    high = [20, 16, 12]
    high[axis] += voxels
    assert hausdorff_distance_95(box((4, 4, 4), high), BOX, SPACING) == pytest.approx(voxels * SPACING[axis])


def test_hausdorff_distance_forgives_a_twentieth_of_the_surface():
    speck = BOX.clone()
    speck[0, 0, 0] = True
    assert hausdorff_distance_95(speck, BOX, SPACING) == 0


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_surface_dice_counts_what_is_within_the_tolerance(axis):
    moved = torch.roll(BOX, 1, axis)
    assert surface_dice(moved, BOX, SPACING, tolerance=SPACING[axis]) == 1
    assert surface_dice(moved, BOX, SPACING, tolerance=0.9 * SPACING[axis]) < 1


def test_surface_dice_weighs_surfaces_by_their_area():
    # 60 x 60 x 30 mm in slices of 3 mm; one of the faces of 60 x 60 mm is 6 mm off, and 5 mm of each wall beside it
    reference = box((2, 2, 2), (62, 62, 12), (64, 64, 16))
    taller = box((2, 2, 2), (62, 62, 14), (64, 64, 16))
    walls, face = 4 * 60, 60 * 60
    areas = [2 * face + walls * 30, 2 * face + walls * 36]
    # of the lower of the two faces, a rim of 1 mm is near the taller one's walls
    found = [face + walls * 30 + 4 * 59, face + walls * 31]
    expected = sum(found) / sum(areas)
    assert surface_dice(taller, reference, (1, 1, 3), 1.0) == pytest.approx(expected, abs=0.02)


def test_surface_dice_of_balls_comes_near_the_formula_without_voxels():
    # a point at the angle u = cos(t) of one ball has the distance |sqrt(r^2 + d^2 - 2 r d u) - r| to the other
    radius, shift, tolerance = 15.0, 6.0, 2.0
    u = np.linspace(-1, 1, 100001)
    off = abs(np.sqrt(radius**2 + shift**2 - 2 * radius * shift * u) - radius)
    expected = (off <= tolerance).mean()
    errors = [
        surface_dice(ball(radius, shift, step), ball(radius, 0, step), (step,) * 3, tolerance) - expected
        for step in (2.0, 1.0)
    ]
    assert 0 < errors[1] < errors[0]
    assert errors[1] < 0.1
    distance = hausdorff_distance_95(ball(radius, shift, 1.0), ball(radius, 0, 1.0), (1, 1, 1))
    assert distance == pytest.approx(np.percentile(off, 95), abs=0.5)


def test_spacing_rounded_in_a_header_is_within_the_tolerance():
    moved = torch.roll(BOX, 3, 0)
    assert surface_dice(moved, BOX, (0.3334, 1, 1), tolerance=1.0) == 1


@pytest.mark.parametrize(
    ("prediction", "reference", "dice", "distance"),
    [
        (BOX, BOX, 1, 0),
        (EMPTY, EMPTY, math.nan, math.nan),
        (BOX, EMPTY, 0, math.hypot(24 * 0.5, 20 * 2, 16 * 3)),
        (EMPTY, BOX, 0, math.hypot(24 * 0.5, 20 * 2, 16 * 3)),
    ],
)
def test_empty_masks(prediction, reference, dice, distance):
    assert surface_dice(prediction, reference, SPACING) == pytest.approx(dice, nan_ok=True)
    assert hausdorff_distance_95(prediction, reference, SPACING) == pytest.approx(distance, nan_ok=True)


def test_no_distance_within_the_volume_is_longer_than_its_diagonal():
    corners = [box((0, 0, 0), (1, 1, 1)), box((23, 19, 15), (24, 20, 16))]
    assert hausdorff_distance_95(*corners, SPACING) < hausdorff_distance_95(corners[0], EMPTY, SPACING)


def test_order_of_axes_and_of_masks_does_not_matter():
    moved = torch.roll(BOX, (2, 1, 1), (0, 1, 2))
    for metric in (surface_dice, hausdorff_distance_95):
        value = metric(moved, BOX, SPACING)
        assert metric(BOX, moved, SPACING) == pytest.approx(value)
        order = (2, 0, 1)
        turned = metric(moved.permute(order), BOX.permute(order), [SPACING[k] for k in order])
        assert turned == pytest.approx(value, abs=1e-6)


def test_values_per_class_with_the_spacing_of_each_case():
    anterior, posterior = box((2, 2, 2), (8, 18, 14)), box((12, 2, 2), (18, 18, 14))
    reference, prediction = one_hot(anterior, posterior), one_hot(torch.roll(anterior, 2, 0), posterior)
    metric = HausdorffDistance95Metric()
    for step in (1.0, 0.5):
        affine = np.diag([-step, step, 1, 1])
        metric(prediction, MetaTensor(reference, affine=affine))
    assert metric.get_buffer().tolist() == [[2, 0], [1, 0]]
    assert metric.aggregate().item() == 0.75


def test_undefined_classes_and_cases_are_left_out_of_the_mean():
    metric = SurfaceDiceMetric()
    metric(one_hot(BOX, EMPTY, affine=np.eye(4)), one_hot(BOX, EMPTY, affine=np.eye(4)))
    assert metric.get_buffer().tolist() == [[1, pytest.approx(math.nan, nan_ok=True)]]
    assert metric.aggregate().item() == 1
    metric.reset()
    metric(one_hot(EMPTY, affine=np.eye(4)), one_hot(EMPTY, affine=np.eye(4)))
    assert math.isnan(metric.aggregate().item())
    metric.reset()
    with pytest.raises(ValueError, match="no values yet"):
        metric.aggregate()


def test_pictures_are_measured_in_pixels():
    bar = box((4, 4), (24, 10), (30, 20))
    affine = np.diag([0.2, 0.2, 1, 1])
    metric = HausdorffDistance95Metric()
    metric(one_hot(torch.roll(bar, 2, 1), affine=affine), one_hot(bar, affine=affine))
    assert metric.aggregate().item() == 2
    assert surface_dice(torch.roll(bar, 1, 1), bar, (1, 1), 1.0) == 1


def test_spacing_is_the_length_of_the_columns_of_the_affine():
    turn = np.array([[0.6, -0.8, 0], [0.8, 0.6, 0], [0, 0, -1]])
    affine = np.eye(4)
    affine[:3, :3] = turn * SPACING
    y = one_hot(BOX, affine=affine)
    assert case_spacings(one_hot(BOX), y) == [pytest.approx(SPACING)]
    assert case_spacings(y, one_hot(BOX)) == [pytest.approx(SPACING)]


def test_volume_without_affine_is_refused():
    with pytest.raises(SettingError, match="neither prediction nor reference carries an affine"):
        SurfaceDiceMetric()(one_hot(BOX), one_hot(BOX))


def test_prediction_on_another_grid_is_refused():
    with pytest.raises(SettingError, match=r"1\.0, 1\.0, 3\.0.*Invertd"):
        SurfaceDiceMetric()(one_hot(BOX, affine=np.diag([1, 1, 3, 1])), one_hot(BOX, affine=np.eye(4)))
    with pytest.raises(ValueError, match="same shape"):
        SurfaceDiceMetric()(one_hot(BOX[:9]), one_hot(BOX))


@pytest.mark.parametrize("tolerance", [-1.0, math.nan, math.inf])
def test_tolerance_must_be_a_length(tolerance):
    with pytest.raises(SettingError, match="'tolerance'"):
        SurfaceDice(tolerance=tolerance)


class ShiftedCopy(torch.nn.Module):
    """Predicts the label that it gets as an image, one voxel further along the last axis."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        classes = torch.cat([x == k for k in range(3)], dim=1).float()
        return torch.roll(classes, 1, -1)


@pytest.mark.parametrize("batch_size", [1, 2])
def test_config_in_an_evaluator_on_files(tmp_path, batch_size):
    """Two files of different spacing, of which the second lacks class 2."""
    from_pred = "$monai.handlers.from_engine(['pred', 'label'])"
    config = ConfigParser(
        {
            "imports": ["$import monai.handlers"],
            "additional_metrics": {
                "val_nsd": {"_target_": "scripts.metrics.SurfaceDice", "tolerance": 1.0, "output_transform": from_pred},
                "val_hd95": {"_target_": "scripts.metrics.HausdorffDistance95", "output_transform": from_pred},
            },
        }
    )
    labels = BOX.byte() + box((4, 4, 4), (10, 16, 12)).byte()
    cases = []
    for name, step, array in (("a", 1.0, labels), ("b", 3.0, BOX.byte())):
        save_nifti(Nifti1Image(array.numpy(), np.diag([1, 1, step, 1])), tmp_path / f"{name}.nii.gz")
        cases.append({"image": str(tmp_path / f"{name}.nii.gz"), "label": str(tmp_path / f"{name}.nii.gz")})
    keys = ["image", "label"]
    evaluator = SupervisedEvaluator(
        device=torch.device("cpu"),
        val_data_loader=DataLoader(
            Dataset(cases, LoadImaged(keys, ensure_channel_first=True, image_only=True)), batch_size=batch_size
        ),
        network=ShiftedCopy(),
        postprocessing=Compose(
            [AsDiscreted("pred", argmax=True), AsDiscreted(["pred", "label"], to_onehot=3)],
        ),
        key_val_metric={"dice": MeanDice(include_background=False, output_transform=from_engine(["pred", "label"]))},
        additional_metrics=config.get_parsed_content("additional_metrics"),
    )
    evaluator.run()
    details = evaluator.state.metric_details
    nsd = details["val_nsd"].numpy()
    assert details["val_hd95"].numpy() == pytest.approx(np.array([[1, 1], [3, math.nan]]), nan_ok=True)
    assert nsd[0] == pytest.approx([1, 1])
    assert 0 < nsd[1, 0] < 1
    assert [math.isnan(value) for value in nsd[1]] == [False, True]
    assert [math.isnan(value) for value in details["dice"][1]] == [False, True]
    assert evaluator.state.metrics["val_hd95"] == 2
    assert evaluator.state.metrics["val_nsd"] == pytest.approx((1 + nsd[1, 0]) / 2)
