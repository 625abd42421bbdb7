import io

import numpy as np
import pytest
from PIL import Image

from scripts.checking.thumbnail import NEGATIVE_COLOUR, case_thumbnail, class_colour, colour_legend
from scripts.constants import IGNORE

CLASSES = ["background", "vessel", "nerve"]


def _thumbnail(size=(480, 240), positive=(), negative=(), boxes=None, picture=None):
    """Decoded thumbnail (H, W, 3) of a black picture; pixels are drawn by index expressions."""
    picture = np.zeros((*size, 3), np.uint8) if picture is None else picture
    drawn = np.full(size, IGNORE, np.uint8)
    for where, index in positive:
        drawn[where] = index
    refused = np.zeros(size, bool)
    for where in negative:
        refused[where] = True
    return _decoded(case_thumbnail(picture, drawn, refused, boxes, CLASSES))


def _decoded(data):
    image = Image.open(io.BytesIO(data))
    assert image.format == "JPEG"
    return np.asarray(image).astype(int)


@pytest.mark.parametrize(
    ("size", "expected"),
    [((1000, 500), (120, 240)), ((500, 1000), (240, 120)), ((24, 12), (120, 240)), ((5000, 3), (1, 240))],
)
def test_the_longer_side_has_240_pixels(size, expected):
    assert _thumbnail(size).shape == (*expected, 3)


def test_the_first_axis_lies_across():
    picture = np.zeros((480, 240, 3), np.uint8)
    picture[:240] = 255
    shown = _thumbnail(picture=picture)
    assert shown[:, :110].min() > 240 and shown[:, 130:].max() < 15


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_grey_and_transparent_pictures(channels):
    picture = np.full((60, 60, channels), 128, np.uint8)
    picture[..., -1] = 128 if channels in (1, 3) else 0
    assert np.abs(_thumbnail((60, 60), picture=picture) - 128).max() <= 2


def test_a_line_of_one_pixel_stays_visible():
    shown = _thumbnail((2400, 1200), positive=[(np.s_[1203, :], 1)])
    assert (shown[:, 120].argmax(-1) == 1).all() and shown[:, 120, 1].min() > 120
    assert shown[:, 130].max() < 20


def test_every_kind_has_its_colour():
    shown = _thumbnail(positive=[(np.s_[:80], 1), (np.s_[80:160], 2), (np.s_[160:240], 0)], negative=[np.s_[240:320]])
    colours = [shown[60, x] for x in (20, 60, 100, 140)]
    expected = [class_colour(1), class_colour(2), class_colour(0), NEGATIVE_COLOUR]
    for colour, of_kind in zip(colours, expected):
        # tinted over black, so darker, but of the same hue
        assert np.abs(colour / colour.max() - np.divide(of_kind, max(of_kind))).max() < 0.08
    assert shown[60, 200].max() < 15


def test_classes_lie_over_negative_strokes_and_those_over_the_background():
    both = _thumbnail((240, 240), positive=[(np.s_[:], 0), (np.s_[:80], 1)], negative=[np.s_[:160]])
    assert both[50, [40, 120, 200]].argmax(-1).tolist() == [1, 0, 2]


def test_a_mask_of_background_leaves_the_picture_visible():
    strokes = _thumbnail((240, 240), positive=[(np.s_[:20], 0)])[100, 10]
    mask = _thumbnail((240, 240), positive=[(np.s_[:], 0)])[100, 10]
    assert strokes[2] > 2 * mask[2] > 80


def test_boxes_are_outlined_where_they_lie():
    shown = _thumbnail((480, 480), boxes=[{"class": "Vessel", "box": [100, 200, 300, 400]}])
    ys, xs = np.nonzero(shown[..., 1] > 120)
    assert (xs.min(), xs.max(), ys.min(), ys.max()) == (50, 149, 100, 199)
    assert shown[150, 100].max() < 20


@pytest.mark.parametrize("corners", [[-50, -50, 9e9, 9e9], [470, 3, 470, 3], [5, 9, 2, 1], [float("nan"), 0, 1, 1], []])
def test_boxes_of_any_numbers_do_no_harm(corners):
    _thumbnail(boxes=[{"class": "unheard of", "box": corners}])


def test_nothing_drawn():
    assert _decoded(case_thumbnail(np.zeros((30, 30, 3), np.uint8), None, None, None, CLASSES)).max() < 3


def test_the_legend_names_every_colour_once():
    assert [text for _, text in colour_legend(CLASSES)] == ["vessel", "nerve", "is not", "background"]
    assert [text for _, text in colour_legend(CLASSES[:2])] == ["vessel", "not vessel", "background"]
    many = colour_legend(["ground", *"abcdef"])
    assert many[0][1] == "a or f" and len({colour for colour, _ in many}) == len(many)


def test_photographs_stay_small(les_av):
    image = np.asarray(Image.open(sorted((les_av / "images").iterdir())[0]).convert("RGB")).swapaxes(0, 1)
    assert len(case_thumbnail(image, None, None, None, CLASSES)) < 15_000
