import json

import pytest

from bundle.read_configs import read_configs
from scripts.errors import SettingError


def test_later_files_change_earlier_ones(tmp_path):
    first, second = tmp_path / "a.json", tmp_path / "b.json"
    first.write_text(json.dumps({"seed": 0, "network_def": {"norm": "batch", "act": "relu"}}))
    second.write_text(json.dumps({"network_def#norm": "instance"}))
    parser = read_configs([first, second])
    assert parser["network_def"] == {"norm": "instance", "act": "relu"} and parser["seed"] == 0


def test_a_file_that_is_no_config_is_named(tmp_path):
    path = tmp_path / "a.json"
    path.write_text("{")
    with pytest.raises(SettingError, match="a.json: cannot be read as a config .* Expected JSON or YAML"):
        read_configs([path])
