"""Photographs of any colour mode become RGB arrays, x first."""

import numpy as np
import pytest
from monai.transforms import LoadImage, LoadImaged
from PIL import Image

from scripts.data import PhotographReader
from scripts.errors import DataError, root_user_error


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
    with pytest.raises((DataError, RuntimeError)) as error:
        LoadImaged("image", reader=PhotographReader())({"image": str(path)})
    assert "eye.jpg: cannot be read as a picture" in str(root_user_error(error.value) or error.value)


def test_pictures_to_be_turned_for_display_are_refused(tmp_path):
    exif = Image.Exif()
    exif[274] = 6
    Image.fromarray(RGB).save(tmp_path / "eye.jpg", exif=exif)
    with pytest.raises(DataError, match="eye.jpg: its EXIF data"):
        read(tmp_path / "eye.jpg")
