from pathlib import Path

import pytest

from scripts.refining.datalist import referenced_files, refined_datalist

ROOT, OUT = Path("/data/set"), Path("/data/out")


@pytest.fixture
def content():
    """A datalist with a dense, a boxed and a drawn case."""
    return {
        "name": "set",
        "labels": {"a": 1},
        "boxes": "coco.json",
        "boxed_classes": ["a"],
        "provenance": {"seed": 3},
        "training": [
            {"image": "images/0.png", "label": "masks/0.png", "supervision": "dense"},
            {"image": "images/1.png", "boxes": [], "reference": "masks/1.png", "subject": "s"},
            {"image": "/other/2.png", "label": "drawings/2.png", "plane": "axial", "field_of_view": "fov/2.png"},
        ],
        "validation": [{"image": "images/3.png", "label": "/masks/3.png", "boxes": "boxes/3.json"}],
        "notes": ["mine"],
    }


REFINED = {
    1: {"label": "masks/1.png", "dense_labels": {"background": 0, "a": 1}},
    2: {"label": "masks/2.png", "dense_labels": {"background": 0, "a": 1}},
}


def test_refined_cases_are_dense_and_paths_start_at_the_new_folder(content):
    new = refined_datalist(content, ROOT, OUT, REFINED, {"run": "r"})
    table = {"dense_labels": {"background": 0, "a": 1}}
    assert new["training"] == [
        {"image": "../set/images/0.png", "label": "../set/masks/0.png", "supervision": "dense"},
        {
            "image": "../set/images/1.png",
            "label": "masks/1.png",
            "supervision": "dense",
            "reference": "../set/masks/1.png",
            "subject": "s",
        }
        | table,
        {
            "image": "/other/2.png",
            "label": "masks/2.png",
            "supervision": "dense",
            "field_of_view": "../set/fov/2.png",
            "refined_from": "../set/drawings/2.png",
        }
        | table,
    ]
    assert new["validation"] == [{"image": "../set/images/3.png", "label": "/masks/3.png"}]
    assert new["provenance"] == {"run": "r", "datalist": {"seed": 3}}
    assert new["notes"] == ["mine"] and new["labels"] == {"a": 1}
    assert "boxes" not in new and "boxed_classes" not in new


def test_the_table_of_the_datalist_is_not_repeated(content):
    table = {"background": 0, "a": 255}
    new = refined_datalist(content | {"dense_labels": table}, ROOT, OUT, REFINED, {})
    assert new["dense_labels"] == table
    assert not any("dense_labels" in case for case in new["training"])


def test_all_files_of_the_cases(content):
    names = [
        "/data/set/images/0.png",
        "/data/set/masks/0.png",
        "/data/set/images/1.png",
        "/data/set/masks/1.png",
        "/other/2.png",
        "/data/set/drawings/2.png",
        "/data/set/fov/2.png",
        "/data/set/images/3.png",
        "/masks/3.png",
    ]
    assert list(map(str, referenced_files(content, ROOT))) == names
