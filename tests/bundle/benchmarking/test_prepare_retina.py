import json

import pytest
from benchmark_data import write_bar

from bundle.benchmarking.prepare_retina import prepare_retina
from scripts.drawing.draw_folder import split_cases
from scripts.drawing.mask_folder import find_masked_images
from scripts.errors import DataError

NAMES = {"image": "images", "mask": "masks_vessel", "view": "fov"}


def subjects(folder, section):
    return [case["subject"] for case in json.loads((folder / "datalist.json").read_text())[section]]


def test_four_test_cases_and_a_split_by_the_seed(tmp_path):
    for number in range(9):
        write_bar(tmp_path / "data", NAMES, number)
    parts = set()
    for seed in (0, 1):
        folder = prepare_retina(tmp_path / "data", tmp_path / "out", "clean", 0.5, seed)
        training, test = subjects(folder, "training"), subjects(folder, "test")
        assert len(training) == 5 and len(test) == 4 and not set(training) & set(test)
        parts.add(tuple(test))
    assert len(parts) == 2
    assert prepare_retina(tmp_path / "data", tmp_path / "out", "dense", None, 0).name == "realistic-r0.3-s0"


def test_real_photographs_are_18_and_4(les_av):
    cases = find_masked_images(*(les_av / name for name in NAMES.values()))
    split = split_cases(cases, validation=0, test=4, seed=0)
    assert len(split["training"]) == 18 and len(split["test"]) == 4


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(DataError, match="images does not exist"):
        prepare_retina(tmp_path, tmp_path / "out", "clean", 0.5, 0)
