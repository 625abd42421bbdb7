"""Volumes on one voxel spacing, or on their own grid."""

import pytest
import torch
from monai.data import MetaTensor
from monai.transforms import Invertd

from scripts.errors import SettingError
from scripts.transforms import ResampleSpacingd


def case():
    ramp = torch.arange(9.0)[None, :, None, None].expand(1, 9, 7, 5).clone()
    volume = MetaTensor(ramp, affine=torch.diag(torch.tensor([1.0, 2.0, 3.0, 1.0]).double()))
    volume.meta["filename_or_obj"] = "x.nii.gz"
    return {"image": volume, "image_path": "x.nii.gz", 7: "a key that is no text"}


def test_resamples_beside_items_that_are_no_metadata():
    result = ResampleSpacingd("image", [2.0, 2.0, 2.0])(case())
    assert result["image"].shape == (1, 5, 7, 7)
    assert result["image"].affine.diag().tolist() == [2.0, 2.0, 2.0, 1.0]
    assert torch.allclose(result["image"][0, :, 0, 0].as_tensor(), torch.arange(0.0, 9.0, 2.0))
    assert list(result) == ["image", "image_path", 7] and result["image_path"] == "x.nii.gz"


@pytest.mark.parametrize("spacing", [[2.0, 2.0, 2.0], None])
def test_a_prediction_goes_back_to_the_grid_of_its_image(spacing):
    given = case()
    resample = ResampleSpacingd("image", spacing)
    processed = resample(given)
    processed["pred"] = processed["image"].clone()
    back = Invertd("pred", resample, orig_keys="image", nearest_interp=False)(processed)["pred"]
    assert torch.allclose(back.as_tensor(), given["image"].as_tensor(), atol=1e-5)
    assert torch.allclose(back.affine, given["image"].affine)
    assert back.applied_operations == []


def test_without_a_spacing_the_volume_stays_as_it_is():
    given = case()
    assert ResampleSpacingd("image", None)(given)["image"] is given["image"]


@pytest.mark.parametrize(
    "spacing", [[1.0, 1.0], [1.0, 1.0, 0.0], [1.0, -1.0, 1.0], [1, 1, float("nan")], 1.0, "1,1,1", [1, 1, None], True]
)
def test_spacings_that_cannot_be_meant(spacing):
    with pytest.raises(SettingError, match="`spacing` must be null .* or three numbers above 0"):
        ResampleSpacingd("image", spacing)
