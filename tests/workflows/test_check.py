"""A training checks its data set first, once."""

import json
import logging
from dataclasses import fields

import nibabel as nib
import numpy as np
import pytest
from PIL import Image
from tests_support import ROOT, build_workflow, run_workflow

from scripts.checking.settings import CheckSettings
from scripts.errors import root_user_error

SMALL = {"patch_size": [32, 32], "train__trainer__max_epochs": 1}


@pytest.fixture
def settings(tiny_dataset, tmp_path):
    """Of a short training in an empty folder."""
    return {"bundle_root": tmp_path, "dataset_dir": str(tiny_dataset), **SMALL}


def constant_image(data, name="training1"):
    Image.fromarray(np.full((60, 72, 3), 90, dtype=np.uint8)).save(data / "images" / f"{name}.png")


def written(folder):
    """When each file of a check was written."""
    return {path: path.stat().st_mtime_ns for path in (folder / "eval" / "check").rglob("*") if path.is_file()}


def test_a_training_leaves_a_report_and_the_next_one_measures_nothing(settings, tmp_path):
    run_workflow("training", "train", **settings)
    assert {path.name for path in (tmp_path / "eval" / "check").iterdir()} == {
        *("report.html", "report.json", "records", "thumbnails")
    }
    first = written(tmp_path)
    build_workflow("training", "train", **settings)
    again = written(tmp_path)
    # files that were new at first may only now be known by their dates
    again.pop(files := tmp_path / "eval" / "check" / "records" / "files.json", None)
    first.pop(files, None)
    assert again == first


def test_only_what_changed_is_measured_again(settings, tiny_dataset, tmp_path):
    build_workflow("training", "train", **settings)
    records = set((tmp_path / "eval" / "check" / "records").glob("????????*.json"))
    path = tiny_dataset / "images" / "training1.png"
    Image.open(path).point(lambda value: max(value - 3, 0)).save(path)
    build_workflow("training", "train", **settings)
    now = set((tmp_path / "eval" / "check" / "records").glob("????????*.json"))
    assert len(records) == len(now) == 8 and len(now - records) == 1


@pytest.mark.parametrize("off", ["off", False])
def test_check_off_does_nothing(off, settings, tmp_path):
    build_workflow("training", "train", check=off, **settings)
    assert not (tmp_path / "eval").exists()


@pytest.mark.parametrize("wrong", ["maybe", 1, "True"])
def test_other_values_are_refused(wrong, settings):
    with pytest.raises(RuntimeError) as error:
        build_workflow("training", "train", check=wrong, **settings)
    assert f"`check` must be on or off, got {wrong!r}" in str(root_user_error(error.value))


def test_warnings_are_logged_and_stop_nothing(settings, tiny_dataset, tmp_path, caplog):
    datalist = json.loads((tiny_dataset / "datalist.json").read_text())
    datalist["validation"] = datalist["validation"][:1]
    (tiny_dataset / "datalist.json").write_text(json.dumps(datalist))
    with caplog.at_level(logging.WARNING):
        build_workflow("training", "train", **settings)
    assert "few-cases: " in caplog.text and "report.html shows all" in caplog.text


def test_what_a_server_gives_is_checked(settings, tiny_dataset):
    constant_image(tiny_dataset)
    pairs = [
        {
            "image": str(tiny_dataset / f"images/training{n}.png"),
            "label": str(tiny_dataset / f"drawings/training{n}.png"),
        }
        for n in range(4)
    ]
    with pytest.raises(RuntimeError) as error:
        build_workflow("run", "train", train__dataset__data=pairs[:3], validate__dataset__data=pairs[3:], **settings)
    message = str(root_user_error(error.value))
    assert message.startswith("the check of the data set found 1 error") and "training1.png: every value" in message


def test_an_evaluation_checks_nothing(settings, tiny_dataset, tmp_path):
    datalist = json.loads((tiny_dataset / "datalist.json").read_text())
    (tiny_dataset / "datalist.json").write_text(json.dumps({"test": datalist["test"]}))
    build_workflow("evaluating", "train", "evaluate", **settings)
    assert not (tmp_path / "eval").exists()


def test_volumes_are_checked_too(tiny_volumes, tmp_path):
    shape = (30, 34, 22)
    nib.save(nib.Nifti1Image(np.zeros(shape, np.float32), np.eye(4)), tiny_volumes / "images" / "training1.nii.gz")
    with pytest.raises(RuntimeError) as error:
        build_workflow("training", "volume/train", bundle_root=tmp_path, dataset_dir=str(tiny_volumes))
    message = str(root_user_error(error.value))
    assert "training1.nii.gz: every value is 0" in message and "not on the voxel grid of its image" in message


@pytest.mark.parametrize("flavour", ["", "volume/"])
def test_the_check_has_the_settings_of_the_training(flavour):
    config = json.loads((ROOT / "configs" / f"{flavour}train.json").read_text())
    known = {field.name for field in fields(CheckSettings)} - (set() if flavour else {"spacing", "window"})
    assert known <= set(config["data_check"])
    assert all(config["data_check"][name] == f"@{name}" for name in known - {"spatial_dims"})


@pytest.mark.parametrize("name", ["train", "volume/train", "multi_gpu_train"])
def test_settings_and_folders_are_looked_at_first_and_seeds_are_set_afterwards(name):
    steps = json.loads((ROOT / "configs" / f"{name}.json").read_text())["initialize"]
    names = [step.get("_target_", "").rpartition(".")[2] if isinstance(step, dict) else step for step in steps]
    place = names.index("@data_check")
    assert {"refuse_unknown_settings", "require_writable"} <= set(names[:place])
    assert "set_determinism" in names[place:]
