import csv
import json

import pytest
import torch
from click.testing import CliRunner
from monai.bundle import ConfigParser
from tests_support import ROOT, write_dataset, write_volume_dataset

from bundle.command_group import CommandGroup


def rank(*arguments):
    return CliRunner().invoke(CommandGroup("bundle"), ["rank", "--device", "cpu", *map(str, arguments)])


def small(folder, flavour=""):
    """Config of an inference with a small network, and weights that have learned nothing."""
    config = json.loads((ROOT / "configs" / flavour / "inference.json").read_text())
    config["network_def"]["features"] = [4] * 6
    config["output_dir"] = str(folder / "out")
    (folder / "inference.json").write_text(json.dumps(config))
    torch.manual_seed(0)
    torch.save(ConfigParser(config).get_parsed_content("network_def").state_dict(), folder / "model.pt")
    return "--config_file", folder / "inference.json", "--ckpt_path", folder / "model.pt"


@pytest.mark.parametrize(("flavour", "write"), [("", write_dataset), ("volume", write_volume_dataset)])
def test_ranks_a_folder(tmp_path, flavour, write):
    images = write(tmp_path / "data") / "images"
    result = rank("--images", images, "--top", 3, *small(tmp_path, flavour))
    assert result.exit_code == 0, result.output
    rows = list(csv.DictReader((tmp_path / "out" / "ranking.csv").open()))
    scores = [float(row["score"]) for row in rows]
    assert len(rows) == 8 and scores == sorted(scores, reverse=True) and 0 <= scores[-1] and scores[0] <= 1
    assert rows[0]["image"] in result.output and "... and 5 more" in result.output


def test_an_unreadable_image_does_not_end_it(tmp_path):
    images = write_dataset(tmp_path / "data") / "images"
    (images / "training0.png").write_bytes(b"nonsense")
    result = rank("--images", images, "--out", tmp_path / "table.csv", *small(tmp_path))
    assert result.exit_code == 0 and "left out:" in result.stderr and "training0.png" in result.stderr
    assert len((tmp_path / "table.csv").read_text().splitlines()) == 8


def test_no_readable_image_ends_with_2(tmp_path):
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "a.png").write_bytes(b"nonsense")
    result = rank("--images", tmp_path / "images", *small(tmp_path))
    assert result.exit_code == 2 and "none of the images could be scored" in result.output


def test_a_missing_model_ends_with_2(tmp_path):
    options = small(tmp_path)[:2]
    result = rank("--images", write_dataset(tmp_path / "data") / "images", *options, "--ckpt-path", tmp_path / "no.pt")
    assert result.exit_code == 2 and "no.pt does not exist" in result.output


def test_volume_and_config_exclude_each_other(tmp_path):
    result = rank("--images", tmp_path, "--volume", *small(tmp_path))
    assert result.exit_code == 2 and "exclude each other" in result.output
