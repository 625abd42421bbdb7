"""The product's evaluation of stored probabilities, in a process of its own."""

import json
from dataclasses import replace

import nibabel as nib
import numpy as np
import pytest
from benchmark_support import run_python, tiny_set
from PIL import Image
from tests_support import write_dataset, write_volume_dataset

from bundle.benchmarking.cell import Cell
from bundle.benchmarking.nnunet.commands import DATASET
from bundle.benchmarking.nnunet.measure import list_probabilities, measuring_arguments
from bundle.benchmarking.nnunet.write_dataset import TEST_CASES
from bundle.benchmarking.read_evaluation import read_evaluation
from scripts.errors import DataError

CODE = """
import json, runpy, sys
sys.argv = ["monai.bundle", "run", *json.loads(sys.argv[1])]
runpy.run_module("monai.bundle", run_name="__main__", alter_sys=True)
"""
CELL = Cell("retina", "nnunet_ignore", 0.3, "realistic", 0)
VOLUMES = replace(
    tiny_set(),
    classes=("background", "anterior", "posterior"),
    overlay="configs/benchmark/hippocampus.json",
    train_config="configs/volume/train.json",
    evaluate_config="configs/volume/evaluate.json",
)


def store(work, data, masks, classes):
    """What nnU-Net would have written: 0.9 for the class of the mask, axes from the last to the first."""
    cases = {f"test_{k:04d}": str((data / "images" / name).resolve()) for k, name in enumerate(masks)}
    folder = work / "nnUNet_raw" / DATASET
    folder.mkdir(parents=True)
    (folder / TEST_CASES).write_text(json.dumps(cases))
    (work / "predicted").mkdir()
    for case, mask in zip(cases, masks.values()):
        one_hot = np.arange(classes)[:, None, None, None] == mask
        values = np.where(one_hot, 0.9, 0.1 / (classes - 1)).astype(np.float32)
        np.savez_compressed(work / "predicted" / f"{case}.npz", probabilities=values)


def measure(data_set, data, work, *, volume):
    list_probabilities(work)
    arguments = measuring_arguments(CELL, data_set, data, work, volume=volume, settings=("--device", "cpu"))
    done = run_python(CODE, json.dumps(arguments))
    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return read_evaluation(work / "eval" / "evaluation")


def test_pictures_are_measured_as_all_methods_are(tmp_path):
    data, work = write_dataset(tmp_path / "data"), tmp_path / "work"
    masks = {f"test{k}.png": np.asarray(Image.open(data / "masks" / f"test{k}.png"))[None] for k in (0, 1)}
    # of the second, half of the band is missed
    masks["test1.png"] = masks["test1.png"] * (np.arange(72) < 36)
    store(work, data, masks, 2)
    metrics, cases = measure(tiny_set(), data, work, volume=False)
    assert cases["test0"]["dice"] == 1 and cases["test1"]["dice"] == pytest.approx(2 / 3, abs=1e-6)
    assert cases["test0"]["iou"] == 1 and cases["test0"]["cldice"] == 1
    assert cases["test0"]["ece"] == pytest.approx(0.1, abs=1e-6)
    assert {"pooled_iou", "sensitivity", "specificity", "best_dice", "best_threshold"} <= set(metrics)
    assert len(list((work / "eval" / "evaluation" / "predictions").glob("*_probability.png"))) == 2


def test_volumes_are_measured_on_the_grid_of_their_files(tmp_path):
    data, work = write_volume_dataset(tmp_path / "data"), tmp_path / "work"
    names = [f"test{k}.nii.gz" for k in (0, 1)]
    masks = {name: np.asarray(nib.load(data / "masks" / name).dataobj).transpose(2, 1, 0) for name in names}
    store(work, data, masks, 3)
    metrics, cases = measure(VOLUMES, data, work, volume=True)
    assert metrics["dice"] == 1 and metrics["nsd"] == 1 and metrics["hd95"] == 0
    assert cases["test0"]["ece"] == pytest.approx(0.1, abs=1e-6)


def test_a_case_without_a_prediction_is_named(tmp_path):
    folder = tmp_path / "nnUNet_raw" / DATASET
    folder.mkdir(parents=True)
    (folder / TEST_CASES).write_text(json.dumps({"test_0000": "/images/a.png"}))
    with pytest.raises(DataError, match=r"test_0000\.npz \(1 of 1 missing\)"):
        list_probabilities(tmp_path)
