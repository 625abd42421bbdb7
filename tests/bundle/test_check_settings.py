import json

import pytest
from tests_support import ROOT

from bundle.check_settings import read_check_target
from scripts.errors import SettingError

CONFIGS = ROOT / "configs"


@pytest.mark.parametrize(("flavour", "dims", "spacing"), [("", 2, None), ("volume", 3, [1.0, 1.0, 1.0])])
def test_settings_are_those_of_the_config(flavour, dims, spacing, tmp_path):
    config = json.loads((CONFIGS / flavour / "train.json").read_text())
    target = read_check_target([CONFIGS / flavour / "train.json"], {"dataset_dir": str(tmp_path)})
    settings = target.settings
    assert (target.datalist, target.dataset_dir) == (tmp_path / "datalist.json", tmp_path)
    assert (settings.spatial_dims, settings.spacing, settings.reading) == (dims, spacing, "support")
    assert (settings.classes, settings.labels) == (config["classes"], config["labels"])
    assert settings.patch_size == config["patch_size"]


def test_overlays_and_overrides_change_them(tmp_path):
    overlay = tmp_path / "mine.json"
    overlay.write_text(json.dumps({"classes": ["background", "nerve"], "output_dir": "out", "datalist": "a.json"}))
    files = [CONFIGS / "train.json", overlay, CONFIGS / "methods" / "dense_only.json"]
    target = read_check_target(files, {"datalist": "b.json"})
    assert (str(target.output_dir), str(target.datalist)) == ("out", "b.json")
    assert (target.settings.classes, target.settings.use_boxes) == (["background", "nerve"], False)


@pytest.mark.parametrize("content", ["{}", '{"data_check": null}', "[1]", "{"])
def test_what_is_no_config_of_a_training_is_refused(content, tmp_path):
    path = tmp_path / "config.json"
    path.write_text(content)
    with pytest.raises(SettingError, match="config.json"):
        read_check_target([path], {})


def test_a_setting_that_leads_nowhere_is_named(tmp_path):
    (tmp_path / "mine.json").write_text('{"classes": "@names"}')
    with pytest.raises(SettingError, match=r"mine.json: data_check#classes cannot be worked out"):
        read_check_target([CONFIGS / "train.json", tmp_path / "mine.json"], {})


def test_a_missing_demo_is_generated(tmp_path, monkeypatch):
    made = []
    monkeypatch.setattr("bundle.check_settings.ensure_demo", lambda *arguments: made.append(arguments))
    for flavour in ("", "volume"):
        read_check_target([CONFIGS / flavour / "train.json"], {"bundle_root": str(tmp_path)})
    read_check_target([CONFIGS / "train.json"], {"dataset_dir": str(tmp_path)})
    data = tmp_path / "data"
    assert made == [(data / "demo", "fundus"), (data / "demo_volume", "volume")]
