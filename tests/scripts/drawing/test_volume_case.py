from dataclasses import replace

import nibabel as nib
import numpy as np
import pytest
from nibabel.orientations import axcodes2ornt, io_orientation

from scripts.drawing import case_seed, synthesise_drawing
from scripts.drawing.mask_folder import MaskedImage
from scripts.drawing.plan import DrawingPlan
from scripts.drawing.volume_case import draw_volume

PLAN = DrawingPlan({"a": 1, "b": 2}, background=0.5)
# First axis to the back, second down, third to the right; 2 mm from slice to slice, turned by a little.
TURN = np.array([[np.cos(0.1), -np.sin(0.1), 0], [np.sin(0.1), np.cos(0.1), 0], [0, 0, 1]])
AFFINE = np.eye(4)
AFFINE[:3, :3] = TURN @ np.array([[0, 0, 2.0], [-1, 0, 0], [0, -1, 0]])
AFFINE[:3, 3] = (-10, 20, 30)


@pytest.fixture
def case(tmp_path):
    x, y, z = np.indices((30, 24, 12), sparse=True)
    inside = ((x - 15) / 9) ** 2 + ((y - 12) / 7) ** 2 + ((z - 6) / 4) ** 2 <= 1
    mask = np.where(inside, np.where(x < 15, 1, 2), 0).astype(np.uint8)
    image = (1000 * inside + np.random.default_rng(0).normal(0, 50, mask.shape)).astype(np.float32)
    for name, values in (("image", image), ("mask", mask), ("view", np.broadcast_to(x < 25, mask.shape))):
        nib.save(
            nib.Nifti1Image(values.astype(np.float32 if name == "image" else np.uint8), AFFINE),
            tmp_path / f"{name}.nii",
        )
    return MaskedImage("c", *(tmp_path / f"{name}.nii" for name in ("image", "mask")))


def _draw(case, plan, tmp_path, preview=False):
    statistics, pictures = draw_volume(case, plan, tmp_path / "out.nii.gz", preview)
    return statistics, pictures, nib.load(tmp_path / "out.nii.gz")


def test_the_drawing_is_on_the_mask_s_grid(case, tmp_path):
    statistics, _, image = _draw(case, PLAN, tmp_path)
    mask = nib.load(case.mask)
    np.testing.assert_allclose(image.affine, mask.affine, atol=1e-5)
    np.testing.assert_allclose(image.get_qform(), mask.affine, atol=1e-4)
    assert image.shape == mask.shape and image.get_data_dtype() == np.uint8
    expected = synthesise_drawing(
        np.asarray(mask.dataobj),
        ratio=0.3,
        seed=case_seed(0, "c"),
        classes=PLAN.classes,
        spacing=(1, 1, 2),
        background=0.5,
    )
    assert statistics == expected.statistics
    np.testing.assert_array_equal(np.asarray(image.dataobj), expected.label)


def test_the_same_seed_gives_the_same_bytes(case, tmp_path):
    first, second = tmp_path / "first.nii.gz", tmp_path / "second.nii.gz"
    for path in (first, second):
        draw_volume(case, PLAN, path, False)
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("plane, axis", [("coronal", 0), ("axial", 1), ("sagittal", 2)])
def test_the_plane_is_the_patient_s_whatever_the_array_s_axes(case, tmp_path, plane, axis):
    np.testing.assert_array_equal(io_orientation(AFFINE), axcodes2ornt("PIR"))
    statistics, _, image = _draw(case, replace(PLAN, every=4, plane=plane), tmp_path)
    assert statistics["slice_axis"] == axis
    drawn = np.flatnonzero(np.asarray(image.dataobj).any(axis=tuple({0, 1, 2} - {axis})))
    assert set(np.diff(drawn)) == {4}


def test_nothing_is_drawn_outside_the_field_of_view_and_on_ignored_voxels(case, tmp_path):
    case = replace(case, field_of_view=tmp_path / "view.nii")
    label = np.asarray(_draw(case, replace(PLAN, classes={"a": 1}, ignored=2), tmp_path)[2].dataobj)
    assert not label[25:].any() and not label[np.asarray(nib.load(case.mask).dataobj) == 2].any()


def test_a_sheared_grid_is_kept_too(case, tmp_path):
    affine = AFFINE.copy()
    affine[2, 2] = 0.6
    for path in (case.image, case.mask):
        nib.save(nib.Nifti1Image(np.asarray(nib.load(path).dataobj).copy(), affine), path)
    image = _draw(case, PLAN, tmp_path)[2]
    np.testing.assert_allclose(image.affine, affine, atol=1e-5)
    assert image.header["qform_code"] == 0


def test_preview_shows_the_slice_with_most_drawing(case, tmp_path):
    picture, overlay = _draw(case, replace(PLAN, plane="sagittal"), tmp_path, preview=True)[1]
    # 30 mm from back to front, 24 mm high
    assert picture.shape == overlay.shape == (480, 600, 3)
    green, cyan = (overlay[..., 1] > 100) & (overlay[..., 0] < 100), overlay[..., 2] > 130
    assert (green & ~cyan).any() and (green & cyan).any()
    assert np.ptp(picture) > 200
