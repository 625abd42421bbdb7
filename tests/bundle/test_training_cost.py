"""What a training ends with reaches whoever asked for its cost."""

import pytest

from bundle.training_cost import measure_training
from scripts.errors import SettingError


def test_what_a_user_can_mend_is_told(tiny_dataset, tmp_path):
    places = {"dataset_dir": str(tiny_dataset), "output_dir": str(tmp_path / "e"), "ckpt_dir": str(tmp_path / "m")}
    with pytest.raises(SettingError, match="--epochs is no setting .* Did you mean --train#trainer#max_epochs"):
        measure_training(["configs/train.json"], {**places, "epochs": 3})
