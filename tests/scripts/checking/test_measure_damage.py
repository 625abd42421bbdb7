"""Smoothed label maps and those with values of their own."""

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from scripts.checking.measure_damage import is_damaged
from scripts.checking.measure_values import count_values

NAMED = (0, 100, 200)


@pytest.fixture
def mask():
    """Two discs of the values 100 and 200."""
    picture = Image.new("L", (160, 120), 0)
    draw = ImageDraw.Draw(picture)
    draw.ellipse((10, 10, 70, 90), fill=100)
    draw.ellipse((60, 30, 140, 110), fill=200)
    return picture


def judged(picture, named=NAMED):
    label = np.asarray(picture).T
    numbers = count_values(label).numbers
    return is_damaged(label, numbers, [value for value in numbers if value not in named], len(named))


def as_jpeg(picture, quality):
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=quality)
    return Image.open(stream)


@pytest.mark.parametrize("quality", [50, 75, 90])
def test_jpeg(mask, quality):
    assert judged(as_jpeg(mask, quality))


@pytest.mark.parametrize("method", [Image.Resampling.BILINEAR, Image.Resampling.BICUBIC, Image.Resampling.LANCZOS])
def test_scaled(mask, method):
    assert judged(mask.resize((130, 140), method))
    assert not judged(mask.resize((130, 140), Image.Resampling.NEAREST))


def test_blurred(mask):
    assert judged(mask.filter(ImageFilter.GaussianBlur(1.5)))


def test_a_volume_of_which_one_slice_is_smoothed(mask):
    volume = np.stack([np.asarray(mask).T] * 3 + [np.asarray(mask.filter(ImageFilter.GaussianBlur(2))).T], axis=-1)
    numbers = count_values(volume).numbers
    assert is_damaged(volume, numbers, set(numbers) - set(NAMED), 3)


def test_objects_with_numbers_of_their_own_are_whole():
    picture = Image.new("L", (160, 120), 0)
    for number in range(12):
        left, top = 40 * (number % 4), 40 * (number // 4)
        ImageDraw.Draw(picture).ellipse((left + 2, top + 2, left + 34, top + 30), fill=number + 1)
    assert not judged(picture, named=(0, 1))


def test_thin_strokes_of_forgotten_classes_are_whole():
    picture = Image.new("L", (160, 120), 0)
    for number in range(10):
        ImageDraw.Draw(picture).line((5, 5 + 10 * number, 150, 12 + 10 * number), fill=number + 1)
    assert not judged(picture, named=(0, 1))


def test_photographs_are_no_damaged_masks():
    noise = np.random.default_rng(0).integers(0, 256, (60, 80), dtype=np.uint8)
    assert not judged(Image.fromarray(noise))


def test_few_values_are_forgotten_names(mask):
    assert not judged(mask, named=(0, 100))
