import pytest
import torch
from export_support import SMALL, flavour_config, write_json, write_run
from monai.bundle import ConfigParser

from bundle.exporting.training_run import read_run
from scripts.errors import SettingError


@pytest.fixture
def run(tmp_path):
    """A run on data that are not there."""
    return write_run(tmp_path / "eval" / "20260101_run", "fundus", tmp_path / "data")


@pytest.fixture
def state(run):
    """Weights of its model."""
    return torch.load(run / "checkpoints" / "best.pt", weights_only=True)


def _train(**changes):
    parser = ConfigParser(flavour_config("fundus", "train"))
    parser.update({**SMALL, **changes})
    return parser.get()


def test_it_tells_where_the_data_were(run, state, tmp_path):
    found = read_run(run, run / "checkpoints" / "best.pt", state, _train())
    assert (found.name, found.epochs, found.dataset_dir) == ("20260101_run", 60, tmp_path / "data")
    assert found.datalist == tmp_path / "data" / "datalist.json" and found.check_dir == run.parent / "check"


def test_the_model_of_another_training_is_refused(run, state, tmp_path):
    state["final_conv.bias"] += 1
    with pytest.raises(SettingError, match="not the best model of the run.*--model"):
        read_run(run, tmp_path / "model.pt", state, _train())


@pytest.mark.parametrize("name", ["classes", "method", "train#deterministic_transforms"])
def test_other_settings_are_refused(name, run, state):
    with pytest.raises(SettingError, match=f"{name}. Give.*config.json alone"):
        read_run(run, run / "checkpoints" / "best.pt", state, _train(**{name: ["other"]}))


def test_what_is_no_run_is_refused(tmp_path, state):
    with pytest.raises(SettingError, match="config.json"):
        read_run(tmp_path, tmp_path / "model.pt", state, _train())


def test_a_setting_that_leads_nowhere_is_named(run, state):
    config = {**_train(), "dataset_dir": "$@nowhere"}
    write_json(run / "config.json", {key: value for key, value in config.items() if key != "_meta_"})
    with pytest.raises(SettingError, match="`d.*` cannot be worked out"):
        read_run(run, run / "checkpoints" / "best.pt", state, _train())
