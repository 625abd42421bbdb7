import pytest

from bundle.benchmarking.nnunet.trainer import OWN_TRAINER, TRAINER, choose_trainer
from scripts.errors import SettingError


@pytest.fixture(autouse=True)
def unnamed(monkeypatch):
    monkeypatch.delenv(TRAINER, raising=False)


def test_its_own_on_a_gpu_and_short_ones_for_a_quick_run():
    assert choose_trainer("cuda", quick=False) == OWN_TRAINER
    assert choose_trainer("cuda", quick=True) == "nnUNetTrainer_5epochs"
    assert choose_trainer("cpu", quick=True) == "nnUNetTrainer_1epoch"


def test_its_own_is_not_begun_on_a_processor():
    with pytest.raises(SettingError, match="--quick.*NNUNET_TRAINER"):
        choose_trainer("cpu", quick=False)


def test_another_can_be_named(monkeypatch):
    monkeypatch.setenv(TRAINER, "nnUNetTrainer_250epochs")
    assert choose_trainer("cpu", quick=True) == "nnUNetTrainer_250epochs"
