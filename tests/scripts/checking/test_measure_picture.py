"""Facts of photographs, and those that cannot be used."""

import hashlib

import numpy as np
import pytest
from PIL import ExifTags, Image

from scripts.checking.measure_picture import measure_picture, reduction

RGB = np.random.default_rng(0).integers(0, 256, (20, 30, 3), dtype=np.uint8)
GREY = RGB[..., 0]
DEEP = (GREY.astype(np.uint16) * 200) + 7


def measured(path, small=False):
    found = []
    return measure_picture(str(path), lambda *finding: found.append(finding), small=small), found


def saved(path, picture, **options):
    picture = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    picture.save(path, **options)
    return path


def test_facts_of_a_colour_picture(tmp_path):
    path = saved(tmp_path / "a.png", RGB)
    image, found = measured(path)
    facts = image.facts
    assert found == [] and facts.readable and image.size == (30, 20)
    assert (facts.path, facts.file_format, facts.size) == (str(path), "PNG", [30, 20])
    assert (facts.channels, facts.dtype, facts.spacing, facts.orientation) == (3, "uint8", None, None)
    assert facts.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (facts.minimum, facts.maximum) == (RGB.min(), RGB.max())
    assert facts.mean == pytest.approx(RGB.mean()) and facts.std == pytest.approx(RGB.std())
    assert len(facts.look) == 16 and len(facts.pixels) == 64


def test_copies_in_other_lossless_formats_have_the_same_pixels(tmp_path):
    names = ("a.png", "a.bmp", "a.tif", "a.ppm")
    pixels = {measured(saved(tmp_path / name, RGB))[0].facts.pixels for name in names}
    assert len(pixels) == 1
    assert measured(saved(tmp_path / "b.png", RGB[::-1]))[0].facts.pixels not in pixels
    grey = {measured(saved(tmp_path / f"{n}.png", picture))[0].facts.pixels for n, picture in enumerate(as_grey())}
    assert len(grey) == 1


def as_grey():
    return Image.fromarray(GREY), Image.fromarray(GREY).convert("RGB"), Image.fromarray(GREY).convert("P")


@pytest.mark.parametrize(
    ("picture", "channels", "dtype"),
    [
        (Image.fromarray(GREY), 1, "uint8"),
        (Image.fromarray(GREY).convert("LA"), 2, "uint8"),
        (Image.fromarray(RGB).convert("RGBA"), 4, "uint8"),
        (Image.fromarray(RGB).quantize(16), 3, "uint8"),
        (Image.fromarray(GREY).convert("P"), 1, "uint8"),
        (Image.fromarray(GREY > 100), 1, "bool"),
        (Image.fromarray(DEEP), 1, "uint16"),
    ],
)
def test_channels_and_type_are_those_of_the_file(tmp_path, picture, channels, dtype):
    image, found = measured(saved(tmp_path / "a.png", picture))
    assert (image.facts.channels, image.facts.dtype, found) == (channels, dtype, [])


def test_facts_of_deep_grey(tmp_path):
    image, found = measured(saved(tmp_path / "a.tif", DEEP), small=True)
    facts = image.facts
    assert found == [] and facts.dtype == "uint16" and facts.readable
    assert (facts.minimum, facts.maximum) == (DEEP.min(), DEEP.max())
    assert facts.mean == pytest.approx(DEEP.mean()) and facts.std == pytest.approx(DEEP.std())
    assert facts.pixels == measured(saved(tmp_path / "a.png", DEEP))[0].facts.pixels
    expected = (DEEP * (255 / DEEP.max())).astype(np.uint8)
    assert (np.abs(image.small[..., 0].T.astype(int) - expected) <= 1).all()


def test_transparency_does_not_count(tmp_path):
    opaque = np.dstack([np.full((20, 30, 3), 9, np.uint8), GREY])
    image, found = measured(saved(tmp_path / "a.png", opaque))
    assert (image.facts.minimum, image.facts.maximum) == (9, 9)
    assert [check for check, _ in found] == ["image-constant"]


def test_one_colour_throughout_is_constant(tmp_path):
    _, [(check, message)] = measured(saved(tmp_path / "a.png", Image.new("RGB", (9, 9), (255, 0, 7))))
    assert check == "image-constant" and "[255, 0, 7]" in message


def test_deep_grey_that_scaling_makes_constant(tmp_path):
    deep = np.full((9, 9), 65535, dtype=np.uint16)
    deep[0] = 65530
    assert measured(saved(tmp_path / "a.png", deep))[1] == []
    _, [(check, message)] = measured(saved(tmp_path / "b.tif", -1 - DEEP.astype(np.float32)))
    assert check == "image-constant" and "no value is above 0" in message


def test_values_that_are_not_finite(tmp_path):
    values = DEEP.astype(np.float32)
    values[0, :2] = np.nan, np.inf
    image, found = measured(saved(tmp_path / "a.tif", values), small=True)
    assert [check for check, _ in found] == ["image-not-finite"] and "2 values" in found[0][1]
    assert image.facts.readable and image.facts.dtype == "float32" and image.small.shape == (30, 20, 3)
    image, found = measured(saved(tmp_path / "b.tif", np.full((9, 9), np.nan, np.float32)))
    assert [check for check, _ in found] == ["image-not-finite"] and not image.facts.readable


@pytest.mark.parametrize("name", ["a.jpg", "a.tif", "a.png"])
def test_turned_by_exif(tmp_path, name):
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    image, found = measured(saved(tmp_path / name, RGB, exif=exif))
    assert [check for check, _ in found] == ["image-turned"] and "mogrify" in found[0][1]
    assert sorted(image.facts.size) == [20, 30] and image.facts.readable


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.tif", "a.bmp"])
def test_cut_off(tmp_path, name):
    path = saved(tmp_path / name, RGB)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    image, [(check, message)] = measured(path)
    assert check == "image-unreadable" and message.startswith(f"{path}: cannot be read as a picture (")
    assert not image.facts.readable and image.facts.sha256 and image.facts.pixels == ""


def test_what_is_no_picture(tmp_path):
    (tmp_path / "a.png").write_bytes(b"<html>404</html>")
    (tmp_path / "b.png").write_bytes(b"no picture")
    (tmp_path / "c.png").mkdir()
    assert "its content is HTML" in measured(tmp_path / "a.png")[1][0][1]
    assert "its content is no picture" in measured(tmp_path / "b.png")[1][0][1]
    assert measured(tmp_path / "c.png")[1][0][0] == "image-unreadable"


def test_a_decompression_bomb_is_not_unpacked(tmp_path, monkeypatch):
    path = saved(tmp_path / "a.png", RGB)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    _, [(check, message)] = measured(path)
    assert check == "image-unreadable" and "Cut it into tiles, or scale it down." in message


def test_small_pictures_for_thumbnails(tmp_path):
    image, _ = measured(saved(tmp_path / "a.png", Image.fromarray(RGB).resize((1500, 40))), small=True)
    assert image.factor == reduction((1500, 40)) == 2 and image.small.shape == (750, 20, 3)
    image, _ = measured(saved(tmp_path / "b.png", RGB), small=True)
    assert image.factor == 1 and (image.small == RGB.swapaxes(0, 1)).all()


def test_of_several_pages_the_first_is_read(tmp_path):
    path = tmp_path / "a.tif"
    Image.fromarray(RGB).save(path, save_all=True, append_images=[Image.fromarray(255 - RGB)])
    image, ((check, message),) = measured(path)
    assert check == "image-pages" and "holds 2 pages or frames, of which only the first is read" in message
    assert image.facts.pixels == measured(saved(tmp_path / "b.png", RGB))[0].facts.pixels
