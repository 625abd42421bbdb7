"""What the default does where dense masks stand beside drawings."""

import json

import pytest
from monai.bundle import ConfigParser
from tests_support import ROOT

CONFIGS = ROOT / "configs"
OVERLAY = json.loads((CONFIGS / "methods" / "dense_and_coarse.json").read_text())


def settings(folder, dense):
    """Of a training whose first ``dense`` cases have dense masks, as the config resolves them."""
    drawn, masked = (json.loads((folder / f"datalist{name}.json").read_text()) for name in ("", "_dense"))
    drawn["training"] = masked["training"][:dense] + drawn["training"][dense:]
    (folder / "mixed.json").write_text(json.dumps(drawn))
    parser = ConfigParser()
    parser.read_config(str(CONFIGS / "train.json"))
    parser.config.update(dataset_dir=str(folder), datalist=str(folder / "mixed.json"), device="cpu", check="off")
    return {name: parser.get_parsed_content(name) for name in OVERLAY if name != "method"}


def test_beside_dense_masks_the_default_is_the_overlay(tiny_dataset):
    assert settings(tiny_dataset, 1) == {name: value for name, value in OVERLAY.items() if name != "method"}


@pytest.mark.parametrize(("dense", "label_loss", "alpha"), [(0, "generalised", 0.65), (4, "cross_entropy", 0.5)])
def test_with_one_kind_of_label_nothing_is_shared_out(dense, label_loss, alpha, tiny_dataset):
    found = settings(tiny_dataset, dense)
    assert (found["label_loss"], found["tversky_alpha"], found["dense_share"]) == (label_loss, alpha, None)
