import numpy as np
import pytest
from PIL import Image

from scripts.boxes.mask_values import sort_mask_values
from scripts.drawing.mask_folder import read_plane
from scripts.errors import DataError


@pytest.fixture
def masks(tmp_path):
    """Two masks with the values 0, 1, 8, 9 and 2, 10, 11."""
    for name, values in (("a", [0, 1, 8, 9]), ("b", [2, 2, 10, 11])):
        Image.fromarray(np.array([values], dtype=np.uint8)).save(tmp_path / f"{name}.png")
    return [tmp_path / "a.png", tmp_path / "b.png"]


def test_all_other_values_are_background(masks):
    classes, background = sort_mask_values(masks, ["car", "person"], [(8,), (10, 9)], 11, read_plane)
    assert classes == {"car": (8,), "person": (9, 10)}
    assert background == (0, 1, 2)


def test_zero_may_be_a_class(masks):
    classes, background = sort_mask_values(masks, ["sky"], [(0,)], 11, read_plane)
    assert classes == {"sky": (0,)} and background == (1, 2, 8, 9, 10)


def test_a_single_class_is_what_is_not_zero(tmp_path):
    Image.fromarray(np.array([[0, 255]], dtype=np.uint8)).save(tmp_path / "a.png")
    assert sort_mask_values([tmp_path / "a.png"], ["cell"], [], None, read_plane) == ({"cell": (255,)}, (0,))


@pytest.mark.parametrize(
    "names, values, ignored, messages",
    [
        (["car"], [], None, ["must hold two values"]),
        (["car", "person"], [], None, ["need --mask-value once per --class-name"]),
        (["car", "person"], [(8,)], None, ["2 class name(s), but 1 mask value(s)"]),
        (
            ["Background", "not car", "car", "CAR"],
            [(8,)] * 4,
            None,
            ['"Background"', '"not car"', "twice", "different"],
        ),
        (["car"], [(8, 11)], 11, ["must be different"]),
        (["car"], [(256,)], None, ["within 0..255"]),
        (["car", "bus", "van"], [(8,), (7,), (6,)], None, ['"bus" occurs in no mask', '"van" occurs', "[7]", "9, 10"]),
    ],
)
def test_all_mistakes_are_listed(masks, names, values, ignored, messages):
    with pytest.raises(DataError) as error:
        sort_mask_values(masks, names, values, ignored, read_plane)
    assert all(message in str(error.value) for message in messages), error.value


def test_values_beyond_a_byte(tmp_path):
    Image.fromarray(np.array([[0, 1000]], dtype=np.uint16)).save(tmp_path / "a.png")
    with pytest.raises(DataError, match="a.png holds 1000; expected values within"):
        sort_mask_values([tmp_path / "a.png"], ["cell"], [(1,)], None, read_plane)
