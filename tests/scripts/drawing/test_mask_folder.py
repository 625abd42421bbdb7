import numpy as np
import pytest
from PIL import Image

from scripts.drawing.mask_folder import find_masked_images, mask_classes, read_plane
from scripts.errors import DataError


def _save(path, values, **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.asarray(values, dtype=np.uint8)).save(path, **options)
    return path


@pytest.fixture
def folders(tmp_path):
    for stem in ("b", "a"):
        _save(tmp_path / "images" / f"{stem}.jpg", np.full((8, 10, 3), 90))
        _save(tmp_path / "masks" / f"{stem}.png", np.eye(8, 10) * 255)
        _save(tmp_path / "views" / f"{stem}.gif", np.ones((8, 10)) * 255)
    return tmp_path


def _find(folder, views=False):
    return find_masked_images(folder / "images", folder / "masks", folder / "views" if views else None)


def test_matches_by_stem_whatever_the_ending(folders):
    first, second = _find(folders, views=True)
    assert (first.stem, first.image.name, first.mask.name, first.field_of_view.name) == ("a", "a.jpg", "a.png", "a.gif")
    assert second.stem == "b"


def test_images_without_a_mask_are_left_out(folders):
    _save(folders / "images" / "c.png", np.zeros((8, 10)))
    assert [case.stem for case in _find(folders)] == ["a", "b"]


def test_a_mask_without_an_image_is_named(folders):
    _save(folders / "masks" / "c.png", np.zeros((8, 10)))
    with pytest.raises(DataError, match=r"masks.c\.png has no image"):
        _find(folders)


def test_a_mask_without_a_field_of_view_is_named(folders):
    (folders / "views" / "b.gif").unlink()
    with pytest.raises(DataError, match=r"masks.b\.png has no field of view"):
        _find(folders, views=True)


@pytest.mark.parametrize("folder, name", [("images", "a.jpg"), ("views", "a.gif")])
def test_sizes_that_differ_name_both_files(folders, folder, name):
    _save(folders / folder / name, np.zeros((8, 11)))
    with pytest.raises(DataError, match=rf"a\.png is 10 x 8 pixels, but .*{name} is 11 x 8"):
        _find(folders, views=True)


def test_jpeg_masks_are_refused(folders):
    _save(folders / "masks" / "a.jpg", np.zeros((8, 10)))
    (folders / "masks" / "a.png").unlink()
    with pytest.raises(DataError, match="is a JPEG"):
        _find(folders)


def test_two_files_of_one_name_are_refused(folders):
    _save(folders / "images" / "a.png", np.zeros((8, 10)))
    with pytest.raises(DataError, match="same name"):
        _find(folders)


def test_a_missing_and_an_empty_folder(tmp_path):
    (tmp_path / "images").mkdir()
    with pytest.raises(DataError, match="holds no picture"):
        find_masked_images(tmp_path / "images", tmp_path / "images")
    with pytest.raises(DataError, match="does not exist"):
        find_masked_images(tmp_path / "nowhere", tmp_path / "images")


def test_a_broken_file_is_named(folders):
    (folders / "masks" / "a.png").write_bytes(b"no picture")
    with pytest.raises(DataError, match=r"a\.png cannot be read"):
        _find(folders)


@pytest.mark.parametrize("value", [1, 255])
def test_value_of_the_class_is_found(folders, value):
    paths = [_save(folders / "masks" / f"{stem}.png", np.eye(4) * value) for stem in "ab"]
    assert mask_classes(paths, ["vessel"], []) == {"vessel": value}


def test_a_smoothed_mask_is_named(folders):
    path = _save(folders / "masks" / "a.png", np.arange(80).reshape(8, 10))
    with pytest.raises(DataError, match=r"a\.png must hold two values .* besides 0 it holds 1, 2, 3, 4, 5, 6, \.\.\."):
        mask_classes([path], ["vessel"], [])


def test_masks_of_different_values_are_named(folders):
    paths = [folders / "masks" / "a.png", _save(folders / "masks" / "b.png", np.eye(8, 10))]
    with pytest.raises(DataError, match=r"b\.png holds the value\(s\) \[1\], but .*a\.png holds \[255\]"):
        mask_classes(paths, ["vessel"], [])


def test_several_classes_and_an_ignored_value(folders):
    path = _save(folders / "masks" / "a.png", [[0, 1, 2, 9]])
    assert mask_classes([path], ["artery", "vein"], [1, 2], ignored=9) == {"artery": 1, "vein": 2}
    with pytest.raises(DataError, match=r"holds the value\(s\) \[9\], but expected are 0 and \[1, 2\]"):
        mask_classes([path], ["artery", "vein"], [1, 2])


@pytest.mark.parametrize(
    "names, values, message",
    [
        (["a", "b"], [], "need a mask value each"),
        (["a", "b"], [1], "one value per class"),
        (["a", "b"], [1, 1], "different"),
        (["a"], [0], "within 1..255"),
    ],
)
def test_refuses_wrong_tables(folders, names, values, message):
    with pytest.raises(DataError, match=message):
        mask_classes([folders / "masks" / "a.png"], names, values)


def test_reads_palettes_as_indices_and_bits_as_0_and_1(tmp_path):
    palette = Image.fromarray(np.array([[0, 1, 2]], dtype=np.uint8)).convert("P")
    palette.putpalette([0, 0, 0, 255, 0, 0, 0, 255, 0])
    palette.save(tmp_path / "p.png")
    Image.fromarray(np.array([[False, True]])).save(tmp_path / "b.png")
    assert read_plane(tmp_path / "p.png").tolist() == [[0, 1, 2]]
    assert read_plane(tmp_path / "b.png").tolist() == [[0, 1]]


def test_colour_masks_are_refused(tmp_path):
    path = _save(tmp_path / "c.png", np.zeros((4, 4, 3)))
    with pytest.raises(DataError, match="has 3 channels"):
        read_plane(path)
