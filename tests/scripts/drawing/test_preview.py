import numpy as np
import pytest

from scripts.drawing.preview import contact_sheet, overlay_drawing, overlay_legend
from scripts.drawing.request import drawing_labels


def test_colours_of_the_overlay():
    image = np.zeros((10, 10, 3), dtype=np.uint8)
    label = np.zeros((10, 10), dtype=np.uint8)
    label[1, 1], label[8, 8] = 1, 2
    overlay = overlay_drawing(image, label, np.zeros((10, 10), int), {"vessel": 1, "not vessel": 2})
    assert overlay[1, 1].argmax() == 1 and overlay[8, 8].argmax() == 0
    assert not overlay[4, 4].any()


def test_outline_of_the_mask_is_white():
    dense = np.zeros((10, 10), int)
    dense[4:6, 4:6] = 1
    grey = np.full((10, 10), 50, dtype=np.uint8)
    overlay = overlay_drawing(grey, np.zeros((10, 10), int), dense, {"vessel": 1, "not vessel": 2})
    assert overlay[3, 4].tolist() == [255] * 3
    assert overlay[0, 0].tolist() == [50] * 3


@pytest.mark.parametrize("sizes", [[(20, 30)], [(20, 30), (50, 40)]])
def test_rows_of_different_sizes_fit(sizes):
    rows = [(np.full((*size, 3), 200, np.uint8),) * 2 for size in sizes]
    sheet = contact_sheet(rows, height=40)
    assert sheet.shape[0] == 48 * len(sizes) and sheet.dtype == np.uint8
    assert sheet[20, 20].tolist() == [200] * 3


def _colour(labels, value, distinct):
    black = np.zeros((6, 6), dtype=np.uint8)
    overlay = overlay_drawing(black, np.full((6, 6), value, dtype=np.uint8), black, labels, distinct=distinct)
    return overlay[3, 3].tolist()


def test_classes_may_have_colours_of_their_own():
    labels = {"a": 1, "not a": 2, "b": 3, "not b": 4, "background": 5}
    assert (
        _colour(labels, 1, False) == _colour(labels, 3, False) == _colour(labels, 1, True) != _colour(labels, 3, True)
    )
    assert _colour(labels, 2, True) == _colour(labels, 4, True)
    assert np.argmax(_colour(labels, 5, False)) == 2


@pytest.mark.parametrize(
    ("names", "background", "distinct", "legend"),
    [
        (["vessel"], False, False, "green: vessel, red: not vessel"),
        (["a", "b"], False, False, "green: a or b, red: not a or not b"),
        (["a", "b"], True, True, "green: a, cyan: b, red: not a or not b, blue: background"),
    ],
)
def test_the_legend_names_every_colour(names, background, distinct, legend):
    labels = drawing_labels(names, background)
    assert overlay_legend(labels, distinct=distinct) == f"{legend}, white: outline of the mask"


def test_colours_begin_again_after_the_fifth_class():
    legend = overlay_legend({name: value for value, name in enumerate("abcdef", 1)}, distinct=True)
    assert legend.startswith("green: a or f, cyan: b, yellow: c, magenta: d, orange: e, white")
