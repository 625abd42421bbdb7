"""The dictionary transform that loads label maps."""

import numpy as np
import pytest
from monai.transforms import (
    Compose,
    CropForegroundd,
    EnsureChannelFirstd,
    LoadImaged,
    Orientationd,
    Spacingd,
)
from PIL import Image
from volume_files import write_dicom_series, write_volume

from scripts.errors import DataError
from scripts.transforms import LoadLabelMapd
from scripts.volumes import VolumeReader

AFFINE = np.array([[-1.5, 0, 0, 20], [0, 1.5, 0, -30], [0, 0, 3, 7], [0, 0, 0, 1]])
LABEL = np.zeros((12, 10, 8), dtype=np.uint8)
LABEL[3:6, 2:5, 4:6] = 2


def process_image(path):
    """As in a training, up to where labels are loaded."""
    steps = [
        LoadImaged("image", reader=VolumeReader()),
        EnsureChannelFirstd("image"),
        Orientationd("image", axcodes="RAS", labels=None),
        Spacingd("image", pixdim=(1, 1, 1)),
        CropForegroundd("image", source_key="image"),
    ]
    return Compose(steps)({"image": str(path)})["image"]


def test_loads_what_a_case_has_and_remembers_the_file(tmp_path):
    Image.fromarray(np.eye(4, 6, dtype=np.uint8)).save(tmp_path / "a.png")
    loaded = LoadLabelMapd(["label", "field_of_view"])({"label": str(tmp_path / "a.png"), "image_path": "x.png"})
    assert loaded["label"].shape == (1, 6, 4)
    assert loaded["label"].meta["filename_or_obj"].endswith("a.png")
    assert "field_of_view" not in loaded and loaded["image_path"] == "x.png"


@pytest.mark.parametrize(("image", "label"), [("nii.gz", "nrrd"), ("mha", "nii.gz"), ("nrrd", "mha")])
def test_a_label_volume_stays_on_its_own_grid(tmp_path, image, label):
    write_volume(tmp_path / f"image.{image}", LABEL.astype(np.float32), AFFINE)
    write_volume(tmp_path / f"label.{label}", LABEL, AFFINE)
    case = {"image": process_image(tmp_path / f"image.{image}"), "label": str(tmp_path / f"label.{label}")}
    loaded = LoadLabelMapd("label", spatial_dims=3)(case)["label"]
    assert tuple(case["image"].shape[1:]) != LABEL.shape
    assert (loaded.numpy()[0] == LABEL).all() and loaded.numpy().dtype == np.uint8
    np.testing.assert_allclose(loaded.affine, AFFINE)
    np.testing.assert_allclose(loaded.meta["original_affine"], AFFINE)
    assert loaded.meta["spatial_shape"] == LABEL.shape
    assert loaded.meta["filename_or_obj"] == case["label"]


def test_what_a_case_does_not_have_may_be_none():
    assert LoadLabelMapd(["label", "reference"])({"label": None, "image_path": "x.png"})["label"] is None


@pytest.mark.parametrize("key", ["label", "field_of_view", "reference"])
def test_another_grid_than_the_processed_image_is_refused(tmp_path, key):
    write_volume(tmp_path / "image.nii.gz", LABEL.astype(np.float32), AFFINE)
    write_volume(tmp_path / "label.nii.gz", LABEL, AFFINE)
    write_volume(tmp_path / "flipped.nii.gz", LABEL[::-1], AFFINE @ [[-1, 0, 0, 11], *np.eye(4)[1:]])
    case = {"image": process_image(tmp_path / "image.nii.gz"), "label": str(tmp_path / "label.nii.gz")}
    case[key] = str(tmp_path / "flipped.nii.gz")
    with pytest.raises(DataError, match="flipped.nii.gz: .* image .*image.nii.gz: its axis R-L is stored flipped"):
        LoadLabelMapd(["label", "field_of_view", "reference"], spatial_dims=3)(case)


def test_an_image_that_is_not_loaded_is_looked_at_all_the_same(tmp_path):
    case = {
        "scan": write_dicom_series(tmp_path / "ct", LABEL.astype(np.int16), np.diag([-1.0, -1, 2, 1])),
        "label": write_volume(tmp_path / "label.nrrd", LABEL, np.diag([-1.0, -1, 2, 1])),
    }
    assert LoadLabelMapd("label", 3, image_key="scan")(case)["label"].shape == (1, *LABEL.shape)
    case["label"] = write_volume(tmp_path / "label.nrrd", LABEL[:-1], np.diag([-1.0, -1, 2, 1]))
    with pytest.raises(DataError, match="label.nrrd: .*ct: its size is 11 x 10 x 8 voxels instead of 12 x 10 x 8"):
        LoadLabelMapd("label", 3, image_key="scan")(case)


def test_without_an_image_there_is_nothing_to_fit(tmp_path):
    label = write_volume(tmp_path / "label.nii.gz", LABEL, AFFINE)
    assert LoadLabelMapd("label", spatial_dims=3)({"label": label})["label"].shape == (1, *LABEL.shape)
