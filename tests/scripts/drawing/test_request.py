import numpy as np
import pytest

from scripts.drawing.request import DrawingRequest, drawing_labels

MASK = np.zeros((4, 5, 6), dtype=np.uint8)


def test_label_table_with_background():
    assert drawing_labels(["a", "b"], background=True) == {"a": 1, "not a": 2, "b": 3, "not b": 4, "background": 5}


@pytest.mark.parametrize(
    "mask, arguments, error, spacing",
    [
        (MASK[0], {}, 2.0, None),
        (MASK[0], {"spacing": (1, 2)}, 1.5, (1.0, 2.0)),
        (MASK, {}, 1.5, (1.0, 1.0, 1.0)),
        (MASK, {"error": 3.0, "spacing": np.array([1, 1, 5])}, 3.0, (1.0, 1.0, 5.0)),
    ],
)
def test_pixels_in_2d_and_mm_with_a_spacing_or_in_3d(mask, arguments, error, spacing):
    request = DrawingRequest.check(mask, ratio=0.3, **arguments)
    assert (request.error, request.spacing) == (error, spacing)


def test_classes_are_cut_to_the_field_of_view():
    mask = np.array([[1, 1, 2, 0]])
    request = DrawingRequest.check(
        mask, ratio=0.3, classes={"a": 1, "b": 2}, field_of_view=np.array([[0, 9, 9, 9]]), background=0.5
    )
    assert {name: region.tolist() for name, region in request.dense.items()} == {
        "a": [[False, True, False, False]],
        "b": [[False, False, True, False]],
    }
    assert request.labels["background"] == 5


def test_a_slice_keeps_the_spacing_within_it():
    mask = MASK.copy()
    mask[:, 3] = 1
    one = DrawingRequest.check(mask, ratio=0.3, spacing=(1, 2, 3)).slice(axis=1, index=3)
    assert one.spacing == (1.0, 3.0)
    assert one.dense["vessel"].shape == one.field_of_view.shape == (4, 6) and one.dense["vessel"].all()


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"spacing": (1, 1)}, "3 positive lengths"),
        ({"spacing": (1, 1, 0)}, "3 positive lengths"),
        ({"background": 1.5}, "background must be within"),
        ({"background": 0.5, "labels": {"vessel": 1, "not vessel": 2}}, "labels must give 'background' a value"),
    ],
)
def test_refuses_wrong_arguments(arguments, message):
    with pytest.raises(ValueError, match=message):
        DrawingRequest.check(MASK, ratio=0.3, **arguments)
