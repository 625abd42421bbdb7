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


def change(folder, **keys):
    """Change the first boxed case of a datalist, or with None take a key away."""
    path = folder / "datalist.json"
    content = json.loads(path.read_text())
    case = content["training"][2] | keys
    content["training"][2] = {key: value for key, value in case.items() if value is not None}
    path.write_text(json.dumps(content))
    return path


def test_boxed_cases_need_no_label(tiny_boxes):
    cases = load_cases(tiny_boxes / "datalist.json", "training")
    assert [("label" in case, "boxes" in case, case["supervision"]) for case in cases] == [
        *[(True, False, "dense")] * 2,
        *[(False, True, "coarse")] * 4,
    ]
    assert len(cases[2]["boxes"]) == 4 and all(isinstance(corner, float) for corner in cases[2]["boxes"][0]["box"])
    assert cases[2]["reference"] == str((tiny_boxes / "masks" / "training2.png").resolve())
    assert cases[2]["boxes_source"] == str(tiny_boxes / "datalist.json")


def test_a_case_may_have_boxes_and_a_drawing(tiny_boxes):
    case = load_cases(change(tiny_boxes, label="masks/training2.png"), "training")[2]
    assert case["label"].endswith("training2.png") and len(case["boxes"]) == 4 and case["supervision"] == "coarse"


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({"boxes": None}, 'training[2]: needs "image" and "label", or boxes, got \'images/training2.png\' alone'),
        ({"supervision": "dense"}, 'training[2]: needs "label", the mask that makes it dense'),
        ({"reference": "masks/none.png"}, "training[2]: reference"),
        ({"boxes": [{"class": "vessel", "box": [3, 0, 2, 1]}]}, "training[2]: boxes[0]: expected x0 < x1"),
    ],
)
def test_bad_boxed_cases_are_explained(tiny_boxes, keys, expected):
    with pytest.raises(DataError) as error:
        load_cases(change(tiny_boxes, **keys), "training")
    assert "datalist.json has 1 problem(s)" in str(error.value) and expected in str(error.value)


def test_metrics_need_a_label(tiny_boxes):
    path = tiny_boxes / "datalist.json"
    content = json.loads(path.read_text())
    content["validation"][0] = content["training"][2]
    path.write_text(json.dumps(content))
    with pytest.raises(DataError, match=r'validation\[0\]: needs "label", a dense mask to measure on'):
        load_cases(path, "validation")


def test_one_coco_file_gives_its_boxes_to_the_cases_that_it_lists(tiny_boxes):
    path = change(tiny_boxes, boxes=None)
    coco = {
        "images": [{"id": 1, "file_name": "training2.png"}],
        "categories": [{"id": 1, "name": "vessel"}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [5, 6, 7, 8.5]}],
    }
    (tiny_boxes / "coco.json").write_text(json.dumps(coco))
    path.write_text(json.dumps(json.loads(path.read_text()) | {"boxes": "coco.json"}))
    cases = load_cases(path, "training")
    assert cases[2]["boxes"] == [{"class": "vessel", "box": [5.0, 6.0, 12.0, 14.5]}]
    assert cases[2]["boxes_source"] == str(tiny_boxes / "coco.json")
    assert len(cases[3]["boxes"]) == 4 and "boxes" not in cases[0]


def test_a_case_that_the_coco_file_does_not_list_needs_a_label(tiny_boxes):
    path = change(tiny_boxes, boxes=None)
    (tiny_boxes / "coco.json").write_text('{"images": [], "categories": [], "annotations": []}')
    path.write_text(json.dumps(json.loads(path.read_text()) | {"boxes": "coco.json"}))
    with pytest.raises(DataError, match="needs .* alone, and .*coco.json does not list this image"):
        load_cases(path, "training")


def test_a_coco_file_that_cannot_be_used_is_the_only_problem(tiny_boxes):
    path = change(tiny_boxes, boxes=None)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"boxes": "coco.json"}))
    with pytest.raises(
        DataError, match=r"has 1 problem\(s\):\n  the top level's \"boxes\": .*coco.json: does not exist"
    ):
        load_cases(path, "training")
