"""Thumbnails of measured cases."""

import numpy as np
import pytest
from PIL import Image

from scripts.checking.measure_image import MeasuredImage
from scripts.checking.measure_label import MeasuredLabel
from scripts.checking.measure_table import ValueMeaning, case_table
from scripts.checking.measure_thumbnail import _slice_index, _slice_picture, save_thumbnail
from scripts.checking.record import ImageFacts, LabelFacts

CLASSES = ["background", "vessel"]
TABLE = case_table({"labels": {"vessel": 1, "not vessel": 2, "background": 3}}, CLASSES, dense=False)


def drawn(array):
    return MeasuredLabel(LabelFacts("/data/l", size=list(array.shape)), array, ValueMeaning.of(TABLE, [0, 1, 2, 3]))


@pytest.fixture
def picture():
    return MeasuredImage(ImageFacts("/data/a.png", size=[40, 20]), small=np.full((40, 20, 3), 90, np.uint8))


def test_a_picture_with_its_drawing(tmp_path, picture):
    label = np.zeros((40, 20), dtype=np.uint8)
    label[:20] = 1
    name = save_thumbnail(tmp_path, picture, drawn(label), [], CLASSES)
    pixels = np.asarray(Image.open(tmp_path / name))
    middle = pixels.shape[0] // 2
    assert np.abs(pixels[middle, -20] - 90.0).max() < 3 and pixels[middle, 20, 1] > 150
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_the_name_follows_from_the_paths(tmp_path, picture):
    label = drawn(np.zeros((40, 20), np.uint8))
    assert save_thumbnail(tmp_path / "a", picture, label, [], CLASSES) == save_thumbnail(
        tmp_path / "b", picture, label, [], CLASSES
    )
    assert save_thumbnail(tmp_path, picture, None, [], CLASSES) != save_thumbnail(tmp_path, picture, label, [], CLASSES)


def test_a_label_of_another_size_is_left_out(tmp_path, picture):
    assert save_thumbnail(tmp_path, picture, drawn(np.ones((7, 9), np.uint8)), [], CLASSES)


def test_without_an_image_there_is_none(tmp_path):
    assert save_thumbnail(tmp_path, MeasuredImage(ImageFacts("/data/a.png")), None, [], CLASSES) == ""


def test_a_volume(tmp_path):
    volume = np.random.default_rng(0).normal(size=(12, 10, 6)).astype(np.float32)
    image = MeasuredImage(ImageFacts("/data/a.nii", size=[12, 10, 6]), volume=volume)
    label = np.zeros((12, 10, 6), dtype=np.uint8)
    label[2:5, 2:5, 4] = 1
    boxes = [{"class": "vessel", "box": [1, 1, 3, 6, 6, 6]}]
    assert (tmp_path / save_thumbnail(tmp_path, image, drawn(label), boxes, CLASSES)).stat().st_size > 0


def test_the_slice_with_most_that_is_not_background():
    label = np.full((4, 4, 6), 3, dtype=np.uint8)
    label[0, 0, 1] = 1
    label[:2, 0, 4] = 2
    assert _slice_index(6, drawn(label), []) == 4
    label[label != 3] = 3
    label[..., :2] = 0
    assert _slice_index(6, drawn(label), []) == 2
    assert _slice_index(6, drawn(np.zeros((4, 4, 6), np.uint8)), [{"class": "vessel", "box": [0, 0, 1, 1, 1, 2]}]) == 1
    assert _slice_index(6, None, []) == 3


def test_intensities_are_scaled_by_those_of_the_volume():
    volume = np.zeros((10, 10, 10), dtype=np.float32)
    volume[:, :5] = 400
    volume[0, 0, 0], volume[9, 9, 9] = 1e6, np.nan
    picture, factor = _slice_picture(volume, 5)
    assert factor == 1 and picture.shape == (10, 10, 3)
    assert (picture[:, :5] >= 254).all() and (picture[:, 5:] == 0).all()
