import json

import nibabel as nib
import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from bundle.command_group import CommandGroup


def _boxes(*arguments):
    return CliRunner().invoke(CommandGroup("bundle"), ["boxes", *map(str, arguments)])


@pytest.fixture
def folders(tmp_path):
    """Six images with two touching bars, of the classes 8 and 9 or 10; the arguments that name the folders."""
    for number in range(6):
        mask = np.zeros((24, 30), dtype=np.uint8)
        mask[2 + number : 6 + number, 5:25] = 8
        mask[6 + number : 9 + number, 5:25] = 9 + number % 2
        mask[20:] = 11
        instances = (np.arange(30) // 10 + 1)[None] * (mask > 0)
        for folder, values in (("images", 255 - mask), ("masks", mask), ("instances", instances.astype(np.uint16))):
            (tmp_path / folder).mkdir(exist_ok=True)
            Image.fromarray(values).save(tmp_path / folder / f"case{number}.png")
    names = ["--class-name", "car", "--mask-value", 8, "--class-name", "person", "--mask-value", "9,10"]
    folders = ["--images", tmp_path / "images", "--masks", tmp_path / "masks", "--out", tmp_path / "out"]
    return [*folders, *names, "--ignore-value", 11]


def _datalist(tmp_path, name="datalist"):
    return json.loads((tmp_path / "out" / f"{name}.json").read_text())


def test_boxes_every_object(folders, tmp_path):
    result = _boxes(*folders, "--validation", 1, "--test", 1, "--dense-share", 0.25)
    assert result.exit_code == 0, result.output
    assert "training 4 (1 dense, 3 with boxes), validation 1, test 1" in result.output
    assert "foreground_share  1.000" in result.output and "green: car, cyan: person" in result.output
    datalist = _datalist(tmp_path)
    assert datalist["dense_labels"] == {"background": 0, "car": 8, "person": [9, 10], "ignore": 11}
    boxed = [case for case in datalist["training"] if "boxes" in case]
    for case in boxed:
        number = int(case["subject"][-1])
        assert case["boxes"] == [
            {"class": "car", "box": [5, 2 + number, 25, 6 + number]},
            {"class": "person", "box": [5, 6 + number, 25, 9 + number]},
        ]


def test_instances(folders, tmp_path):
    result = _boxes(*folders, "--instances", tmp_path / "instances", "--dense-share", 0)
    assert result.exit_code == 0, result.output
    case = _datalist(tmp_path)["training"][0]
    assert [box["class"] for box in case["boxes"]] == ["car"] * 3 and len(case["boxes"]) == 3
    assert _datalist(tmp_path)["provenance"]["objects"] == "instance maps"
    assert "datalist_dense_only" not in result.output


def test_data_that_come_split(folders, tmp_path):
    given = []
    for part in ("validation", "test"):
        given += [f"--{part}-images", tmp_path / "images", f"--{part}-masks", tmp_path / "masks"]
    assert _boxes(*folders, *given).exit_code == 0
    datalist = _datalist(tmp_path)
    assert [len(datalist[part]) for part in ("training", "validation", "test")] == [6, 6, 6]


def test_all_dense(folders, tmp_path):
    result = _boxes(*folders, "--dense-share", 1)
    assert result.exit_code == 0, result.output
    assert _datalist(tmp_path)["training"] == _datalist(tmp_path, "datalist_dense")["training"]


def test_volumes_have_no_coco_file(tmp_path):
    mask = np.zeros((12, 14, 8), dtype=np.uint8)
    mask[2:6, 3:9, 2:5] = 1
    for folder in ("images", "masks"):
        (tmp_path / folder).mkdir()
        for number in range(3):
            nib.save(nib.Nifti1Image(mask, np.eye(4)), tmp_path / folder / f"{number}.nii.gz")
    folders = ["--images", tmp_path / "images", "--masks", tmp_path / "masks", "--out", tmp_path / "out"]
    result = _boxes(*folders, "--class-name", "a", "--dense-share", 0)
    assert result.exit_code == 0, result.output
    assert _datalist(tmp_path)["training"][0]["boxes"] == [{"class": "a", "box": [2, 3, 2, 6, 9, 5]}]
    assert not (tmp_path / "out" / "boxes.json").exists()
    assert (tmp_path / "out" / "boxes_preview.png").is_file()


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["--validation-images", "images"], "--validation-images and --validation-masks go together"),
        (["--test", 1, "--test-images", "a", "--test-masks", "b"], "--test and --test-images exclude each other"),
        (["--validation", 5, "--test", 1], "leave none for training"),
        (["--dense-share", 1.5], "share from 0 to 1 or a number of cases from 2"),
        (["--dense-share", 7], "7 dense cases were asked for"),
        (["--class-name", "dog", "--mask-value", "x"], "integers separated by commas"),
        (["--class-name", "dog", "--mask-value", "77"], '"dog" occurs in no mask'),
        (["--instances", "nowhere"], "the folder nowhere does not exist"),
    ],
)
def test_user_errors_exit_with_2_and_write_nothing(folders, tmp_path, arguments, message):
    result = _boxes(*folders, *arguments)
    assert result.exit_code == 2
    assert message in " ".join(result.output.split()), result.output
    assert not (tmp_path / "out").exists()
