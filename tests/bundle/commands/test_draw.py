import json
import re

import nibabel as nib
import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from bundle.command_group import CommandGroup


def _draw(*arguments):
    return CliRunner().invoke(CommandGroup("bundle"), ["draw", *map(str, arguments)])


@pytest.fixture
def folders(tmp_path):
    """Four images of 48 x 50 pixels with a bar; the arguments that name their folders and the results'."""
    for number in range(4):
        mask = np.zeros((48, 50), dtype=np.uint8)
        mask[10 + 5 * number : 14 + 5 * number, 5:45] = 255
        for folder, values in (("images", 255 - mask), ("masks", mask), ("views", np.full_like(mask, 255))):
            (tmp_path / folder).mkdir(exist_ok=True)
            Image.fromarray(values).save(tmp_path / folder / f"case{number}.png")
    return ["--images", tmp_path / "images", "--masks", tmp_path / "masks", "--out", tmp_path / "out"]


def _values(folder):
    return {int(value) for path in folder.iterdir() for value in np.unique(np.asarray(Image.open(path)))}


def test_draws_and_prints_a_table(folders, tmp_path):
    views = ["--fields-of-view", tmp_path / "views"]
    result = _draw(*folders, *views, "--validation", 1, "--test", 0.25, "--ratio", 0.5, "--seed", 3)
    assert result.exit_code == 0, result.output
    assert "have a look (green: vessel, red: not vessel, white: outline of the mask)" in result.output
    assert "positive_precision" in result.output and re.search(r"training +2 +0\.(4[5-9]|5[0-4])", result.output)
    datalist = json.loads((tmp_path / "out" / "datalist.json").read_text())
    assert [len(datalist[section]) for section in ("training", "validation", "test")] == [2, 1, 1]
    assert datalist["training"][0]["field_of_view"].startswith("../views/")
    assert datalist["provenance"]["seed"] == 3 and datalist["provenance"]["split_seed"] == 0
    assert _values(tmp_path / "out" / "drawings") == {0, 1, 2}


@pytest.mark.parametrize("option, values", [("--positive-only", {0, 1}), ("--negative-only", {0, 2})])
def test_one_kind_of_drawing(folders, tmp_path, option, values):
    assert _draw(*folders, option).exit_code == 0
    assert _values(tmp_path / "out" / "drawings") == values


def test_class_names(folders, tmp_path):
    assert _draw(*folders, "--class-name", "nerve").exit_code == 0
    datalist = json.loads((tmp_path / "out" / "datalist.json").read_text())
    assert datalist["labels"] == {"nerve": 1, "not nerve": 2, "background": 3, "ignore": 255}
    assert datalist["dense_labels"] == {"background": 0, "nerve": 255}


def _damage_value(folder):
    Image.fromarray(np.arange(2400, dtype=np.uint8).reshape(48, 50)).save(folder / "masks" / "case0.png")


def _damage_size(folder):
    Image.fromarray(np.zeros((48, 51), dtype=np.uint8)).save(folder / "images" / "case0.png")


def _remove_image(folder):
    (folder / "images" / "case0.png").unlink()


def _empty_masks(folder):
    for path in (folder / "masks").iterdir():
        path.unlink()


def _use_out(folder):
    (folder / "out").mkdir()
    (folder / "out" / "notes.txt").write_text("mine")


@pytest.mark.parametrize(
    "damage, arguments, message",
    [
        (_damage_value, [], "must hold two values"),
        (_damage_size, [], "51 x 48"),
        (_remove_image, [], "has no image"),
        (_empty_masks, [], "holds no picture"),
        (_use_out, [], "--overwrite"),
        (None, ["--validation", 3, "--test", 1], "leave none for training"),
        (None, ["--positive-only", "--negative-only"], "exclude each other"),
        (None, ["--validation", "some"], "number of cases or a share"),
        (None, ["--validation", "1.5"], "number of cases or a share"),
        (None, ["--ratio", "0"], "--ratio"),
    ],
)
def test_user_errors_exit_with_2_and_write_nothing(folders, tmp_path, damage, arguments, message):
    if damage is not None:
        damage(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    result = _draw(*folders, *arguments)
    assert result.exit_code == 2
    assert message in " ".join(result.output.split())
    assert sorted(tmp_path.rglob("*")) == before


def test_real_photographs(les_av, tmp_path):
    for folder in ("images", "masks_vessel", "fov"):
        (tmp_path / folder).mkdir()
        for stem in ("12", "34"):
            (tmp_path / folder / f"{stem}.png").symlink_to(les_av / folder / f"{stem}.png")
    names = ["--images", tmp_path / "images", "--masks", tmp_path / "masks_vessel", "--out", tmp_path / "out"]
    result = _draw(*names, "--fields-of-view", tmp_path / "fov", "--validation", 1, "--ratio", 0.05)
    assert result.exit_code == 0, result.output
    case = json.loads((tmp_path / "out" / "datalist.json").read_text())["training"][0]
    assert (tmp_path / "out" / case["image"]).is_file()
    assert case["drawing"]["ratio"] == pytest.approx(0.05, rel=0.1)


@pytest.fixture
def volumes(tmp_path):
    """Three volumes of 20 x 24 x 16 voxels with two classes, coronal slices along the last axis; the arguments."""
    x, y, z = np.indices((20, 24, 16), sparse=True)
    inside = ((x - 10) / 6) ** 2 + ((y - 12) / 8) ** 2 + ((z - 8) / 5) ** 2 <= 1
    mask = np.where(inside, np.where(y < 12, 1, 2), 0).astype(np.uint8)
    affine = np.array([[1.0, 0, 0, 5], [0, 0, 2, 6], [0, 1, 0, 7], [0, 0, 0, 1]])
    for name, values in (("images", inside.astype(np.float32)), ("masks", mask)):
        (tmp_path / name).mkdir()
        for number in range(3):
            nib.save(nib.Nifti1Image(values, affine), tmp_path / name / f"case{number}.nii.gz")
    folders = ["--images", tmp_path / "images", "--masks", tmp_path / "masks", "--out", tmp_path / "out"]
    return [*folders, "--class-name", "a", "--mask-value", 1, "--class-name", "b", "--mask-value", 2]


def _labels(folder):
    return [np.asarray(nib.load(path).dataobj) for path in sorted(folder.iterdir())]


def test_volumes_are_drawn_in_3d(volumes, tmp_path):
    result = _draw(*volumes, "--validation", 1, "--test", 1, "--background", 0.5)
    assert result.exit_code == 0, result.output
    assert "have a look (green: a, cyan: b, red: not a or not b, blue: background, white: outline" in result.output
    assert "background_precision" in result.output and "volume_ratio" not in result.output
    datalist = json.loads((tmp_path / "out" / "datalist.json").read_text())
    assert [len(datalist[section]) for section in ("training", "validation", "test")] == [1, 1, 1]
    assert {value for label in _labels(tmp_path / "out" / "drawings") for value in np.unique(label)} == set(range(6))


def test_volumes_are_drawn_on_slices_of_the_patient_s_plane(volumes, tmp_path):
    result = _draw(*volumes, "--every", 5, "--plane", "coronal")
    assert result.exit_code == 0 and "volume_ratio" in result.output, result.output
    for label in _labels(tmp_path / "out" / "drawings"):
        assert set(np.diff(np.flatnonzero(label.any(axis=(0, 1))))) == {5}


@pytest.mark.parametrize(
    "arguments, plane", [([], "volume"), (["--every", 5], "axial"), (["--every", 1, "--plane", "sagittal"], "sagittal")]
)
def test_each_drawn_volume_says_how_it_was_drawn(volumes, tmp_path, arguments, plane):
    assert _draw(*volumes, *arguments).exit_code == 0
    datalist = json.loads((tmp_path / "out" / "datalist.json").read_text())
    assert [case["plane"] for case in datalist["training"]] == [plane] * 2
    assert not any("plane" in case for case in datalist["validation"])
    assert '"plane"' not in (tmp_path / "out" / "datalist_dense.json").read_text().split('"provenance"')[0]


def test_slices_are_for_volumes(folders):
    result = _draw(*folders, "--every", 5)
    assert result.exit_code == 2 and "--every is for volumes" in " ".join(result.output.split())


def _flip(folder):
    image = nib.load(folder / "masks" / "case1.nii.gz")
    flipped = np.diag([-1.0, 1, 1, 1])
    nib.save(
        nib.Nifti1Image(np.asarray(image.dataobj).copy(), image.affine @ flipped), folder / "masks" / "case1.nii.gz"
    )


def _fractions(folder):
    image = nib.load(folder / "masks" / "case1.nii.gz")
    values = np.asarray(image.dataobj).copy() * np.float32(0.5)
    nib.save(nib.Nifti1Image(values, image.affine), folder / "masks" / "case1.nii.gz")


def _pictures(folder):
    for path in (folder / "images").iterdir():
        path.unlink()
    Image.fromarray(np.zeros((9, 9), np.uint8)).save(folder / "images" / "case1.png")


@pytest.mark.parametrize(
    "damage, names",
    [
        (_flip, ["masks/case1.nii.gz", "images/case1.nii.gz", "not on the voxel grid"]),
        (_fractions, ["masks/case1.nii.gz"]),
        (_pictures, ["holds no volume", "both be volumes"]),
    ],
)
def test_what_is_wrong_with_volumes_is_named_and_nothing_written(volumes, tmp_path, damage, names):
    damage(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    result = _draw(*volumes)
    assert result.exit_code == 2
    assert all(name in " ".join(result.output.split()) for name in names), result.output
    assert sorted(tmp_path.rglob("*")) == before
