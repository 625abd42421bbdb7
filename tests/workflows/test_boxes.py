"""Train on boxes, mixed with dense masks and strokes, on the command line and in process."""

import json
import logging
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from ignite.engine import Events
from PIL import Image
from tests_support import BundleRun, build_workflow, run_workflow, write_boxed_dataset

from scripts.errors import root_user_error

# so short a training is sure of little, so that it settles by the sign alone
SETTINGS = {
    "train__trainer__max_epochs": 12,
    "val_interval": 4,
    "settle_interval": 3,
    "settle_margin": 0.0,
    "patch_size": [48, 48],
}
SMALL = {
    "network_def__features": [4] * 6,
    "train__trainer__max_epochs": 4,
    "val_interval": 2,
    "settle_interval": 1,
    "settle_margin": 0.0,
    "patch_size": [32, 32],
}
TERMS = ("dense", "positive", "negative", "trace", "inside", "outside", "settled")


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A bundle that was trained on boxes, that data set, and what was printed."""
    root = tmp_path_factory.mktemp("boxes")
    run, data = BundleRun(root / "bundle"), write_boxed_dataset(root / "data")
    result = run("training", "train", "methods/boxes", dataset_dir=data, **SETTINGS)
    return run, data, result.stdout + result.stderr


@pytest.fixture(scope="module", autouse=True)
def tracking(tmp_path_factory):
    """One store for all runs within this process; to make one takes longer than these trainings."""
    SMALL["tracking_uri"] = f"sqlite:///{tmp_path_factory.mktemp('tracking')}/mlruns.db"


def run_folder(run):
    (folder,) = (run.folder / "eval").glob("*_boxes_*")
    return folder


def train(configs, folder, data, caplog, **settings):
    """A short training in process; returns its trainer and what it logged."""
    settings = {**SMALL, "dataset_dir": str(data), **settings}
    with caplog.at_level(logging.INFO):
        workflow = run_workflow("training", *configs.split(), bundle_root=folder, **settings)
    return workflow.parser.get_parsed_content("train#trainer"), caplog.text


def change_cases(data, change, section="training"):
    """Rewrite the cases of a datalist."""
    path = data / "datalist.json"
    content = json.loads(path.read_text())
    content[section] = [case for case in map(change, content[section]) if case]
    path.write_text(json.dumps(content))


def test_boxes_become_masks_while_training(trained):
    run, _, output = trained
    assert "of the pixels in the boxes of 4 cases are settled" in output and "agree with the references" in output
    assert "validation Dice" in output


def test_a_film_strip_shows_how(trained):
    folder = run_folder(trained[0]) / "pictures" / "boxes"
    strips = sorted(folder.glob("*.png"))
    assert len(strips) == 4
    with Image.open(strips[0]) as strip:
        assert strip.width > 2 * strip.height


def test_the_deployed_model_is_the_plain_network_and_the_run_keeps_the_variances(trained):
    run = trained[0]
    plain = torch.load(run.folder / "models" / "model.pt", weights_only=True)
    whole = torch.load(run_folder(run) / "checkpoints" / "best_training.pt", weights_only=True)
    assert {f"segmentation.{name}" for name in plain} < set(whole)
    assert {name for name in whole if name.startswith("log_variance")}


def test_the_model_segments_and_is_evaluated_like_any_other(trained):
    run, data, _ = trained
    run("evaluating", "train", "evaluate", dataset_dir=data)
    metrics = json.loads((run.folder / "eval" / "evaluation" / "metrics.json").read_text())
    assert metrics["cases"] == 2 and metrics["val_dice"] > 0.6 and 0 < metrics["val_pooled_iou"] <= 1


@pytest.mark.parametrize(("flavour", "data"), [("train", "tiny_boxes"), ("volume/train", "tiny_box_volumes")])
def test_the_default_settings_take_boxes_as_they_are(flavour, data, request, tmp_path, caplog):
    settings = {"patch_size": [16, 16, 16]} if flavour == "volume/train" else {}
    trainer, log = train(flavour, tmp_path, request.getfixturevalue(data), caplog, **settings)
    assert trainer.network.uncertainty
    assert tuple(trainer.state.output["losses"]) == TERMS
    assert "box_settled" in trainer.state.metrics and "are settled" in log


def test_without_boxes_nothing_of_it_is_there(tiny_dataset, tmp_path, caplog):
    trainer, log = train("train", tmp_path, tiny_dataset, caplog, warm_up=0.5)
    assert not trainer.network.uncertainty
    assert tuple(trainer.state.output["losses"]) == (*TERMS[:4], "dice")
    assert "settled" not in log


@pytest.mark.parametrize("configs", ["train", "train methods/coupled_support"])
def test_boxes_and_strokes_in_one_case(configs, tiny_boxes, tmp_path, caplog):
    def draw(case):
        if case.get("boxes"):
            name = Path(case["image"]).name
            with Image.open(tiny_boxes / case["image"]) as image:
                drawing = np.zeros(image.size[::-1], dtype=np.uint8)
            x0, y0, x1, y1 = (int(v) for v in case["boxes"][0]["box"])
            drawing[(y0 + y1) // 2, x0 + 2 : x1 - 2] = 1
            drawing[y0, x0 : x0 + 2] = 2
            (tiny_boxes / "drawings").mkdir(exist_ok=True)
            Image.fromarray(drawing).save(tiny_boxes / "drawings" / name)
            case["label"] = f"drawings/{name}"
        return case

    change_cases(tiny_boxes, draw)
    trainer, _ = train(configs, tmp_path, tiny_boxes, caplog, patch_size=[64, 64])
    # dense, drawn and boxed cases: each term has something to say
    facts = trainer.data_loader.dataset.summary()
    assert facts["boxed cases"] == 4 and facts["vessel"] > 0 and facts["not vessel"] > 0
    assert all(torch.isfinite(value) for value in trainer.state.output["losses"].values())


def test_no_dense_case_is_weaker_and_says_so(tiny_boxes, tmp_path, caplog):
    change_cases(tiny_boxes, lambda case: case if case.get("boxes") else None)
    trainer, log = train("train", tmp_path, tiny_boxes, caplog)
    assert "no training case is dense" in log
    assert trainer.state.output["losses"]["dense"] == 0 and trainer.state.output["losses"]["outside"] > 0


def test_all_cases_dense(tiny_boxes, tmp_path, caplog):
    def finish(case):
        if not case.get("boxes"):
            return case
        return {"image": case["image"], "label": case["reference"], "supervision": "dense"}

    change_cases(tiny_boxes, finish)
    trainer, _ = train("train methods/boxes", tmp_path, tiny_boxes, caplog)
    assert tuple(trainer.state.output["losses"]) == (*TERMS[:4], "dice")


@pytest.mark.parametrize(
    ("method", "inside", "cases"),
    [("boxes_as_masks", True, 6), ("boxes_ignored", False, 6), ("boxes_unsettled", True, 6), ("dense_only", None, 2)],
)
def test_baselines(method, inside, cases, tiny_boxes, tmp_path, caplog):
    trainer, log = train(f"train methods/{method}", tmp_path, tiny_boxes, caplog, patch_size=[64, 64])
    losses = trainer.state.output["losses"]
    assert len(trainer.data_loader.dataset) == cases
    assert ("inside" in losses) == (inside is not None)
    if inside is not None:
        assert (losses["inside"] > 0) == inside
        assert losses["settled"] == 0 and "are settled" not in log


def test_resumed_equals_unbroken(tiny_boxes, tmp_path, caplog):
    """The matrices, the average, what was settled and the order of the cases go on as if nothing had happened."""

    def last(folder):
        (path,) = folder.glob("eval/*/checkpoints/last.pt")
        return torch.load(path, weights_only=True)["model"]

    settings = {"train__trainer__max_epochs": 6, "num_workers": 0}
    train("train methods/coupled_support", tmp_path / "unbroken", tiny_boxes, caplog, **settings)

    class Killed(Exception):
        pass

    def kill(engine):
        if engine.state.epoch == 5:
            raise Killed

    broken = {**SMALL, "dataset_dir": str(tiny_boxes), **settings}
    workflow = build_workflow("training", "train", "methods/coupled_support", bundle_root=tmp_path / "broken", **broken)
    trainer = workflow.parser.get_parsed_content("train#trainer")
    trainer.add_event_handler(Events.ITERATION_COMPLETED, kill)
    with pytest.raises(Killed):
        trainer.run()
    train("train methods/coupled_support", tmp_path / "broken", tiny_boxes, caplog, resume=True, **settings)
    expected, resumed = last(tmp_path / "unbroken"), last(tmp_path / "broken")
    assert expected.keys() == resumed.keys()
    assert all(torch.equal(expected[key], resumed[key]) for key in expected)


def test_two_processes_settle_together(tiny_boxes, bundle_run):
    command = [
        *(sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node=2", "-m", "monai.bundle"),
        *("run", "training", "--config_file"),
        "['configs/train.json','configs/methods/coupled_support.json','configs/multi_gpu_train.json']",
        *("--dataset_dir", str(tiny_boxes), "--patch_size", "[32,32]", "--train#trainer#max_epochs", "4"),
        *("--batch_size", "1", "--val_interval", "2", "--settle_interval", "1"),
        *("--network_def#features", "[4,4,4,4,4,4]"),
    ]
    result = subprocess.run(
        command, cwd=bundle_run.folder, env=bundle_run.environment, capture_output=True, text=True, timeout=300
    )
    assert result.returncode == 0, result.stderr[-4000:]
    (run,) = (bundle_run.folder / "eval").glob("*_coupled_support_*")
    assert len(list((run / "boxes").glob("epoch_000004/*.npz"))) == 4


def test_a_wrong_box_stops_before_anything_is_written(tiny_boxes, tmp_path):
    def swap(case):
        for box in case.get("boxes") or []:
            box["box"] = box["box"][2:] + box["box"][:2]
        return case

    change_cases(tiny_boxes, swap)
    with pytest.raises(RuntimeError) as error:
        run_workflow("training", "train", bundle_root=tmp_path, dataset_dir=str(tiny_boxes), **SMALL)
    message = str(root_user_error(error.value))
    assert "datalist.json" in message and "training[2]" in message and "expected x0 < x1 and y0 < y1" in message
    assert not (tmp_path / "models").exists() and not (tmp_path / "eval").exists()
