import pytest
from tests_support import ROOT

from bundle.benchmarking.methods import COARSE, METHODS
from bundle.read_configs import read_configs

KINDS = {"reference", "baseline", "paper", "ours", "semi"}


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("config", ["train", "volume/train"])
def test_overlays_and_settings_are_those_of_the_configs(name, config):
    method = METHODS[name]
    assert method.name == name and method.kind in KINDS and method.label
    before = read_configs([ROOT / "configs" / f"{config}.json"])
    overlays = [ROOT / "configs" / "methods" / f"{overlay}.json" for overlay in method.overlays]
    read_configs([ROOT / "configs" / f"{config}.json", *overlays])
    for setting in method.settings:
        assert setting in before


def test_the_default_is_the_config_as_it_is():
    default = METHODS["default"]
    assert not default.overlays and not default.settings and default.datalist == COARSE


def test_references_see_no_drawings():
    assert [name for name, method in METHODS.items() if not method.uses_ratio] == ["dense_masks", "dense_few"]


def test_labels_differ():
    labels = [method.label for method in METHODS.values()]
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("name", ["default", "partial_cross_entropy"])
def test_the_complementary_term_is_all_that_is_left_out(name):
    method, without = METHODS[name], METHODS[f"{name}_no_complementary"]
    assert without.overlays == method.overlays and without.settings == {**method.settings, "negative_weight": 0.0}


@pytest.mark.parametrize("name", METHODS)
def test_a_setting_is_written_as_the_command_line_wants_it(name):
    assert None not in METHODS[name].settings.values(), 'write "$None": MONAI ignores a bare None'
