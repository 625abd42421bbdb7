"""Photographs of any colour mode become RGB arrays, x first."""

import numpy as np
import pytest
from monai.transforms import LoadImage
from PIL import Image

from scripts.data import PhotographReader
from scripts.errors import DataError


def read(path):
    return np.asarray(LoadImage(reader=PhotographReader(), image_only=True)(path))


RGB = np.random.default_rng(0).integers(0, 255, (5, 8, 3), dtype=np.uint8)


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGB", "RGBA", "1", "CMYK"])
@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_every_mode_gives_three_channels(tmp_path, mode, suffix):
    if (mode, suffix) == ("CMYK", "png"):
        pytest.skip("PNG has no CMYK")
    Image.fromarray(RGB).convert(mode).save(tmp_path / f"a.{suffix}")
    assert read(tmp_path / f"a.{suffix}").shape == (8, 5, 3)


def test_rgba_drops_transparency_only(tmp_path):
    Image.fromarray(np.dstack([RGB, np.full((5, 8), 7, np.uint8)])).save(tmp_path / "a.png")
    assert (read(tmp_path / "a.png") == RGB.transpose(1, 0, 2)).all()


def test_12_bit_grey_keeps_its_contrast(tmp_path):
    values = np.linspace(0, 4095, 40).reshape(5, 8).astype(np.uint16)
    Image.fromarray(values).save(tmp_path / "a.png")
    array = read(tmp_path / "a.png")
    assert array.max() == 255 and len(np.unique(array)) == 40


@pytest.mark.parametrize("content", [b"", b"no picture", "truncated"])
def test_damaged_pictures_are_named(tmp_path, content):
    path = tmp_path / "eye.jpg"
    Image.fromarray(np.tile(RGB, (20, 20, 1))).save(path)
    path.write_bytes(path.read_bytes()[:800] if content == "truncated" else content)
    with pytest.raises(DataError, match="eye.jpg.*cannot be read as a picture"):
        PhotographReader().read(str(path))
