"""What a training costs, measured on a real one."""

import pytest

from bundle.training_cost import measure_training
from scripts.errors import DataError

SHORT = {"patch_size": [32, 32], "cases_per_epoch": 2, "train#trainer#max_epochs": 4, "device": "cpu", "amp": False}


@pytest.fixture
def settings(tiny_dataset, tmp_path):
    places = {"output_dir": str(tmp_path / "eval"), "ckpt_dir": str(tmp_path / "models")}
    return {**SHORT, **places, "dataset_dir": str(tiny_dataset)}


def test_epochs_steps_and_the_metric(settings):
    cost = measure_training(["configs/train.json"], {**settings, "batch_size": 1})
    assert cost.device == "cpu" and cost.peak is None
    assert cost.step == pytest.approx(cost.epoch / 2) and 0 < cost.epoch < 60
    assert 0 < cost.data < cost.step and 0 <= cost.metric <= 1


def test_what_a_user_can_mend_is_told(settings):
    with pytest.raises(DataError, match="datalist.json does not exist"):
        measure_training(["configs/train.json"], {**settings, "dataset_dir": "/nowhere"})
