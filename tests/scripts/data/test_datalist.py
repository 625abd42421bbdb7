"""Datalists: what a user writes, and what is said when it is wrong."""

import json

import pytest

from scripts.data import load_cases
from scripts.errors import DataError


def test_paths_become_absolute_and_tables_travel_with_each_case(tiny_dataset):
    cases = load_cases(tiny_dataset / "datalist.json", "training")
    assert len(cases) == 4
    assert cases[0]["image"] == str((tiny_dataset / "images" / "training0.png").resolve())
    assert cases[0]["labels"]["not vessel"] == 2
    assert cases[0]["supervision"] == "coarse"


def test_validation_and_test_are_dense_unless_they_say_otherwise(tiny_dataset):
    assert {c["supervision"] for c in load_cases(tiny_dataset / "datalist.json", "validation")} == {"dense"}


def test_dataset_dir_is_where_relative_paths_start(tiny_dataset, tmp_path):
    moved = tmp_path / "elsewhere.json"
    moved.write_text((tiny_dataset / "datalist.json").read_text())
    assert len(load_cases(moved, "test", dataset_dir=tiny_dataset)) == 2
    with pytest.raises(DataError, match="does not exist"):
        load_cases(moved, "test")


def test_all_missing_files_are_listed_together(tiny_dataset):
    for name in ("training1", "training3"):
        (tiny_dataset / "images" / f"{name}.png").unlink()
    with pytest.raises(DataError) as error:
        load_cases(tiny_dataset / "datalist.json", "training")
    assert "2 problem(s)" in str(error.value)
    assert "training1.png" in str(error.value) and "training3.png" in str(error.value)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("{", "not valid JSON"),
        ("[]", "must hold an object"),
        ("{}", '"training" is missing'),
        ('{"training": [], "test": [1]}', r'"training" is empty; the datalist holds \[\'test\'\]'),
        ('{"training": [{"image": "a.png"}]}', 'needs "image" and "label"'),
        ('{"training": [{"image": "a", "label": "b", "supervision": "box"}]}', '"coarse" or "dense"'),
        ('{"training": [{"image": ["t1", "t2"], "label": "b"}]}', r"\"image\" must be one path, got \['t1', 't2'\]"),
        ('{"training": [{"image": "a", "label": "b", "field_of_view": 1}]}', '"field_of_view" must be one path, got 1'),
    ],
)
def test_bad_datalists_are_explained(tmp_path, content, expected):
    path = tmp_path / "datalist.json"
    path.write_text(content)
    with pytest.raises(DataError, match=expected) as error:
        load_cases(path, "training")
    assert "datalist.json" in str(error.value)


def test_a_missing_datalist_is_named(tmp_path):
    with pytest.raises(DataError, match="nowhere.json does not exist"):
        load_cases(tmp_path / "nowhere.json", "training")


def test_other_keys_of_a_case_are_kept(tiny_dataset):
    path = tiny_dataset / "datalist.json"
    content = json.loads(path.read_text())
    content["training"][0]["subject"] = "patient 7"
    path.write_text(json.dumps(content))
    assert load_cases(path, "training")[0]["subject"] == "patient 7"


def test_an_image_may_be_a_folder_of_slices_a_label_may_not(tiny_dataset):
    (tiny_dataset / "ct").mkdir()
    path = tiny_dataset / "datalist.json"
    content = json.loads(path.read_text())
    content["training"][0]["image"] = "ct"
    path.write_text(json.dumps(content))
    assert load_cases(path, "training")[0]["image"] == str((tiny_dataset / "ct").resolve())
    content["training"][0]["label"] = "ct"
    path.write_text(json.dumps(content))
    with pytest.raises(DataError, match=r"training\[0\]: label .*ct is a folder; expected a file"):
        load_cases(path, "training")


def test_the_flavour_is_that_of_the_demo(tmp_path):
    for name in ("datalist.json", "datalist_dense.json"):
        (tmp_path / name).write_text(json.dumps({"name": "demo"}))
    with pytest.raises(DataError, match='demo of flavour "fundus", but "volume" is wanted'):
        load_cases(tmp_path / "datalist.json", "training", demo_dir=tmp_path, flavour="volume")
