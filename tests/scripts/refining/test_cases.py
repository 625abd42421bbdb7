import json

import pytest
from PIL import Image
from tests_support import write_boxed_dataset, write_dataset

from scripts.errors import DataError
from scripts.refining.cases import find_cases, mask_values, unique_names

CLASSES = ["background", "vessel"]
LABELS = {"vessel": 1, "not vessel": 2, "background": 3, "ignore": 255}
DENSE = {"background": 0, "vessel": 1}


def _find(folder, **settings):
    settings = {"classes": CLASSES, "labels": LABELS, "dense_labels": DENSE} | settings
    return find_cases(folder / "datalist.json", folder, progress=False, **settings)


def _change(folder, change):
    path = folder / "datalist.json"
    content = json.loads(path.read_text())
    change(content["training"])
    path.write_text(json.dumps(content))


def test_drawn_cases(tmp_path):
    cases = _find(write_dataset(tmp_path))
    assert [case["number"] for case in cases] == [case["entry"] for case in cases] == [0, 1, 2, 3]
    assert {(case["boxes"], tuple(case["values"])) for case in [{**c, "boxes": c["boxes"]} for c in cases]} == {
        (None, (0, 1))
    }


def test_boxed_cases_without_the_dense_ones(tmp_path):
    cases = _find(write_boxed_dataset(tmp_path))
    assert [case["entry"] for case in cases] == [2, 3, 4, 5]
    assert [case["name"] for case in cases] == ["training2", "training3", "training4", "training5"]
    assert all(case["label"] is None and case["boxes"] for case in cases)


def test_all_dense_is_refused(tmp_path):
    write_dataset(tmp_path)
    _change(tmp_path, lambda cases: [case.update(supervision="dense") for case in cases])
    with pytest.raises(DataError, match="all 4 training cases are dense"):
        _find(tmp_path)


def test_all_problems_are_listed(tmp_path):
    write_dataset(tmp_path)
    (tmp_path / "images" / "training1.png").write_bytes(b"no picture")
    Image.new("L", (72, 60), 7).save(tmp_path / "drawings" / "training2.png")
    with pytest.raises(DataError) as error:
        _find(tmp_path, dense_labels={"vessel": 1})
    for part in ("3 problem(s)", "training1.png", "training2.png", "names no value for background"):
        assert part in str(error.value)


@pytest.mark.parametrize(
    "table, values",
    [
        ({"background": 0, "vessel": 255}, [0, 255]),
        ({"Vessel ": [9, 10], "background": [4, 0], "ignore": 11}, [4, 9]),
    ],
)
def test_masks_have_the_first_value_of_each_class(table, values):
    assert mask_values(table, CLASSES) == values


@pytest.mark.parametrize(
    "table", [{"vessel": 1}, {"background": 0, "vessel": 0}, ["vessel"], {"background": 0, "v": 1}]
)
def test_tables_that_do_not_name_the_classes_are_refused(table):
    with pytest.raises(DataError, match="dense_labels"):
        mask_values(table, CLASSES)


@pytest.mark.parametrize(
    "images, names",
    [
        (["/d/a.png", "/d/b.nii.gz"], ["a", "b"]),
        (["/d/p1/scan.nii", "/d/p2/scan.nii"], ["p1_scan", "p2_scan"]),
        (["/d/a.png", "/d/a.jpg", "/d/a.png"], ["a", "a-2", "a-3"]),
        (["/d/p/a.png", "/e/p/a.png", "/d/p_a.png"], ["p_a-2", "p_a-3", "p_a"]),
        (["/d/p/a.png", "/d/q/A.png", "/d/a-2.png"], ["p_a", "q_A", "a-2"]),
    ],
)
def test_names_of_files_never_collide(images, names):
    assert unique_names(images) == names
    assert len({name.lower() for name in names}) == len(names)
