import json

import pytest
from export_support import flavour_config, write_json
from tests_support import ROOT

from bundle.exporting.merge_training import merge_training
from scripts.errors import SettingError

TRAIN = ROOT / "configs" / "train.json"


def test_later_files_win_and_keys_go_into_objects(tmp_path):
    first = write_json(tmp_path / "a.json", {"classes": ["background", "nerve"], "network_def#out_channels": 3})
    second = write_json(tmp_path / "b.json", {"network_def#out_channels": 4, "+imports": ["$import math"]})
    merged = merge_training(TRAIN, [first, second])
    base = flavour_config("fundus", "train")
    assert merged["network_def"] == {**base["network_def"], "out_channels": 4}
    assert merged["classes"] == ["background", "nerve"] and merged["imports"] == [*base["imports"], "$import math"]


def test_without_overlays_it_is_the_flavours_own():
    assert merge_training(TRAIN, []) == flavour_config("fundus", "train")


def test_a_new_setting_is_fine_where_something_refers_to_it(tmp_path):
    overlay = write_json(tmp_path / "a.json", {"width": 8, "network_def#features": "$[@width] * 6"})
    assert merge_training(TRAIN, [overlay])["width"] == 8


@pytest.mark.parametrize("overlay", [{"clases": ["background", "nerve"]}, {"inferer": {"roi_size": [96, 96]}}])
def test_a_setting_that_nothing_reads_is_named(overlay, tmp_path):
    path = write_json(tmp_path / "a.json", overlay)
    with pytest.raises(SettingError, match=f"a.json: {next(iter(overlay))}"):
        merge_training(TRAIN, [path])


def test_of_several_overlays_the_broken_one_is_named(tmp_path):
    good, broken = write_json(tmp_path / "good.json", {}), tmp_path / "broken.json"
    broken.write_text("nonsense")
    with pytest.raises(SettingError, match="^[^ ]*broken.json cannot be read as a config"):
        merge_training(TRAIN, [good, broken])


def test_an_overlay_of_the_inference_is_refused(tmp_path):
    path = write_json(tmp_path / "a.json", {"inferer#roi_size": [96, 96]})
    with pytest.raises(SettingError, match="validate#inferer"):
        merge_training(TRAIN, [path])


@pytest.mark.parametrize("text", ["{", json.dumps([1])])
def test_what_is_no_config_is_refused(text, tmp_path):
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(SettingError, match="a.json"):
        merge_training(TRAIN, [tmp_path / "a.json"])


def test_the_other_flavour_is_told(tmp_path):
    run = write_json(tmp_path / "config.json", flavour_config("volume", "train"))
    with pytest.raises(SettingError, match="other --flavour"):
        merge_training(TRAIN, [run])
