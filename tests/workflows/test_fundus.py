"""Train, evaluate and infer on the command line, as a user does."""

import csv
import json
import subprocess

import mlflow
import numpy as np
import pytest
import torch
from PIL import Image
from tests_support import BundleRun, run_workflow, write_case, write_dataset

SETTINGS = {"train__trainer__max_epochs": 6, "val_interval": 3, "patch_size": "[32,32]"}


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A bundle that was trained on a small data set, and that data set."""
    root = tmp_path_factory.mktemp("fundus")
    run, data = BundleRun(root / "bundle"), write_dataset(root / "data")
    result = run("training", "train", dataset_dir=data, **SETTINGS)
    return run, data, result.stdout


def test_training_tells_where_everything_is(trained):
    run, _, output = trained
    assert "validation Dice" in output and "models/model.pt" in output and "mlflow ui" in output
    (folder,) = (run.folder / "eval").glob("*_robust_support_*")
    assert {p.name for p in folder.iterdir()} == {"checkpoints", "config.json", "pictures"}
    assert {p.name for p in (folder / "checkpoints").iterdir()} == {
        "best.pt",
        "best.json",
        "best_training.pt",
        "last.pt",
    }
    assert list((folder / "pictures").glob("validation_epoch_*.png"))


def test_the_deployed_model_is_the_plain_network(trained):
    run, _, _ = trained
    state = torch.load(run.folder / "models" / "model.pt", weights_only=True)
    assert not [key for key in state if "annotation" in key or "segmentation" in key]


def test_the_deployed_model_of_a_coupled_training_is_the_plain_network(tiny_dataset, tmp_path):
    settings = {"dataset_dir": str(tiny_dataset), "patch_size": [32, 32], "train__trainer__max_epochs": 1}
    run_workflow("training", "train", "methods/coupled_support", bundle_root=tmp_path, **settings)
    (path,) = (tmp_path / "eval").glob("*_coupled_support_*/checkpoints/best_training.pt")
    plain = torch.load(tmp_path / "models" / "model.pt", weights_only=True)
    whole = torch.load(path, weights_only=True)
    assert {f"segmentation.{name}" for name in plain} < set(whole)
    assert {name for name in whole if name.startswith("annotation.")}


def test_the_run_is_tracked_with_terms_settings_metrics_and_artifacts(trained):
    run, _, _ = trained
    client = mlflow.MlflowClient(f"sqlite:///{run.folder}/eval/mlruns.db")
    (experiment,) = client.search_experiments(filter_string="name = 'coarse_label_segmentation'")
    (tracked,) = client.search_runs([experiment.experiment_id], "attributes.run_name LIKE '%robust_support%'")
    assert tracked.info.status == "FINISHED"
    terms = {f"train_loss/{name}" for name in ("positive", "negative", "dice")}
    assert {"train_loss", "val_dice"} | terms <= set(tracked.data.metrics)
    assert tracked.data.params["method"] == "robust_support" and tracked.data.params["drawings.cases"] == "4"
    assert {a.path for a in client.list_artifacts(tracked.info.run_id)} == {"config.json", "pictures"}


def test_the_executed_config_is_the_one_that_ran(trained):
    run, _, _ = trained
    (path,) = (run.folder / "eval").glob("*_robust_support_*/config.json")
    config = json.loads(path.read_text())
    assert config["train"]["trainer"]["max_epochs"] == 6 and config["patch_size"] == [32, 32]


def test_evaluation_gives_a_table_and_pictures_of_every_test_case(trained):
    run, data, _ = trained
    run("evaluating", "train", "evaluate", dataset_dir=data)
    folder = run.folder / "eval" / "evaluation"
    rows = list(csv.DictReader((folder / "metrics.csv").open()))
    assert [row["case"] for row in rows] == ["test0", "test1", "mean", "median", "std"]
    metrics = {"val_dice", "val_iou", "val_cldice", "val_sensitivity", "val_specificity"}
    assert metrics <= set(rows[0]) and all(0 <= float(rows[0][name]) <= 1 for name in metrics)
    dice, iou = float(rows[0]["val_dice"]), float(rows[0]["val_iou"])
    assert iou == pytest.approx(dice / (2 - dice), abs=1e-4)
    assert list(folder.glob("worst_*.png")) and list(folder.glob("best_*.png"))


@pytest.fixture(scope="module")
def photographs(tmp_path_factory):
    """One picture in many file types and colour modes, not square, one larger and one smaller than a patch."""
    folder = tmp_path_factory.mktemp("photographs")
    image = write_case(folder / "source", "a", seed=1, size=(150, 100))["image"]
    picture = Image.fromarray(image)
    picture.save(folder / "rgb.png")
    picture.save(folder / "jpeg.jpg", quality=95)
    picture.save(folder / "tiff.TIF")
    picture.convert("L").save(folder / "grey.png")
    picture.convert("RGBA").save(folder / "rgba.png")
    picture.crop((0, 0, 20, 13)).save(folder / "tiny.png")
    picture.resize((600, 400)).save(folder / "large.png")
    return folder


def test_inference_keeps_size_and_orientation(trained, photographs):
    run, _, _ = trained
    run("inferring", "inference", dataset_dir=photographs, output_dir=run.folder / "out", save_probability=True)
    for path in photographs.glob("*.*"):
        mask = Image.open(run.folder / "out" / f"{path.stem}_seg.png")
        probability = Image.open(run.folder / "out" / f"{path.stem}_probability.png")
        assert mask.size == probability.size == Image.open(path).size
        values, grey = np.asarray(mask), np.asarray(probability)
        assert set(np.unique(values)) <= {0, 1}
        assert ((grey > 128) <= (values == 1)).all() and ((grey < 127) <= (values == 0)).all()


def test_formats_of_one_picture_give_one_mask(trained, photographs):
    run, _, _ = trained
    run_workflow(
        "inferring",
        "inference",
        bundle_root=run.folder,
        dataset_dir=str(photographs),
        output_dir=str(run.folder / "again"),
    )
    masks = [np.asarray(Image.open(run.folder / "again" / f"{n}_seg.png")) for n in ("rgb", "tiff", "rgba")]
    assert (masks[0] == masks[1]).all() and (masks[0] == masks[2]).all()


def test_a_flipped_photograph_gives_a_flipped_mask_shape(trained, tmp_path):
    run, _, _ = trained
    image = write_case(tmp_path / "source", "a", seed=3, size=(120, 72))["image"]
    (tmp_path / "in").mkdir()
    Image.fromarray(image).transpose(Image.Transpose.TRANSPOSE).save(tmp_path / "in" / "t.png")
    run_workflow(
        "inferring",
        "inference",
        bundle_root=run.folder,
        dataset_dir=str(tmp_path / "in"),
        output_dir=str(tmp_path / "out"),
    )
    assert Image.open(tmp_path / "out" / "t_seg.png").size == (72, 120)


def test_a_bundle_runs_from_any_folder(trained, tmp_path):
    run, data, _ = trained
    command = run.command("inferring", "inference", dataset_dir=data / "images", output_dir=tmp_path / "out")
    command[command.index("--config_file") + 1] = str(run.folder / "configs" / "inference.json")
    environment = {key: value for key, value in run.environment.items() if key != "PYTHONPATH"}
    result = subprocess.run(
        [*command, "--bundle_root", str(run.folder)], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr[-3000:]
    assert len(list((tmp_path / "out").glob("*_seg.png"))) == 8
