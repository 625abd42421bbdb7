"""Label maps on the grid of a processed image, without a mixed or lost value."""

import numpy as np
import pytest
import torch
from monai.data import MetaTensor
from monai.transforms import CropForeground, Flip, Orientation, Spacing, SpatialCrop, SpatialResample
from scipy.spatial.transform import Rotation

from scripts.transforms import MatchGridd
from scripts.transforms.match_grid import match_grid


def oblique_affine(spacing=(0.7, 1.3, 2.0), order=(2, 0, 1), signs=(-1, 1, 1)):
    """A rotated, anisotropic grid with permuted axes, left-handed for these signs."""
    axes = np.eye(3)[:, list(order)] * signs
    affine = np.eye(4)
    affine[:3, :3] = Rotation.from_euler("xyz", [10, -15, 20], degrees=True).as_matrix() @ axes * spacing
    affine[:3, 3] = [12, -40, 7]
    return affine


def numbered(shape=(5, 6, 7), channels=1, affine=None, dtype=torch.int32):
    """Every voxel holds a value of its own."""
    values = torch.arange(channels * np.prod(shape), dtype=dtype).reshape(channels, *shape)
    return MetaTensor(values, affine=torch.as_tensor(oblique_affine() if affine is None else affine))


@pytest.mark.parametrize(
    "turn",
    [
        lambda volume: volume,
        Flip(1),
        Orientation("RAS", labels=(("L", "R"), ("P", "A"), ("I", "S"))),
        Orientation("SPL", labels=(("L", "R"), ("P", "A"), ("I", "S"))),
        SpatialCrop(roi_start=(1, 2, 0), roi_end=(4, 5, 6)),
        lambda volume: SpatialCrop(roi_start=(1, 0, 2), roi_end=(4, 5, 6))(Flip((0, 2))(volume)),
    ],
)
def test_turned_flipped_and_cropped_grids_are_matched_exactly(turn):
    maps = numbered(channels=2)
    image = turn(numbered(channels=2))
    matched = match_grid(maps, image)
    assert torch.equal(matched.as_tensor(), image.as_tensor())
    assert matched.dtype == torch.int32
    assert torch.allclose(matched.affine, image.affine)


def test_unsigned_bytes_keep_their_type_and_values():
    maps = numbered((4, 4, 4), dtype=torch.uint8)
    matched = match_grid(maps, Flip(0)(maps))
    assert matched.dtype == torch.uint8 and torch.equal(matched.as_tensor(), maps.as_tensor().flip(1))


def test_beyond_the_maps_lies_the_padding_value():
    maps = numbered((3, 3, 3), affine=np.eye(4), dtype=torch.uint8)
    larger = np.eye(4)
    larger[:3, 3] = [-1, 0, 1]
    matched = match_grid(maps, MetaTensor(torch.zeros(1, 5, 3, 3), affine=torch.as_tensor(larger)), 255)
    expected = torch.full((5, 3, 3), 255, dtype=torch.uint8)
    expected[1:4, :, :2] = maps[0, :, :, 1:].as_tensor()
    assert torch.equal(matched[0].as_tensor(), expected)


def test_a_coarser_grid_takes_the_nearest_voxels():
    maps = numbered((9, 4, 4), affine=np.eye(4))
    image = Spacing((2.0, 1.0, 1.0))(maps.float())
    assert torch.equal(match_grid(maps, image).as_tensor(), maps[:, ::2].as_tensor())


def test_a_finer_grid_repeats_voxels_and_midway_takes_the_lower():
    maps = numbered((3, 2, 2), affine=np.diag([2.0, 1, 1, 1]))
    image = Spacing((1.0, 1.0, 1.0))(maps.float())
    assert torch.equal(match_grid(maps, image).as_tensor(), maps[:, [0, 0, 1, 1, 2]].as_tensor())


def test_agrees_with_where_the_image_was_resampled_to():
    """A smooth image and a map of its values stay in step, whatever was done to the image."""
    maps = numbered((20, 22, 24))
    where = np.stack(np.meshgrid(*map(np.arange, maps.shape[1:]), indexing="ij"))
    image = MetaTensor(torch.as_tensor(where, dtype=torch.float32), affine=maps.affine)
    image = Orientation("RAS", labels=(("L", "R"), ("P", "A"), ("I", "S")))(image)
    image = Spacing((1.1, 1.1, 1.1))(image)
    image = CropForeground(select_fn=lambda x: x > 4, margin=1)(image)
    matched = match_grid(maps, image, -1)[0].numpy()
    found = np.stack(np.unravel_index(np.maximum(matched, 0), maps.shape[1:]))
    distance = np.abs(found - np.asarray(image))[:, matched >= 0]
    assert (matched >= 0).mean() > 0.7
    assert distance.max() <= 0.5 + 2e-3


def test_grids_that_are_turned_against_each_other():
    """No axis is parallel: the centre of each voxel of the target lies in the voxel that was taken."""
    maps = numbered((8, 9, 10), channels=2, affine=np.eye(4), dtype=torch.uint8)
    target = oblique_affine(spacing=(1.0, 1.0, 1.0), order=(0, 1, 2), signs=(1, 1, 1))
    target[:3, 3] = [2, 1, 1]
    image = MetaTensor(torch.zeros(1, 7, 7, 7), affine=torch.as_tensor(target))
    matched = match_grid(maps, image, 255).numpy()
    index = np.stack(np.meshgrid(*[np.arange(7)] * 3, indexing="ij")).reshape(3, -1)
    source = np.rint(target[:3, :3] @ index + target[:3, 3:]).astype(int)
    inside = ((source >= 0) & (source < np.array([[8], [9], [10]]))).all(axis=0)
    values = np.asarray(maps)[:, *np.where(inside, source, 0)]
    assert np.array_equal(matched.reshape(2, -1), np.where(inside, values, 255))
    assert 0.5 < inside.mean() < 1


def test_a_grid_that_differs_by_rounding_is_the_same():
    maps = numbered((30, 30, 30))
    image = numbered((30, 30, 30), affine=oblique_affine() + np.random.default_rng(0).normal(0, 1e-5, (4, 4)))
    image.affine[3] = torch.tensor([0, 0, 0, 1.0])
    assert torch.equal(match_grid(maps, image).as_tensor(), maps.as_tensor())


def test_each_key_has_its_padding_value():
    image = MetaTensor(torch.zeros(1, 3, 2, 2), affine=torch.eye(4))
    case = {key: MetaTensor(torch.ones(1, 2, 2, 2, dtype=torch.uint8)) for key in ("positive", "negative")}
    case["positive"].meta |= {"filename_or_obj": "drawing.nrrd", "space": "left"}
    matched = MatchGridd(["positive", "negative"], to="image", padding_values=[255, 0])({"image": image, **case})
    assert matched["positive"][0, :, 0, 0].tolist() == [1, 1, 255]
    assert matched["negative"][0, :, 0, 0].tolist() == [1, 1, 0]
    assert matched["positive"].meta["filename_or_obj"] == "drawing.nrrd"


def test_keys_that_a_case_lacks_keep_the_padding_values_of_the_others():
    image = MetaTensor(torch.zeros(1, 3, 2, 2), affine=torch.eye(4))
    case = {"image": image, "reference": MetaTensor(torch.ones(1, 2, 2, 2, dtype=torch.uint8))}
    match = MatchGridd(["boxes", "reference"], padding_values=[0, 255], allow_missing_keys=True)
    matched = match(case)
    assert matched.keys() == case.keys() and matched["reference"][0, :, 0, 0].tolist() == [1, 1, 255]
    with pytest.raises(KeyError, match="boxes"):
        MatchGridd(["boxes", "reference"], padding_values=[0, 255])(case)


@pytest.mark.parametrize("turned", [False, True], ids=["parallel", "turned"])
def test_many_layers_of_large_numbers_stay_exact(turned):
    rng = np.random.default_rng(0)
    numbers = torch.as_tensor(rng.integers(0, 32768, (12, 6, 7, 8)), dtype=torch.int16)
    target = np.eye(4)
    if turned:
        target[:3, :3] = Rotation.from_euler("z", 30, degrees=True).as_matrix()
        target[:3, 3] = [2, 0.3, 1]
    image = MetaTensor(torch.zeros(1, 4, 4, 4), affine=torch.as_tensor(target))
    matched = match_grid(MetaTensor(numbers, affine=torch.eye(4)), image, 0)
    assert matched.dtype == torch.int16
    index = np.rint(np.indices((4, 4, 4)).reshape(3, -1).T @ target[:3, :3].T + target[:3, 3]).astype(int).T
    inside = ((index >= 0) & (index < np.array([[6], [7], [8]]))).all(axis=0)
    values = numbers.numpy()[:, *np.where(inside, index, 0)]
    assert np.array_equal(matched.numpy().reshape(12, -1), np.where(inside, values, 0))


def test_works_on_pictures():
    maps = numbered((4, 5), affine=np.eye(3))
    assert torch.equal(match_grid(maps, Flip(1)(maps)).as_tensor(), maps.as_tensor().flip(2))


def test_agrees_with_monai_where_no_voxel_lies_midway():
    maps = numbered((9, 8, 7), dtype=torch.int32)
    target = oblique_affine(spacing=(0.74, 1.21, 2.26))
    shape = (8, 7, 6)
    expected = SpatialResample("nearest", "border")(maps, torch.as_tensor(target), shape)
    image = MetaTensor(torch.zeros(1, *shape), affine=torch.as_tensor(target))
    assert torch.equal(match_grid(maps, image).float().as_tensor(), expected.as_tensor())
