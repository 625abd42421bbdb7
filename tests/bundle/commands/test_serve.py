import json
import subprocess
import sys

import pytest
from click.testing import CliRunner
from tests_support import ROOT

from bundle.command_group import CommandGroup
from bundle.commands.serve import command


def test_nothing_starts_without_bundle_or_studies():
    for arguments in ([], ["--bundle", "b"], ["--studies", "s"]):
        result = CliRunner().invoke(command, arguments)
        assert result.exit_code == 2 and "Missing option" in result.output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--host", "0.0.0.0"], "MONAI Label asks for no password"),
        ([], "Make it with `make monailabel`"),
    ],
)
def test_refusals_are_plain_messages(arguments, told, tmp_path, monkeypatch):
    monkeypatch.setenv("MONAILABEL_VENV", str(tmp_path / "none"))
    arguments = ["serve", "--bundle", str(tmp_path), "--studies", str(tmp_path), *arguments]
    result = CliRunner().invoke(CommandGroup("bundle"), arguments)
    assert result.exit_code == 2 and told in result.output and "Traceback" not in result.output


def test_serves_until_the_server_ends(tmp_path):
    """With an interpreter in the place of the server's, which prints what it was given."""
    environment, bundle, studies = tmp_path / "venv", tmp_path / "vessels", tmp_path / "studies"
    packages = environment / "lib" / "python3.11" / "site-packages"
    for name in ("monailabel", "monai", "torch", "torchvision"):
        (packages / name).mkdir(parents=True)
    (environment / "bin").mkdir()
    (environment / "bin" / "python").write_text('#!/bin/sh\necho "started: $*"\nls model lib\nexit 4\n')
    (environment / "bin" / "python").chmod(0o755)
    for folder in ("configs", "models", "scripts"):
        (bundle / folder).mkdir(parents=True)
    metadata = {"network_data_format": {"inputs": {"image": {"spatial_shape": ["16*n", "16*n"]}}}}
    for part, content in (("train", {"labels": {"vessel": 1}}), ("inference", {}), ("metadata", metadata)):
        (bundle / "configs" / f"{part}.json").write_text(json.dumps(content))
    (bundle / "models" / "model.pt").touch()
    studies.mkdir()
    (studies / "a.png").touch()
    (studies / "b.JPG").touch()
    run = subprocess.run(
        [sys.executable, "-m", "bundle", "serve", "--bundle", bundle, "--studies", studies, "--port", "18431"],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "MONAILABEL_VENV": str(environment)},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 4, run.stderr
    assert "http://127.0.0.1:18431 serves vessels" in run.stdout and "start_server --app" in run.stdout
    assert "vessels" in run.stdout.splitlines() and "infer.py" in run.stdout.splitlines()
    assert "note: " in run.stderr and "b.JPG" in run.stderr
