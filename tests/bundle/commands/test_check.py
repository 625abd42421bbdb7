import json

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image
from tests_support import ROOT, write_dataset, write_volume_dataset

from bundle.command_group import CommandGroup


@pytest.fixture
def data(tmp_path, monkeypatch):
    """A data set; results go below the working directory."""
    monkeypatch.chdir(tmp_path)
    patches = tmp_path / "patches.json"
    patches.write_text('{"patch_size": [32, 32]}')
    return write_dataset(tmp_path / "data")


def check(*arguments):
    return CliRunner().invoke(CommandGroup("bundle"), ["check", *map(str, arguments)])


def check_small(data, *arguments):
    train = ROOT / "configs" / "train.json"
    return check(
        "--config_file", train, "--config_file", data.parent / "patches.json", "--dataset_dir", data, *arguments
    )


def spoil(data):
    Image.fromarray(np.full((60, 72, 3), 90, dtype=np.uint8)).save(data / "images" / "test1.png")


def test_a_clean_data_set_ends_with_0_and_a_page(data):
    result = check_small(data)
    assert (result.exit_code, result.stderr.count("Traceback")) == (0, 0), result.output
    assert "clean" in result.stdout and "eval/check/report.html" in result.stdout
    assert (data.parent / "eval" / "check" / "report.html").is_file()


def test_warnings_end_with_1(data):
    (data.parent / "patches.json").write_text('{"patch_size": [96, 96]}')
    assert check_small(data).exit_code == 1


def test_errors_end_with_2_also_of_test_cases(data):
    spoil(data)
    result = check_small(data)
    assert result.exit_code == 2 and "image-constant" in result.stdout


def test_json_stands_alone_on_stdout(data):
    spoil(data)
    result = check_small(data, "--json", "--out", data.parent / "out")
    report = json.loads(result.stdout)
    assert result.exit_code == report["exit_code"] == 2
    assert report == json.loads((data.parent / "out" / "report.json").read_text())
    assert [finding["where"] for finding in report["findings"] if finding["severity"] == "error"] == ["test[1]"]


def test_a_missing_datalist_is_an_error_among_others(data):
    result = check_small(data, "--datalist", data / "nowhere.json")
    assert result.exit_code == 2 and "datalist-unreadable" in result.stdout


def test_volumes(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = check("--volume", "--dataset-dir", write_volume_dataset(tmp_path / "data"), "--workers", 1)
    assert result.exit_code in (0, 1), result.output
    assert (tmp_path / "eval" / "volume" / "check" / "report.json").is_file()


def test_volume_and_config_exclude_each_other(data):
    result = check_small(data, "--volume")
    assert result.exit_code == 2 and "exclude each other" in result.output


def test_a_folder_that_cannot_be_written_is_named(data):
    (data.parent / "out").write_text("a file")
    result = check_small(data, "--out", data.parent / "out")
    assert result.exit_code == 2 and "Choose another folder with --out" in result.output
