"""Colours of single pixels, sizes and ranges."""

from __future__ import annotations

import numpy as np
import pytest

from scripts.constants import IGNORE
from scripts.handlers.overlay import (
    BLUE,
    GREEN,
    GREY,
    RED,
    YELLOW,
    Layer,
    agreement_layers,
    class_colour,
    colour_classes,
    colour_probability,
    drawing_layers,
    muted,
    overlay,
    to_rgb,
)


def test_grey_and_colour_images_become_rgb_of_the_same_layout():
    ramp = np.linspace(-3, 5, 12).reshape(3, 4)
    for image in (ramp, ramp[None], np.stack([ramp, ramp])):  # of two channels the first is shown
        picture = to_rgb(image, percentiles=(0, 100))
        assert picture.shape == (3, 4, 3)
        assert picture.dtype == np.uint8
        assert picture[0, 0].tolist() == [0, 0, 0]
        assert picture[2, 3].tolist() == [255, 255, 255]
    colour = to_rgb(np.stack([ramp, ramp * 0 - 3, ramp * 0 - 3, ramp * 0 + 99]), percentiles=(0, 100))
    assert colour[2, 3].tolist() == [255, 0, 0]  # the fourth channel is opacity


def test_normalisation_does_not_change_the_picture():
    image = np.random.default_rng(0).random((3, 20, 30))
    difference = to_rgb(image).astype(int) - to_rgb((image - 0.4) / 0.2)
    assert abs(difference).max() <= 1


@pytest.mark.parametrize("value", [0.0, 7.0, -2.5])
def test_image_of_one_value_is_black(value):
    assert not to_rgb(np.full((4, 5), value)).any()


def test_few_bright_pixels_and_bad_values():
    image = np.zeros((40, 50))
    image[3, 7] = 1
    image[0, 0], image[0, 1] = np.nan, np.inf
    picture = to_rgb(image)
    assert picture[3, 7].tolist() == [255, 255, 255]
    assert picture.sum() == 3 * 255
    assert not to_rgb(np.full((3, 4), np.nan)).any()


def test_other_dimensions_are_refused():
    with pytest.raises(ValueError, match="HW or CHW"):
        to_rgb(np.zeros((1, 2, 3, 4)))


@pytest.mark.parametrize(
    ("reference", "prediction", "colour"),
    [
        (0, 0, None),
        (1, 1, GREEN),
        (0, 1, RED),
        (1, 0, BLUE),
        (1, 2, YELLOW),
        (2, 2, GREEN),
        (IGNORE, 0, GREY),
        (IGNORE, 1, GREY),
    ],
)
def test_colour_of_each_kind_of_agreement(reference, prediction, colour):
    layers = agreement_layers(np.array([[reference]]), np.array([[prediction]]))
    assert [layer.colour for layer in layers if layer.mask.any()] == ([] if colour is None else [colour])
    picture = overlay(np.zeros((1, 1, 3), np.uint8), layers, fill=1, outline=1)
    assert tuple(picture[0, 0]) == (colour or (0, 0, 0))


def test_drawings():
    positive = np.array([[1, 0, IGNORE, IGNORE]])
    negative = np.array([[[0, 0, 0, 0]], [[0, 0, 1, 0]]])
    for given in (negative, negative.any(axis=0)):
        shown = [layer.mask.tolist() for layer in drawing_layers(positive, given)]
        assert shown == [[[True, False, False, False]], [[False, True, False, False]], [[False, False, True, False]]]
    assert len(drawing_layers(positive)) == 2


def test_fill_is_faint_and_outline_firm():
    mask = np.zeros((9, 11), bool)
    mask[2:7, 3:8] = True
    image = np.full((9, 11, 3), 100, np.uint8)
    before = image.copy()
    picture = overlay(image, [Layer("area", (200, 100, 100), mask)], fill=0.5, outline=1.0)
    assert picture[4, 5].tolist() == [150, 100, 100]
    assert picture[2, 3].tolist() == [200, 100, 100]
    assert picture[0, 0].tolist() == [100, 100, 100]
    veiled = overlay(image, [Layer("area", (200, 100, 100), mask, veil=True)], fill=0.5, outline=1.0)
    assert veiled[2, 3].tolist() == veiled[4, 5].tolist() == [150, 100, 100]
    assert np.array_equal(image, before)


def test_line_of_one_pixel_is_all_outline():
    mask = np.zeros((5, 9), bool)
    mask[2] = True
    picture = overlay(np.zeros((5, 9, 3), np.uint8), [Layer("line", (255, 0, 0), mask)], fill=0, outline=1)
    assert picture[mask][1:-1].tolist() == [[255, 0, 0]] * 7


def test_layer_of_another_size_is_refused():
    with pytest.raises(ValueError, match=r"'area' has the size \(5, 4\)"):
        overlay(np.zeros((4, 5, 3), np.uint8), [Layer("area", RED, np.zeros((5, 4), bool))])


def test_class_colours():
    labels = np.array([[0, 1, IGNORE]])
    assert colour_classes(labels, 2).tolist() == [[[0, 0, 0], [255, 255, 255], list(GREY)]]
    colours = {class_colour(k, 13) for k in range(13)}
    assert len(colours) == 13
    assert tuple(colour_classes(np.array([[3]]), 5)[0, 0]) == class_colour(3, 5)


def test_probability_gets_brighter():
    brightness = colour_probability(np.linspace(0, 1, 11)[None]).astype(int).sum(axis=-1)[0]
    assert (np.diff(brightness) > 0).all()


def test_muted_is_darker_and_greyer():
    image = np.array([[[200, 100, 50]]], np.uint8)
    pale = muted(image).astype(int)
    assert pale.max() < 200
    assert np.ptp(pale) < np.ptp(image.astype(int))
    assert np.ptp(muted(image, colour=0)) == 0
