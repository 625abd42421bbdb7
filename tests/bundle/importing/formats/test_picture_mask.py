"""Painted pictures: grey, palettes, bits, colours, transparency."""

import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageDraw

from bundle.importing.formats import picture_mask
from scripts.errors import DataError

ROWS = np.zeros((4, 6), dtype=np.uint8)
ROWS[1, 5] = ROWS[2, 4] = 2
ROWS[3, 0] = 255


def size(_):
    return 6, 4


def read(path, image_size=size):
    (found,) = picture_mask.read(path, image_size)
    assert found.source == path and found.image is None and not found.exhaustive
    return {mark.name: (mark.shape.origin, mark.shape.mask.T.tolist()) for mark in found.marks}


def save(path, rows, mode=None, **options):
    Image.fromarray(rows, mode).save(path, **options)
    return path


DRAWN = {"2": ((4, 1), [[False, True], [True, False]]), "255": ((0, 3), [[True]])}


@pytest.mark.parametrize("ending", ["png", "tif", "tiff", "bmp"])
def test_grey(tmp_path, ending):
    path = save(tmp_path / f"a.{ending}", ROWS)
    assert picture_mask.matches(path)
    assert read(path) == DRAWN
    assert picture_mask.read(path, size)[0].size == (6, 4)


@pytest.mark.parametrize("dtype", [np.uint16, np.int32, np.float32])
def test_wider_values(tmp_path, dtype):
    assert read(save(tmp_path / "a.tif", ROWS.astype(dtype))) == DRAWN


@pytest.mark.parametrize("value", [256, 65535])
def test_values_above_255_are_refused(tmp_path, value):
    with pytest.raises(DataError, match=f"a.png: holds the value {value}; expected whole numbers from 0 to 255"):
        read(save(tmp_path / "a.png", np.where(ROWS, value, 0).astype(np.uint16)))


@pytest.mark.parametrize("value", [0.5, -1, np.nan, np.inf])
def test_fractions_are_refused(tmp_path, value):
    with pytest.raises(DataError, match="expected whole numbers"):
        read(save(tmp_path / "a.tif", np.where(ROWS, value, 0).astype(np.float32)))


def test_palettes_give_their_indices(tmp_path):
    picture = Image.fromarray(np.minimum(ROWS, 3), mode="P")
    picture.putpalette([0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255])
    picture.save(tmp_path / "a.png")
    assert list(read(tmp_path / "a.png")) == ["2", "3"]
    picture.save(tmp_path / "b.png", transparency=b"\0\xff\xff\0")
    assert list(read(tmp_path / "b.png")) == ["2"]
    picture.save(tmp_path / "c.png", transparency=2)
    assert list(read(tmp_path / "c.png")) == ["3"]


def test_one_bit_is_0_and_255(tmp_path):
    Image.fromarray(ROWS > 0).save(tmp_path / "a.png")
    assert list(read(tmp_path / "a.png")) == ["255"]


def rgba(*pixels):
    picture = np.zeros((4, 6, 4), dtype=np.uint8)
    picture[..., 3] = 255
    for place, pixel in pixels:
        picture[place] = pixel
    return picture


def test_colours_but_black(tmp_path):
    picture = rgba(((1, 5), (255, 0, 16, 255)), ((0, 0), (0, 0, 1, 255)))
    expected = {"#000001": ((0, 0), [[True]]), "#ff0010": ((5, 1), [[True]])}
    assert read(save(tmp_path / "a.png", picture)) == expected
    assert read(save(tmp_path / "b.bmp", picture[..., :3].copy())) == expected


def test_transparent_pixels_are_not_drawn_and_black_then_is_a_colour(tmp_path):
    picture = rgba(((1, 5), (255, 0, 16, 255)), ((slice(2), slice(3)), (9, 9, 9, 0)))
    found = read(save(tmp_path / "a.png", picture))
    assert list(found) == ["#000000", "#ff0010"]
    assert np.sum(found["#000000"][1]) == 24 - 6 - 1


def test_transparent_grey(tmp_path):
    picture = np.stack([ROWS, np.full_like(ROWS, 255)], axis=-1)
    assert read(save(tmp_path / "a.png", picture, "LA")) == DRAWN
    picture[0, :, 1] = 0
    found = read(save(tmp_path / "b.png", picture, "LA"))
    assert list(found) == ["0", "2", "255"] and np.sum(found["0"][1]) == 24 - 6 - 3
    assert list(read(save(tmp_path / "c.png", ROWS, transparency=255))) == ["0", "2"]


def test_an_empty_mask_has_no_marks(tmp_path):
    assert read(save(tmp_path / "a.png", ROWS * 0)) == {}


def test_other_sizes_are_refused(tmp_path):
    with pytest.raises(DataError, match="a.png: is 6 x 4 pixels in size; expected 4 x 6, as its image has"):
        read(save(tmp_path / "a.png", ROWS), lambda _: (4, 6))


def test_pixels_are_not_read_without_an_image_or_with_a_huge_size(tmp_path):
    header = struct.pack(">4sIIBBBBB", b"IHDR", 12_000, 12_000, 8, 0, 0, 0, 0)
    chunk = struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))
    path = tmp_path / "a.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I4s", 4, b"IDAT") + b"damn")
    assert picture_mask.read(path, lambda _: None)[0].size == (12_000, 12_000)
    with pytest.raises(DataError, match="is 12000 x 12000 pixels in size; expected 6 x 4"):
        read(path)


def test_jpegs_are_refused_whatever_their_name(tmp_path):
    path = save(tmp_path / "a.png", ROWS, format="JPEG")
    assert picture_mask.matches(path)
    with pytest.raises(DataError, match="a.png: is a JPEG file"):
        read(path)


def test_smoothed_drawings_and_photographs_are_refused(tmp_path):
    picture = Image.new("L", (960, 960))
    ImageDraw.Draw(picture).ellipse((100, 50, 900, 820), fill=255)
    path = tmp_path / "a.png"
    picture.resize((120, 120), Image.Resampling.LANCZOS).save(path)
    with pytest.raises(DataError, match="a.png: .*without smoothing"):
        read(path, lambda _: (120, 120))


def test_several_pages_are_refused(tmp_path):
    pages = [Image.fromarray(ROWS)] * 2
    pages[0].save(tmp_path / "a.tif", save_all=True, append_images=pages[1:])
    with pytest.raises(DataError, match="holds 2 pictures; expected one"):
        read(tmp_path / "a.tif")


def test_other_kinds_of_colour_are_refused(tmp_path):
    Image.fromarray(rgba(), "CMYK").save(tmp_path / "a.tif")
    with pytest.raises(DataError, match="stores its pixels as CMYK"):
        read(tmp_path / "a.tif")


@pytest.mark.parametrize("ending", ["png", "tif", "bmp"])
@pytest.mark.parametrize("keep", [0, 6, 20, 60])
def test_damaged_files_are_refused(tmp_path, ending, keep):
    path = save(tmp_path / f"a.{ending}", np.random.default_rng(0).integers(0, 9, (4, 6)).astype(np.uint8))
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(DataError, match=f"a.{ending}"):
        read(path)


def test_other_files_are_not_of_this_format(tmp_path):
    (tmp_path / "a.png").write_text("{}")
    assert not picture_mask.matches(tmp_path / "a.png") and not picture_mask.matches(tmp_path)


def test_real_street_scenes(camvid):
    mask, photograph = (sorted((camvid / "val" / kind).glob("*.png"))[0] for kind in ("masks", "images"))
    with Image.open(mask) as picture:
        shape, values = picture.size, np.unique(np.asarray(picture))
    assert list(read(mask, lambda _: shape)) == [str(value) for value in values if value]
    with pytest.raises(DataError, match="photograph or a scan"):
        read(photograph, lambda _: shape)
