"""Evaluations measure calibration and the best threshold, and keep predictions for a comparison."""

import json

import numpy as np
import pytest
import torch
from monai.bundle import ConfigParser
from PIL import Image
from tests_support import ROOT, run_workflow, write_dataset, write_volume_dataset

from bundle.benchmarking.read_evaluation import read_evaluation

FLAVOURS = {"fundus": "", "volume": "volume/"}


@pytest.fixture(scope="module", params=FLAVOURS)
def evaluated(request, tmp_path_factory):
    """Folder, metrics and cases of an evaluation of an untrained network, and how many classes it has."""
    prefix = FLAVOURS[request.param]

    folder = tmp_path_factory.mktemp(request.param)
    data = (write_volume_dataset if prefix else write_dataset)(folder / "data")
    content = json.loads((data / "datalist.json").read_text())
    if not prefix:
        view = np.zeros((60, 72), np.uint8)
        view[:, :36] = 255
        Image.fromarray(view).save(data / "view.png")
        for case in content["test"]:
            case["field_of_view"] = "view.png"
        (data / "datalist.json").write_text(json.dumps(content))
    parser = ConfigParser()
    parser.read_config(str(ROOT / "configs" / prefix / "train.json"))
    parser["device"] = "cpu"
    torch.manual_seed(0)
    torch.save(parser.get_parsed_content("network").state_dict(), folder / "model.pt")
    run_workflow(
        "evaluating",
        f"{prefix}train",
        f"{prefix}evaluate",
        "benchmark/measure",
        bundle_root=folder,
        dataset_dir=str(data),
        ckpt_path=str(folder / "model.pt"),
        result_dir=str(folder / "result"),
        num_workers=0,
    )
    return folder / "result", *read_evaluation(folder / "result"), len(parser["classes"])


def test_calibration_is_measured_per_case_and_pooled(evaluated):
    _, metrics, cases, _ = evaluated
    assert set(cases) == {"test0", "test1"}
    assert metrics["ece"] == pytest.approx(np.mean([case["ece"] for case in cases.values()]), abs=1e-5)
    assert 0 <= metrics["pooled_ece"] <= metrics["ece"] + 1e-6


def test_the_best_threshold_is_that_of_two_classes(evaluated):
    _, metrics, cases, classes = evaluated
    if classes > 2:
        assert "best_dice" not in metrics and "best_threshold" not in metrics
        return
    assert metrics["best_dice"] >= metrics["dice"] and 0.02 <= metrics["best_threshold"] <= 0.98
    assert metrics["best_dice"] == pytest.approx(np.mean([case["best_dice"] for case in cases.values()]), abs=1e-5)


def test_predictions_are_kept_and_the_rest_as_ever(evaluated):
    folder, _, _, classes = evaluated
    kinds = ("probability",) if classes == 2 else ("classes", "image", "truth")
    files = {f"{case}_{kind}.png" for case in ("test0", "test1") for kind in kinds}
    assert {path.name for path in (folder / "predictions").iterdir()} == files
    assert list(folder.glob("best_*.png"))


def test_what_lies_outside_the_field_of_view_does_not_count(evaluated):
    folder, metrics, cases, classes = evaluated
    if classes > 2:
        return
    probability = np.asarray(Image.open(folder / "predictions" / "test0_probability.png")) / 255
    assert probability.shape == (60, 72) and not probability[:, 36:].any() and probability[:, :36].any()
    truth = np.asarray(Image.open(folder.parent / "data" / "masks" / "test0.png"))
    inside, drawn = probability[:, :36], truth[:, :36]
    index = np.ceil(inside * 15 - 1e-9).clip(1, 15)
    parts = [abs((inside - drawn)[index == k].sum()) for k in np.unique(index)]
    assert cases["test0"]["ece"] == pytest.approx(sum(parts) / inside.size, abs=0.01)
