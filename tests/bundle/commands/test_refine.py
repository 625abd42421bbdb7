import json
import math
import sys

import nibabel as nib
import numpy as np
import pytest
import torch
from click.testing import CliRunner
from monai.bundle import ConfigParser
from PIL import Image
from tests_support import ROOT, write_boxed_dataset, write_boxed_volumes, write_dataset

from bundle.command_group import CommandGroup
from scripts.data import load_cases

_SMALL = {
    "network_def#features": [4] * 6,
    "device": "cpu",
    "uncertainty": True,
    "validate#inferer#roi_size": [32, 32, 32],
}


def _write_run(folder, data, flavour=""):
    """What a training leaves, of a network that has learned nothing; in 2D it finds the class everywhere, margin 6."""
    parser = ConfigParser()
    parser.read_config(str(ROOT / "configs" / flavour / "train.json"))
    parser.update(_SMALL | {"dataset_dir": str(data), "output_dir": str(folder.parent)})
    if not flavour:
        parser.update({"validate#inferer#roi_size": [64, 64]})
    (folder / "checkpoints").mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps({k: v for k, v in parser.get().items() if k != "_meta_"}))
    torch.manual_seed(0)
    coupled = parser.get_parsed_content("coupled")
    if not flavour:
        with torch.no_grad():
            coupled.segmentation.final_conv.weight.zero_()
            coupled.segmentation.final_conv.bias.copy_(torch.tensor([-3.0, 3.0]))
    torch.save(coupled.state_dict(), folder / "checkpoints" / "best_training.pt")
    torch.save(coupled.segmentation.state_dict(), folder / "checkpoints" / "best.pt")
    return folder


@pytest.fixture(autouse=True)
def _plain_hook():
    """The configs change how errors are shown."""
    before = sys.excepthook
    yield
    sys.excepthook = before


@pytest.fixture
def boxed(tmp_path):
    """A run on the tiny boxed pictures."""
    return _write_run(tmp_path / "eval" / "run", write_boxed_dataset(tmp_path / "data"))


def _refine(run, out, *arguments):
    return CliRunner().invoke(CommandGroup("bundle"), ["refine", *map(str, (run, "--out", out, *arguments))])


def _entropy(background, found):
    """Relative to ln 2, of two odds, as it is written in 8 bits."""
    shares = np.array([background, found]) / (background + found)
    return round(255 * float(-(shares * np.log2(shares)).sum()))


def _sigmoid(value):
    return 1 / (1 + math.exp(-value))


def _picture(path):
    return np.asarray(Image.open(path))


def test_boxes_bound_what_the_network_finds(boxed, tmp_path):
    result = _refine(boxed, tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert "4 masks in" in result.output and "agreement with the references of 4 cases" in result.output
    cases = json.loads((tmp_path / "data" / "datalist.json").read_text())["training"]
    for number in range(2, 6):
        expected = np.zeros((60, 72), dtype=np.uint8)
        for x0, y0, x1, y1 in (map(int, box["box"]) for box in cases[number]["boxes"]):
            expected[y0:y1, x0:x1] = 1
        assert (_picture(tmp_path / "out" / "masks" / f"training{number}.png") == expected).all()
        uncertainty = _picture(tmp_path / "out" / "uncertainty" / f"training{number}.png")
        # the log variance is still 2, where it starts
        inside = _entropy(_sigmoid(-6), _sigmoid(6 / math.sqrt(1 + math.pi * math.e**2 / 8)))
        assert (uncertainty == np.where(expected, inside, 0)).all()


def test_the_result_is_a_data_set_and_nothing_else_is_touched(boxed, tmp_path):
    def state():
        return {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if "out" not in path.parts}

    before = state()
    assert _refine(boxed, tmp_path / "out").exit_code == 0
    after = state()
    del before[tmp_path / "data"], after[tmp_path / "data"]
    assert before == after
    cases = load_cases(tmp_path / "out" / "datalist.json", "training", tmp_path / "out")
    assert {case["supervision"] for case in cases} == {"dense"}
    assert [case["label"].split("/")[-3] for case in cases] == ["data"] * 2 + ["out"] * 4
    assert len(load_cases(tmp_path / "out" / "datalist.json", "validation", tmp_path / "out")) == 2


def test_volumes_come_back_to_their_own_grid(tmp_path):
    data = write_boxed_volumes(tmp_path / "data")
    datalist = json.loads((data / "datalist.json").read_text())
    datalist["training"] = datalist["training"][:3]
    (data / "datalist.json").write_text(json.dumps(datalist))
    result = _refine(_write_run(tmp_path / "eval" / "run", data, "volume"), tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert all(name in result.output for name in ("anterior", "posterior", "mean"))
    image, mask, uncertainty = (
        nib.load(folder / "training2.nii.gz")
        for folder in (data / "images", tmp_path / "out" / "masks", tmp_path / "out" / "uncertainty")
    )
    assert mask.shape == uncertainty.shape == image.shape and np.allclose(mask.affine, image.affine)
    in_boxes = np.zeros(image.shape, dtype=bool)
    for low0, low1, low2, high0, high1, high2 in (map(int, box["box"]) for box in datalist["training"][2]["boxes"]):
        in_boxes[low0:high0, low1:high1, low2:high2] = True
    values = np.asarray(uncertainty.dataobj)
    assert (np.asarray(mask.dataobj)[~in_boxes] == 0).all() and np.abs(values[~in_boxes]).max() == 0
    assert values[in_boxes].min() > 0 and values.max() <= 1


def test_drawn_cases_with_a_field_of_view_and_a_table_of_their_own(tmp_path):
    data = write_dataset(tmp_path / "data")
    datalist = json.loads((data / "datalist.json").read_text())
    view = np.zeros((60, 72), dtype=np.uint8)
    view[:, :30] = 255
    Image.fromarray(view).save(data / "view.png")
    datalist["training"][0] |= {"field_of_view": "view.png", "dense_labels": {"background": 5, "vessel": [9, 10]}}
    (data / "datalist.json").write_text(json.dumps(datalist))
    result = _refine(_write_run(tmp_path / "eval" / "run", data), tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert "agreement" not in result.output
    mask = _picture(tmp_path / "out" / "masks" / "training0.png")
    assert (mask[:, :30] == 9).all() and (mask[:, 30:] == 5).all()
    assert (_picture(tmp_path / "out" / "masks" / "training1.png") == 1).all()


def test_images_of_one_name(tmp_path):
    data = write_dataset(tmp_path / "data")
    datalist = json.loads((data / "datalist.json").read_text())
    for number, case in enumerate(datalist["training"][:2]):
        (data / f"p{number}").mkdir()
        (data / case["image"]).rename(data / f"p{number}" / "eye.png")
        case["image"] = f"p{number}/eye.png"
    (data / "datalist.json").write_text(json.dumps(datalist))
    assert _refine(_write_run(tmp_path / "eval" / "run", data), tmp_path / "out").exit_code == 0
    names = sorted(path.name for path in (tmp_path / "out" / "masks").iterdir())
    assert names == ["p0_eye.png", "p1_eye.png", "training2.png", "training3.png"]


def test_the_segmentation_network_alone(boxed, tmp_path):
    best = boxed / "checkpoints" / "best.pt"
    assert _refine(boxed, tmp_path / "named", "--checkpoint", best).exit_code == 0
    best.with_name("best_training.pt").unlink()
    assert _refine(boxed, tmp_path / "found", "--device", "cpu").exit_code == 0
    first, second = (_picture(tmp_path / out / "uncertainty" / "training3.png") for out in ("named", "found"))
    assert (first == second).all() and first.max() == _entropy(_sigmoid(-6), _sigmoid(6))
    provenance = json.loads((tmp_path / "found" / "datalist.json").read_text())["provenance"]
    assert provenance["checkpoint"] == "best.pt"


def _all_dense(tmp_path):
    path = tmp_path / "data" / "datalist.json"
    datalist = json.loads(path.read_text())
    datalist["training"] = datalist["training"][:2]
    path.write_text(json.dumps(datalist))


def _broken_image(tmp_path):
    path = tmp_path / "data" / "images" / "training3.png"
    path.write_bytes(path.read_bytes()[:2000])


def _no_checkpoint(tmp_path):
    for path in (tmp_path / "eval" / "run" / "checkpoints").iterdir():
        path.unlink()


def _no_config(tmp_path):
    (tmp_path / "eval" / "run" / "config.json").unlink()


def _other_network(tmp_path):
    torch.save({"weight": torch.zeros(1)}, tmp_path / "eval" / "run" / "checkpoints" / "best_training.pt")


def _used_folder(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "notes.txt").write_text("mine")


@pytest.mark.parametrize(
    "damage, message",
    [
        (_all_dense, "all 2 training cases are dense"),
        (_broken_image, "training3.png: cannot be read as a picture"),
        (_no_checkpoint, "holds no checkpoint"),
        (_no_config, "holds no config.json"),
        (_other_network, "another network"),
        (_used_folder, "--overwrite"),
    ],
)
def test_user_errors_exit_with_2_and_write_nothing(boxed, tmp_path, damage, message):
    damage(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    result = _refine(boxed, tmp_path / "out")
    assert result.exit_code == 2, result.output
    assert message in " ".join(result.output.split())
    assert sorted(tmp_path.rglob("*")) == before


def test_overwrite(boxed, tmp_path):
    assert _refine(boxed, tmp_path / "out").exit_code == 0
    assert _refine(boxed, tmp_path / "out").exit_code == 2
    assert _refine(boxed, tmp_path / "out", "--overwrite").exit_code == 0
