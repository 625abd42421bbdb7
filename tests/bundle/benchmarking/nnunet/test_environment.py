import pytest
from tests_support import ROOT

from bundle.benchmarking.nnunet.environment import ENVIRONMENT, inspect_nnunet, nnunet_environment, require_nnunet
from scripts.errors import SettingError


def test_where_it_lies(monkeypatch):
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    assert nnunet_environment() == ROOT / ".venv-nnunet"
    monkeypatch.setenv(ENVIRONMENT, "/opt/rival")
    assert str(nnunet_environment()) == "/opt/rival"


def test_a_missing_one_is_told_with_its_remedy(monkeypatch, tmp_path):
    monkeypatch.setenv(ENVIRONMENT, str(tmp_path))
    with pytest.raises(SettingError, match="make nnunet.*NNUNET_VENV"):
        require_nnunet()


def test_one_that_cannot_be_imported_is_told(tmp_path):
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.write_text("#!/bin/sh\necho 'ImportError: no nnunetv2' >&2\nexit 1\n")
    python.chmod(0o755)
    with pytest.raises(SettingError, match="ImportError: no nnunetv2.*make nnunet"):
        inspect_nnunet(python.parent)
