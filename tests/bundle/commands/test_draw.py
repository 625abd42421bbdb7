import json
import re

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
