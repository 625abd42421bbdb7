"""What is shown of a case: rows first, enlarged, of a volume one slice."""

import numpy as np
import torch
from monai.data import MetaTensor

from scripts.handlers.case_scene import CaseScene, as_array, box_edges, scene_colour
from scripts.handlers.overlay import GREEN


def test_a_picture_is_enlarged_with_its_columns_across():
    image = torch.rand(3, 8, 4)
    scene = CaseScene(image, np.zeros((8, 4)), np.zeros((8, 4)))
    assert scene.picture.shape == (240, 480, 3) and scene.slice_name == ""
    marked = np.zeros((8, 4), dtype=np.uint8)
    marked[7, 0] = 5
    shown = scene.map(marked)
    assert shown[0, -1] == 5 and shown[-1, 0] == 0 and set(np.unique(shown)) == {0, 5}
    assert 0 < scene.values(marked / 5.0)[40, -61] < 1


def test_of_a_volume_the_slice_is_shown_on_which_most_was_found():
    found = np.zeros((6, 5, 4), dtype=np.uint8)
    found[1:4, 1:3, 2] = 1
    image = MetaTensor(torch.rand(1, 6, 5, 4), affine=torch.eye(4))
    scene = CaseScene(image, found, found)
    assert "3 of 4" in scene.slice_name
    assert (scene.map(found) == 1).any()


def test_edges_of_boxes_that_touch_are_apart():
    numbers = np.zeros((5, 7), dtype=np.int16)
    numbers[1:4, 0:3], numbers[1:4, 3:6] = 1, 2
    expected = numbers > 0
    expected[2, [1, 4]] = False
    assert (box_edges(numbers) == expected).all()


def test_one_class_is_green_and_several_differ():
    assert scene_colour(1, 2) == GREEN
    assert scene_colour(1, 3) != scene_colour(2, 3)


def test_arrays_have_no_metadata():
    array = as_array(MetaTensor(torch.ones(2, 2)))
    assert type(array) is np.ndarray and array.sum() == 4
