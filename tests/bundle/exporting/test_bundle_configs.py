import json

import pytest
from export_support import flavour_config, write_json

from bundle.exporting.bundle_configs import make_configs, write_configs
from bundle.exporting.export_request import ExportRequest
from scripts.errors import SettingError


def _configs(folder, flavour, *overlays):
    paths = tuple(write_json(folder / f"{k}.json", overlay) for k, overlay in enumerate(overlays))
    return make_configs(ExportRequest(flavour, folder / "out", config_files=paths))


def test_the_overlay_of_an_import_reaches_every_config(tmp_path):
    classes = ["background", "artery", "vein"]
    overlay = {"classes": classes, "network_def#out_channels": 3, "matrix_form": "omission"}
    configs = _configs(tmp_path, "fundus", overlay)
    assert configs.classes == configs.train["classes"] == classes and configs.settings == {"classes": classes}
    assert configs.inference["network_def"]["out_channels"] == configs.network.final_conv.out_channels == 3
    assert configs.train["labels"]["not vein"] == 4 and configs.train["matrix_form"] == "omission"


def test_settings_of_volumes_come_with_the_model(tmp_path):
    overlay = {"classes": ["background", "liver"], "spacing": [2, 2, 3], "window": [-160, 240]}
    configs = _configs(tmp_path, "volume", overlay)
    assert configs.settings == overlay and configs.network.final_conv.out_channels == 2
    assert {key: configs.inference[key] for key in overlay} == overlay


def test_a_flavour_without_overlays_differs_in_its_places_alone(tmp_path):
    configs = _configs(tmp_path, "volume")
    own = flavour_config("volume", "inference")
    assert {key for key in own if own[key] != configs.inference[key]} == {"dataset_dir", "ckpt_path", "output_dir"}
    assert set(own) == set(configs.inference)


@pytest.mark.parametrize("classes", ["vessel", ["background"], [1, 2]])
def test_classes_must_be_names(classes, tmp_path):
    with pytest.raises(SettingError, match="at least two names"):
        _configs(tmp_path, "fundus", {"classes": classes})


def test_a_network_that_cannot_be_built_is_named(tmp_path):
    with pytest.raises(SettingError, match="`network_def` cannot be worked out"):
        _configs(tmp_path, "fundus", {"network_def#_target_": "NoSuchNet"})


def test_a_path_of_this_computer_is_refused(tmp_path):
    with pytest.raises(SettingError, match="network_def#weights is /home/me/a.pt"):
        _configs(tmp_path, "fundus", {"network_def#weights": "/home/me/a.pt"})


def test_the_layout_is_flat(tmp_path):
    write_configs(tmp_path / "configs", _configs(tmp_path, "volume"), {"version": "1.0.0"})
    names = {path.name for path in (tmp_path / "configs").iterdir()}
    assert names == {
        *(f"{name}.json" for name in ("train", "evaluate", "inference", "metadata", "multi_gpu_train")),
        *("logging.conf", "methods"),
    }
    assert json.loads((tmp_path / "configs" / "evaluate.json").read_text()) == flavour_config("volume", "evaluate")
