import json

import pytest
import torch
from monai.bundle import ConfigParser
from tests_support import ROOT, write_dataset

from bundle.rank_settings import read_rank_target
from scripts.errors import SettingError


@pytest.fixture
def exported(tmp_path):
    """A bundle in a folder of its own, with a small network that has learned nothing."""
    folder = tmp_path / "exported"
    (folder / "configs").mkdir(parents=True)
    config = json.loads((ROOT / "configs" / "inference.json").read_text())
    config["network_def"]["features"] = [4] * 6
    (folder / "configs" / "inference.json").write_text(json.dumps(config))
    (folder / "models").mkdir()
    torch.save(ConfigParser(config).get_parsed_content("network_def").state_dict(), folder / "models" / "model.pt")
    return folder


def test_an_exported_bundle_brings_its_own_model(exported, tmp_path):
    images = write_dataset(tmp_path / "data") / "images"
    target = read_rank_target([exported / "configs" / "inference.json"], {"dataset_dir": str(images)})
    assert len(target.images) == 8 and target.output_dir == exported / "eval" / "inference"
    assert not target.network.training


def test_a_model_of_other_settings_is_refused(exported, tmp_path):
    (exported / "models" / "model.json").write_text('{"settings": {"spacing": [2.0, 2.0, 2.0]}}')
    config = exported / "configs" / "inference.json"
    changed = json.loads(config.read_text())
    changed["handlers"][0]["settings"] = {"spacing": [1.0, 1.0, 1.0]}
    config.write_text(json.dumps(changed))
    with pytest.raises(SettingError, match="trained with other settings: spacing"):
        read_rank_target([config], {"dataset_dir": str(write_dataset(tmp_path / "data") / "images")})


def test_the_config_of_a_training_is_refused(tmp_path):
    with pytest.raises(SettingError, match="not the config of an inference"):
        read_rank_target([ROOT / "configs" / "train.json"], {})


def test_a_file_that_is_no_config_is_named(tmp_path):
    (tmp_path / "x.json").write_text("{")
    with pytest.raises(SettingError, match="x.json: cannot be read as a config"):
        read_rank_target([tmp_path / "x.json"], {})
