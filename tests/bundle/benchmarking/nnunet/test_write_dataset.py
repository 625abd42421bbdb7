import json

import nibabel as nib
import numpy as np
import pytest
from PIL import Image
from tests_support import VOLUME_AFFINE, write_dataset, write_volume_dataset

from bundle.benchmarking.nnunet.write_dataset import TEST_CASES
from bundle.benchmarking.nnunet.write_dataset import write_dataset as write_nnunet
from scripts.errors import DataError

TABLES = {"labels": {"vessel": 1}, "dense_labels": {"background": 0, "vessel": 1}}
VOLUME = ("background", "anterior", "posterior")


def pixels(path):
    return np.asarray(Image.open(path))


@pytest.fixture
def pictures(tmp_path):
    write_dataset(tmp_path / "data")
    write_nnunet(tmp_path / "data" / "datalist.json", tmp_path / "raw", ("background", "vessel"), TABLES)
    return tmp_path / "data", tmp_path / "raw"


def test_pictures_keep_their_pixels(pictures):
    data, raw = pictures
    for part, name, source in (("imagesTr", "train_0002", "training2"), ("imagesTs", "test_0001", "test1")):
        assert (pixels(raw / part / f"{name}_0000.png") == pixels(data / "images" / f"{source}.png")).all()


def test_with_two_classes_a_negative_stroke_is_background_and_the_rest_is_ignored(pictures):
    data, raw = pictures
    drawn, label = pixels(data / "drawings" / "training1.png"), pixels(raw / "labelsTr" / "train_0001.png")
    assert (label == np.array([2, 1, 0])[drawn]).all() and set(np.unique(label)) == {0, 1, 2}


def test_what_nnunet_is_told(pictures):
    data, raw = pictures
    told = json.loads((raw / "dataset.json").read_text())
    assert told["labels"] == {"background": 0, "vessel": 1, "ignore": 2} and told["numTraining"] == 4
    assert told["channel_names"] == {"0": "R", "1": "G", "2": "B"} and told["file_ending"] == ".png"
    cases = json.loads((raw / TEST_CASES).read_text())
    assert cases == {f"test_000{k}": str((data / "images" / f"test{k}.png").resolve()) for k in (0, 1)}


def test_what_lies_outside_the_field_of_view_is_ignored(tmp_path):
    write_dataset(tmp_path)
    view = np.zeros((60, 72), dtype=np.uint8)
    view[:, :36] = 255
    Image.fromarray(view).save(tmp_path / "view.png")
    content = json.loads((tmp_path / "datalist.json").read_text())
    content["training"][0]["field_of_view"] = "view.png"
    (tmp_path / "datalist.json").write_text(json.dumps(content))
    write_nnunet(tmp_path / "datalist.json", tmp_path / "raw", ("background", "vessel"), TABLES)
    label = pixels(tmp_path / "raw" / "labelsTr" / "train_0000.png")
    assert (label[:, 36:] == 2).all() and (label[:, :36] != 2).any()


def test_among_several_classes_a_negative_stroke_says_nothing(tmp_path):
    data, raw = write_volume_dataset(tmp_path / "data"), tmp_path / "raw"
    write_nnunet(data / "datalist.json", raw, VOLUME, {}, spatial_dims=3)
    stored = nib.load(raw / "labelsTr" / "train_0000.nii.gz")
    drawn = np.asarray(nib.load(data / "drawings" / "training0.nii.gz").dataobj)
    # anterior, not anterior, posterior, not posterior, background
    assert (np.asarray(stored.dataobj) == np.array([3, 1, 3, 2, 3, 0])[drawn]).all()
    image = nib.load(raw / "imagesTs" / "test_0000_0000.nii.gz")
    assert np.allclose(image.affine, VOLUME_AFFINE, atol=1e-5) and np.allclose(stored.affine, VOLUME_AFFINE, atol=1e-5)
    assert np.allclose(image.get_fdata(), nib.load(data / "images" / "test0.nii.gz").get_fdata())
    told = json.loads((raw / "dataset.json").read_text())
    assert told["overwrite_image_reader_writer"] == "NibabelIO" and told["labels"]["ignore"] == 3


def test_a_case_without_a_drawing_is_refused(tmp_path):
    write_dataset(tmp_path)
    content = json.loads((tmp_path / "datalist.json").read_text())
    del content["training"][1]["label"]
    content["training"][1]["boxes"] = [{"class": "vessel", "box": [1, 1, 9, 9]}]
    (tmp_path / "datalist.json").write_text(json.dumps(content))
    with pytest.raises(DataError, match="training1.png: has no drawing"):
        write_nnunet(tmp_path / "datalist.json", tmp_path / "raw", ("background", "vessel"), TABLES)
