"""Label maps, fields of view and references as they are read."""

import numpy as np
import pytest
from PIL import Image
from volume_files import write_volume

from scripts.checking.measure_map import misfit, read_map
from scripts.labels import load_label_map
from scripts.volumes import read_grid

LABEL = np.arange(12, dtype=np.uint8).reshape(3, 4)


def saved(path, picture, **options):
    picture = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    picture.save(path, **options)
    return str(path)


@pytest.mark.parametrize("name", ["a.png", "a.bmp", "a.tif", "a.PNG", "a.nii", "a.nrrd"])
def test_read_as_the_training_does(tmp_path, name):
    if name.endswith(("nii", "nrrd")):
        path = str(write_volume(tmp_path / name, LABEL.T[..., None]))
    else:
        path = saved(tmp_path / name, LABEL)
    found = read_map(path, "label map", 2)
    assert (found.problem, found.lossy, found.size) == ("", False, (4, 3))
    assert (found.array == load_label_map(path)).all()
    assert found.counts.numbers == {value: 1 for value in range(12)}


def test_indices_of_palettes_count(tmp_path):
    picture = Image.fromarray(LABEL).convert("P")
    picture.putpalette([255, 0, 0, 0, 0, 255] * 128)
    found = read_map(saved(tmp_path / "a.png", picture), "label map", 2)
    assert (found.array == LABEL.T).all()


def test_colour(tmp_path):
    found = read_map(saved(tmp_path / "a.png", Image.new("RGB", (4, 3))), "label map", 2)
    assert "a.png: is a picture in colour or with transparency (RGB); expected a label map" in found.problem
    assert found.array is None and found.size == (4, 3)


@pytest.mark.parametrize(
    ("name", "options"),
    [("a.jpg", {}), ("a.png", {"format": "JPEG"}), ("a.tif", {"compression": "jpeg"})],
)
def test_lossy_content_whatever_the_ending(tmp_path, name, options):
    found = read_map(saved(tmp_path / name, LABEL, **options), "label map", 2)
    assert found.lossy and found.problem == "" and found.size == (4, 3)


def test_a_lossless_picture_with_the_ending_of_jpeg(tmp_path):
    found = read_map(saved(tmp_path / "a.jpg", LABEL, format="PNG"), "label map", 2)
    assert not found.lossy and "ends in .jpg but holds PNG" in found.problem
    assert (found.array == LABEL.T).all()


@pytest.mark.parametrize("name", ["a.png", "a.nii"])
def test_unreadable(tmp_path, name):
    (tmp_path / name).write_bytes(b"nothing")
    found = read_map(str(tmp_path / name), "label map", 2)
    assert str(tmp_path / name) in found.problem and "cannot be read" in found.problem
    assert found.array is None and found.sha256


def test_a_volume(tmp_path):
    volume = np.arange(60, dtype=np.uint8).reshape(3, 4, 5)
    path = write_volume(tmp_path / "a.nii.gz", volume)
    found = read_map(str(path), "label map", 3)
    assert found.problem == "" and found.grid.shape == (3, 4, 5) and (found.array == volume).all()
    assert "is a folder" in read_map(str(tmp_path), "label map", 3).problem


def test_sizes_that_differ(tmp_path):
    found = read_map(saved(tmp_path / "a.png", LABEL), "label map", 2)
    assert misfit(found, "label", "image.png", (4, 3), None) == ""
    assert misfit(found, "label", "image.png", None, None) == ""
    assert "is 4 x 3 pixels, its image image.png 5 x 3" in misfit(found, "label", "image.png", (5, 3), None)
    assert "Width and height are swapped" in misfit(found, "label", "image.png", (3, 4), None)


def test_grids_that_differ(tmp_path):
    label = write_volume(tmp_path / "a.nii", np.zeros((3, 4, 5), np.uint8))
    image = write_volume(tmp_path / "b.nii", np.zeros((3, 4, 5), np.uint8), np.diag([-1, 1, 1, 1]))
    found = read_map(str(label), "label map", 3)
    assert misfit(found, "label", str(label), (3, 4, 5), read_grid(label)) == ""
    assert "stored flipped" in misfit(found, "label", str(image), (3, 4, 5), read_grid(image))
