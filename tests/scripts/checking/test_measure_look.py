"""The difference hash."""

import io

import numpy as np
from PIL import Image

from scripts.checking.measure_look import look_of


def ramp(width=90, height=80):
    return np.tile(np.linspace(0, 255, width).astype(np.uint8), (height, 1))


def bits(look, other):
    return (int(look, 16) ^ int(other, 16)).bit_count()


def test_a_ramp_and_its_mirror():
    assert look_of(Image.fromarray(ramp())) == "f" * 16
    assert look_of(Image.fromarray(ramp()[:, ::-1])) == "0" * 16


def test_colour_and_floating_point_numbers_look_like_grey():
    grey = Image.fromarray(ramp())
    assert look_of(grey.convert("RGB")) == look_of(grey.convert("F")) == look_of(grey)


def test_scaled_and_compressed_pictures_look_alike_and_others_do_not():
    rng = np.random.default_rng(0)
    first, second = (
        Image.fromarray(rng.integers(0, 256, (8, 9), dtype=np.uint8)).resize((180, 160), Image.Resampling.BICUBIC)
        for _ in range(2)
    )
    stream = io.BytesIO()
    first.resize((90, 80)).save(stream, "JPEG", quality=80)
    assert bits(look_of(first), look_of(Image.open(stream))) <= 3
    assert bits(look_of(first), look_of(second)) > 15
