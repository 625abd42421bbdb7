import subprocess
import sys

import pytest
from tests_support import ROOT

from bundle.virtual_environment import build_from_command_line, make, python_of, run


@pytest.mark.parametrize("module", ["bundle.serving.environment", "bundle.benchmarking.nnunet.build"])
def test_nothing_has_to_be_installed_before(module):
    # -S: without any package but the standard library
    told = subprocess.run([sys.executable, "-S", "-m", module, "--help"], cwd=ROOT, capture_output=True, text=True)
    assert told.returncode == 0 and "--venv" in told.stdout, told.stderr


def test_an_environment_is_made_once_and_runs(tmp_path):
    made = tmp_path / "venv"
    make(made)
    before = python_of(made).lstat().st_mtime_ns
    make(made)
    run(made, "-c", "import pip")
    assert python_of(made).lstat().st_mtime_ns == before


def test_what_fails_is_named(tmp_path, capsys):
    def build(environment):
        raise subprocess.CalledProcessError(1, ["python", "-m", "pip", "install"])

    arguments = ["--venv", str(tmp_path / "venv")]
    assert build_from_command_line(arguments, build, of="it", folder=".venv-it", refused=None) == 1
    assert f"{tmp_path / 'venv'} is not complete: -m pip install failed" in capsys.readouterr().err


def test_a_python_that_does_not_fit_builds_nothing(tmp_path, capsys):
    built = []
    arguments = ["--venv", str(tmp_path / "venv")]
    assert build_from_command_line(arguments, built.append, of="it", folder=".venv-it", refused="too old") == 1
    assert capsys.readouterr().err == "too old\n" and built == []
