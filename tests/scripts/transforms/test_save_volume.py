"""Segmentations as files that overlay their volume."""

import nibabel as nib
import numpy as np
import pytest
import torch
from monai.data import MetaTensor
from monai.transforms import SaveImaged
from volume_files import write_volume

from scripts.errors import DataError
from scripts.transforms import SaveVolumed

AFFINE = np.diag([-1.0, 2.0, 3.0, 1.0])


def case(tmp_path, pred):
    source = write_volume(tmp_path / "liver.nii.gz", np.zeros((3, 4, 5), np.int16), AFFINE)
    image = MetaTensor(torch.zeros(1, 3, 4, 5), affine=torch.as_tensor(AFFINE), meta={"filename_or_obj": str(source)})
    return {"image": image, "pred": pred}


def on_grid(values):
    return MetaTensor(values, affine=torch.as_tensor(AFFINE))


@pytest.mark.parametrize("kind", [torch.uint8, torch.float32, torch.int64])
def test_writes_class_indices_under_the_name_of_the_image(tmp_path, kind):
    pred = (torch.arange(60) % 3).reshape(1, 3, 4, 5).to(kind)
    given = case(tmp_path, on_grid(pred))
    passed = SaveVolumed("pred", str(tmp_path / "out"))(given)
    saved = nib.load(tmp_path / "out" / "liver_seg.nii.gz")
    assert saved.get_data_dtype() == np.uint8
    assert np.array_equal(np.asarray(saved.dataobj), pred[0].numpy())
    assert np.array_equal(saved.affine, AFFINE)
    assert passed["pred"] is given["pred"]


def test_the_name_may_come_from_the_map_itself_and_the_postfix_be_chosen(tmp_path):
    given = case(tmp_path, on_grid(torch.ones(1, 3, 4, 5)))
    given["pred"].meta["filename_or_obj"] = given.pop("image").meta["filename_or_obj"]
    SaveVolumed("pred", str(tmp_path), output_postfix="mask")(given)
    assert (tmp_path / "liver_mask.nii.gz").is_file()


def test_a_plain_tensor_counts_as_on_the_grid_if_its_size_fits(tmp_path):
    SaveVolumed("pred", str(tmp_path))(case(tmp_path, torch.ones(1, 3, 4, 5)))
    assert (tmp_path / "liver_seg.nii.gz").is_file()


def test_servers_know_it_as_a_transform_that_saves():
    assert isinstance(SaveVolumed("pred", "out"), SaveImaged)


@pytest.mark.parametrize(
    ("pred", "expected"),
    [
        (torch.ones(1, 3, 4, 6), "not on the grid of its image"),
        (torch.ones(2, 3, 4, 5), "AsDiscreted"),
        (torch.full((1, 3, 4, 5), 0.5), "AsDiscreted"),
        (torch.full((1, 3, 4, 5), 256), "AsDiscreted"),
        (torch.full((1, 3, 4, 5), -1), "AsDiscreted"),
    ],
)
def test_what_is_no_segmentation_of_the_image_is_refused(tmp_path, pred, expected):
    with pytest.raises(DataError, match=f"liver.nii.gz: .*{expected}"):
        SaveVolumed("pred", str(tmp_path))(case(tmp_path, on_grid(pred)))
    assert not (tmp_path / "liver_seg.nii.gz").exists()
