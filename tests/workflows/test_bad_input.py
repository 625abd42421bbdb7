"""What a user reads when something is wrong: one plain line, and nothing half-written."""

import json

import numpy as np
import pytest
import torch
from PIL import Image
from tests_support import run_workflow

from scripts.errors import root_user_error

SMALL = {"patch_size": [32, 32], "train__trainer__max_epochs": 1}


def edit(path, change):
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))


def drop_datalist(data):
    (data / "datalist.json").unlink()


def drop_image(data):
    (data / "images" / "training2.png").unlink()


def grey_levels(data):
    path = data / "drawings" / "training1.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (60, 72), dtype=np.uint8)).save(path)


def nan_image(data):
    values = np.full((60, 72), np.nan, dtype=np.float32)
    values[0, 0] = 0
    Image.fromarray(values).save(data / "images" / "training1.tif")
    edit(data / "datalist.json", lambda d: d["training"][1].update(image="images/training1.tif"))


def constant_image(data):
    Image.fromarray(np.full((60, 72), 90, dtype=np.uint8)).save(data / "images" / "training1.png")


# what the check before the training says, and what the training itself says where the check is off
DAMAGES = [
    (drop_datalist, "datalist.json does not exist", "datalist.json does not exist"),
    (drop_image, "images/training2.png does not exist", "images/training2.png does not exist"),
    (grey_levels, "training1.png: holds 251 values that the table does not name", "training1.png: the drawing holds"),
    (constant_image, "training1.png: every value is 90", "training1.png: the image is constant"),
    (nan_image, "training1.tif: 4319 values are NaN or infinite", "training1.tif: the image"),
]


@pytest.mark.parametrize("check", ["on", "off"])
@pytest.mark.parametrize(("damage", "checked", "unchecked"), DAMAGES)
def test_damaged_data_are_named(damage, checked, unchecked, check, tiny_dataset, tmp_path):
    damage(tiny_dataset)
    settings = {**SMALL, "dataset_dir": str(tiny_dataset), "check": check}
    with pytest.raises(RuntimeError) as error:
        run_workflow("training", "train", bundle_root=tmp_path, **settings)
    assert (checked if check == "on" else unchecked) in str(root_user_error(error.value))
    assert not (tmp_path / "models").exists()


def test_on_the_command_line_the_message_stands_alone(tiny_dataset, bundle_run):
    constant_image(tiny_dataset)
    result = bundle_run("training", "train", expect=1, dataset_dir=tiny_dataset)
    assert f"\nerror: the check of {tiny_dataset}/datalist.json found 1 error:\n" in result.stderr
    assert "training1.png: every value is 90" in result.stderr.splitlines()[-2]
    assert "eval/check/report.html" in result.stderr.splitlines()[-1]
    assert "Traceback" not in result.stderr


def test_unknown_settings_are_refused_with_what_was_meant(tiny_dataset, bundle_run):
    result = bundle_run("training", "train", expect=1, dataset_dir=tiny_dataset, epochs=3)
    assert "Did you mean --train#trainer#max_epochs?" in result.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("run_id", "configs"),
    [("training", ["train"]), ("evaluating", ["train", "evaluate"]), ("inferring", ["inference"])],
)
def test_a_model_of_another_network_is_refused_and_never_overwritten(run_id, configs, tiny_dataset, tmp_path):
    model = tmp_path / "models" / "model.pt"
    model.parent.mkdir()
    torch.save({"weight": torch.zeros(3)}, model)
    before = model.read_bytes()
    data = tiny_dataset / "images" if run_id == "inferring" else tiny_dataset
    with pytest.raises(RuntimeError) as error:
        run_workflow(run_id, *configs, bundle_root=tmp_path, dataset_dir=str(data))
    assert "holds the weights of another network" in str(root_user_error(error.value))
    assert model.read_bytes() == before


def test_inference_without_a_model_says_so(tiny_dataset, tmp_path):
    with pytest.raises(RuntimeError) as error:
        run_workflow("inferring", "inference", bundle_root=tmp_path, dataset_dir=str(tiny_dataset / "images"))
    assert "models/model.pt does not exist. Train a model first" in str(root_user_error(error.value))


def test_images_smaller_than_the_patch_are_padded(tiny_dataset, tmp_path):
    settings = {**SMALL, "patch_size": [96, 96]}
    run_workflow("training", "train", bundle_root=tmp_path, dataset_dir=str(tiny_dataset), **settings)
    assert (tmp_path / "models" / "model.pt").is_file()
