"""What a user reads when something is wrong: one plain line, and nothing half-written."""

import json

import numpy as np
import pytest
import torch
from PIL import Image

SMALL = {"patch_size": "[32,32]", "device": "cpu", "train__trainer__max_epochs": 1}


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


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        (drop_datalist, "datalist.json does not exist"),
        (drop_image, "images/training2.png does not exist"),
        (grey_levels, "training1.png: the drawing holds the values"),
        (constant_image, "training1.png: the image is constant"),
        (nan_image, "training1.tif: the image"),
    ],
)
def test_damaged_data_are_named_in_the_last_line(damage, expected, tiny_dataset, bundle_run):
    damage(tiny_dataset)
    result = bundle_run("training", "train", expect=1, dataset_dir=tiny_dataset, **SMALL)
    last = [line for line in result.stderr.splitlines() if line.startswith("error:")][-1]
    text = result.stderr[result.stderr.index(last) :]
    assert expected in text and "Traceback" not in text
    assert not (bundle_run.folder / "models").exists()


def test_unknown_settings_are_refused_with_what_was_meant(tiny_dataset, bundle_run):
    result = bundle_run("training", "train", expect=1, dataset_dir=tiny_dataset, epochs=3)
    assert "Did you mean --train#trainer#max_epochs?" in result.stderr.splitlines()[-1]


def test_a_model_of_another_network_is_never_overwritten(tiny_dataset, bundle_run):
    models = bundle_run.folder / "models"
    models.mkdir()
    torch.save({"weight": torch.zeros(3)}, models / "model.pt")
    before = (models / "model.pt").read_bytes()
    for run_id, configs in (("training", ["train"]), ("evaluating", ["train", "evaluate"])):
        result = bundle_run(run_id, *configs, expect=1, dataset_dir=tiny_dataset, **SMALL)
        assert "holds the weights of another network" in result.stderr.splitlines()[-1]
    result = bundle_run("inferring", "inference", expect=1, dataset_dir=tiny_dataset / "images", device="cpu")
    assert "holds the weights of another network" in result.stderr.splitlines()[-1]
    assert (models / "model.pt").read_bytes() == before


def test_inference_without_a_model_says_so(tiny_dataset, bundle_run):
    result = bundle_run("inferring", "inference", expect=1, dataset_dir=tiny_dataset / "images", device="cpu")
    assert "models/model.pt does not exist. Train a model first" in result.stderr.splitlines()[-1]


def test_images_smaller_than_the_patch_are_padded(tiny_dataset, bundle_run):
    bundle_run("training", "train", dataset_dir=tiny_dataset, **{**SMALL, "patch_size": "[96,96]"})
    assert (bundle_run.folder / "models" / "model.pt").is_file()
