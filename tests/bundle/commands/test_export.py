import json

from click.testing import CliRunner
from export_support import SMALL, write_json, write_model

from bundle.command_group import CommandGroup


def _export(*arguments):
    return CliRunner().invoke(CommandGroup("bundle"), ["export", *map(str, arguments)])


def test_it_says_what_was_written(tmp_path):
    model = write_model(tmp_path / "model.pt", "fundus")
    overlay = write_json(tmp_path / "small.json", SMALL)
    out = tmp_path / "bundle"
    options = ["--model", model, "--config_file", overlay, "--name", "Vessels", "--version", "2.0.0", "--zip"]
    result = _export("--flavour", "fundus", "--out", out, *options)
    assert result.exit_code == 0, result.output
    assert f"{out}: Vessels, version 2.0.0" in result.output and "classes: background, vessel" in result.output
    assert f"{out}.zip.sha256" in result.output and "no record" in result.output
    assert json.loads((out / "configs" / "metadata.json").read_text())["name"] == "Vessels"


def test_a_mistake_is_one_plain_message(tmp_path):
    result = _export("--flavour", "fundus", "--out", tmp_path / "bundle", "--model", tmp_path / "missing.pt")
    assert result.exit_code == 2 and "missing.pt does not exist" in result.output
    assert "Traceback" not in result.output and not list(tmp_path.iterdir())
