import numpy as np
import pytest
from PIL import Image

from bundle.benchmarking.half_size import halve_image, halve_labels, halve_mask


def test_an_image_is_the_mean_of_four():
    picture = Image.fromarray(np.array([[[0] * 3, [40] * 3], [[80] * 3, [120] * 3]], dtype=np.uint8))
    assert np.asarray(halve_image(picture)).tolist() == [[[60, 60, 60]]]


def test_labels_have_no_new_values():
    labels = np.random.default_rng(0).choice(np.array([0, 3, 11], dtype=np.uint8), size=(30, 41))
    halved = np.asarray(halve_labels(Image.fromarray(labels)))
    assert halved.shape == (15, 20) and set(np.unique(halved)) <= {0, 3, 11}


@pytest.mark.parametrize("value", [1, 255])
def test_a_mask_keeps_a_line_of_one_pixel(value):
    mask = np.zeros((20, 20), dtype=np.uint8)
    mask[7] = value
    halved = np.asarray(halve_mask(Image.fromarray(mask)))
    assert halved[3].tolist() == [255] * 10 and halved.sum() == 2550


def test_a_mask_of_one_pixel_in_four_is_lost():
    mask = np.zeros((4, 4), dtype=np.uint8)
    mask[0, 0] = 255
    assert not np.asarray(halve_mask(Image.fromarray(mask))).any()


def test_a_single_pixel_stays_one():
    assert halve_mask(Image.fromarray(np.full((1, 1), 255, dtype=np.uint8))).size == (1, 1)
