import copy

import pytest
from export_support import flavour_config

from bundle.exporting.agree_inference import agree_inference
from scripts.errors import SettingError


@pytest.fixture
def base():
    """Training of volumes."""
    return flavour_config("volume", "train")


@pytest.fixture
def train(base):
    """The same, for changes."""
    return copy.deepcopy(base)


@pytest.fixture
def inference():
    """Inference of volumes."""
    return flavour_config("volume", "inference")


def test_nothing_changes_where_nothing_was_changed(inference, train, base):
    assert agree_inference(inference, train, base) == inference


def test_classes_spacing_window_network_and_sliding_window_are_those_of_the_training(inference, train, base):
    train |= {"classes": ["background", "liver"], "spacing": [2, 2, 2], "window": [-160, 240]}
    train["network_def"]["features"] = [4] * 6
    train["validate"]["inferer"]["roi_size"] = [96] * 3
    agreed = agree_inference(inference, train, base)
    assert {key: agreed[key] for key in ("classes", "spacing", "window", "network_def")} == {
        key: train[key] for key in ("classes", "spacing", "window", "network_def")
    }
    assert agreed["inferer"] == train["validate"]["inferer"]
    assert agreed["dataset_dir"] == inference["dataset_dir"]


def test_an_argument_of_a_transform_is_taken_over(inference, train, base):
    train["train"]["deterministic_transforms"][6]["margin"] = 2
    agreed = agree_inference(inference, train, base)
    assert agreed["preprocessing"]["transforms"] == train["train"]["deterministic_transforms"]


def test_transforms_that_only_the_inference_has_stay_in_their_places(inference, train, base):
    extra = {"_target_": "EnsureTyped", "keys": "image"}
    inference["preprocessing"]["transforms"].insert(2, extra)
    train["train"]["deterministic_transforms"][4]["mode"] = "nearest"
    found = agree_inference(inference, train, base)["preprocessing"]["transforms"]
    assert found[2] == extra and found[5]["mode"] == "nearest" and len(found) == 9


def test_transforms_that_cannot_be_matched_are_refused(inference, train, base):
    inference["preprocessing"]["transforms"].insert(2, {"_target_": "EnsureTyped", "keys": "image"})
    train["train"]["deterministic_transforms"][7] = {"_target_": "ScaleIntensityd", "keys": "image"}
    with pytest.raises(SettingError, match="cannot be matched"):
        agree_inference(inference, train, base)


def test_another_kind_of_transform_is_taken_over_where_the_lists_were_the_same(inference, train, base):
    train["train"]["deterministic_transforms"][7] = {"_target_": "ScaleIntensityd", "keys": "image"}
    found = agree_inference(inference, train, base)["preprocessing"]["transforms"]
    assert found[7]["_target_"] == "ScaleIntensityd"


def test_a_transform_that_the_validation_leaves_out_is_refused(inference, train, base):
    train["train"]["deterministic_transforms"].append({"_target_": "ScaleIntensityd", "keys": "image"})
    with pytest.raises(SettingError, match="deterministic_transforms#8"):
        agree_inference(inference, train, base)


def test_settings_that_are_referred_to_come_along_with_those_that_they_refer_to(inference, train, base):
    train |= {"width": "$@half * 2", "half": 4, "window": "$[0, @top]", "top": 100}
    train["network_def"]["features"] = "$[@width] * 6"
    agreed = agree_inference(inference, train, base)
    assert {key: agreed[key] for key in ("width", "half", "top")} == {"width": "$@half * 2", "half": 4, "top": 100}


def test_a_reference_into_the_training_is_refused(inference, train, base):
    train["network_def"]["in_channels"] = "$len(@train#deterministic_transforms)"
    with pytest.raises(SettingError, match="train#deterministic_transforms"):
        agree_inference(inference, train, base)
