"""The overlays of the baselines train, evaluate and infer."""

import csv

import pytest
import torch
from tests_support import run_workflow

SMALL = {
    "": {"train__trainer__max_epochs": 2, "patch_size": [32, 32]},
    "volume/": {"train__trainer__max_epochs": 2, "patch_size": [16, 16, 16]},
}
TERMS = {
    "partial_cross_entropy_dice": {"dice"},
    "generalised_cross_entropy": set(),
    "symmetric_cross_entropy": set(),
    "partial_cross_entropy_teacher": {"teacher"},
    "two_decoders": {"pseudo"},
}


def train(flavour, method, folder, data):
    """The trainer after a short training in a folder of its own."""
    workflow = run_workflow(
        "training",
        f"{flavour}train",
        f"methods/{method}",
        bundle_root=folder,
        dataset_dir=str(data),
        check="off",
        ckpt_dir=str(folder / "models"),
        output_dir=str(folder / "eval"),
        **SMALL[flavour],
    )
    return workflow.parser.get_parsed_content("train#trainer")


def weights(folder):
    return torch.load(folder / "models" / "model.pt", weights_only=True)


@pytest.mark.parametrize("method", TERMS)
def test_photographs(method, tmp_path, tiny_dataset):
    trainer = train("", method, tmp_path, tiny_dataset)
    losses = trainer.state.output["losses"]
    assert set(losses) == {"dense", "positive", "negative", "trace"} | TERMS[method]
    assert all(losses[name] > 0 for name in {"positive", "negative"} | TERMS[method])


@pytest.mark.parametrize("method", ["partial_cross_entropy_dice", "two_decoders"])
def test_volumes(method, tmp_path, tiny_volumes):
    trainer = train("volume/", method, tmp_path, tiny_volumes)
    assert TERMS[method] < set(trainer.state.output["losses"]) and weights(tmp_path)


def test_two_decoders_are_evaluated_and_used_with_their_overlay(tmp_path, tiny_dataset):
    train("", "two_decoders", tmp_path, tiny_dataset)
    folders = {"bundle_root": tmp_path, "output_dir": str(tmp_path / "eval")}
    run_workflow(
        *("evaluating", "train", "methods/two_decoders", "evaluate"),
        **folders,
        dataset_dir=str(tiny_dataset),
        ckpt_dir=str(tmp_path / "models"),
    )
    rows = list(csv.DictReader((tmp_path / "eval" / "evaluation" / "metrics.csv").open()))
    assert [row["case"] for row in rows[:3]] == ["test0", "test1", "mean"]
    run_workflow(
        *("inferring", "inference", "methods/two_decoders"),
        **folders,
        dataset_dir=str(tiny_dataset / "images" / "test0.png"),
        ckpt_path=str(tmp_path / "models" / "model.pt"),
    )
    assert list((tmp_path / "eval").rglob("test0_seg.png"))


def test_pseudo_labels_are_mixed_alike_for_the_same_seed(tmp_path, tiny_dataset):
    for name in ("first", "second"):
        train("", "two_decoders", tmp_path / name, tiny_dataset)
    first, second = (weights(tmp_path / name) for name in ("first", "second"))
    assert any(key.startswith("auxiliary.") for key in first)
    assert all(torch.equal(first[key], second[key]) for key in first)
