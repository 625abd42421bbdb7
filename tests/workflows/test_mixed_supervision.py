"""What the default does where dense masks stand beside drawings."""

import json

import pytest
from monai.bundle import ConfigParser
from tests_support import ROOT

CONFIGS = ROOT / "configs"
OVERLAY = json.loads((CONFIGS / "methods" / "dense_and_coarse.json").read_text())


def settings(folder, dense, **changes):
    """Of a training whose first ``dense`` cases have dense masks, as the config resolves them."""
    drawn, masked = (json.loads((folder / f"datalist{name}.json").read_text()) for name in ("", "_dense"))
    drawn["training"] = masked["training"][:dense] + drawn["training"][dense:]
    (folder / "mixed.json").write_text(json.dumps(drawn))
    parser = ConfigParser()
    parser.read_config(str(CONFIGS / "train.json"))
    changes |= {"dataset_dir": str(folder), "datalist": str(folder / "mixed.json"), "device": "cpu", "check": "off"}
    parser.config.update(changes)
    return {name: parser.get_parsed_content(name) for name in OVERLAY if name != "method"}


def test_beside_dense_masks_the_default_is_the_overlay(tiny_dataset):
    assert settings(tiny_dataset, 1) == {name: value for name, value in OVERLAY.items() if name != "method"}


@pytest.mark.parametrize(("dense", "label_loss", "alpha"), [(0, "generalised", 0.65), (4, "cross_entropy", 0.5)])
def test_with_one_kind_of_label_nothing_is_shared_out(dense, label_loss, alpha, tiny_dataset):
    found = settings(tiny_dataset, dense)
    assert (found["label_loss"], found["tversky_alpha"], found["dense_share"]) == (label_loss, alpha, None)


def test_boxes_have_settings_of_their_own(tiny_boxes):
    parser = ConfigParser()
    parser.read_config(str(CONFIGS / "train.json"))
    parser.config.update(dataset_dir=str(tiny_boxes), device="cpu", check="off")
    names = ("label_loss", "tversky_alpha", "partial_dice_weight", "dense_share")
    assert [parser.get_parsed_content(name) for name in names] == ["cross_entropy", 0.5, 0.0, 0.5]


def test_only_what_is_trained_on_counts(tiny_dataset):
    found = settings(tiny_dataset, 1, use_positive=False, use_negative=False)
    assert (found["tversky_alpha"], found["dense_share"]) == (0.5, None)
