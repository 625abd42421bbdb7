"""True confusion matrices, counted by hand."""

import json

import numpy as np
import pytest
from PIL import Image

from bundle.benchmarking.matrices import column_shares, count_pairs, drawn_cases, drawn_classes, true_matrix
from scripts.constants import IGNORE, IMPLIED
from scripts.errors import DataError

CLASSES = ["background", "vessel"]


def save(path, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.array(rows, dtype=np.uint8)).save(path)


@pytest.fixture
def folder(tmp_path):
    """Two cases: drawing (1 vessel, 2 not vessel), mask (255 vessel) and a field of view for the second."""
    drawings = {"a": [[1, 1, 1, 0], [2, 2, 2, 2]], "b": [[1, 2, 0, 2], [3, 255, 2, 2]]}
    masks = {"a": [[255, 255, 0, 255], [0, 0, 0, 255]], "b": [[255, 255, 0, 0], [0, 255, 0, 255]]}
    lists = {"datalist": [], "datalist_dense": []}
    for name in "ab":
        save(tmp_path / "images" / f"{name}.png", np.zeros((2, 4, 3)))
        save(tmp_path / "drawings" / f"{name}.png", drawings[name])
        save(tmp_path / "masks" / f"{name}.png", masks[name])
        case = {"image": f"images/{name}.png"}
        if name == "b":
            save(tmp_path / "fov" / "b.png", [[255, 255, 255, 255], [255, 255, 255, 0]])
            case["field_of_view"] = "fov/b.png"
        lists["datalist"].append({**case, "label": f"drawings/{name}.png"})
        lists["datalist_dense"].append({**case, "label": f"masks/{name}.png", "supervision": "dense"})
    tables = {
        "labels": {"vessel": 1, "not vessel": 2, "background": 3, "ignore": 255},
        "dense_labels": {"background": 0, "vessel": 255},
    }
    for name, training in lists.items():
        (tmp_path / f"{name}.json").write_text(json.dumps({**tables, "training": training}))
    return tmp_path


def test_counted_by_hand(folder):
    # background: 1 drawn as vessel, 3 + 3 as background; vessel: 2 + 1 as vessel, 1 + 1 as background; one is outside
    matrix = true_matrix(folder / "datalist.json", CLASSES)
    assert np.allclose(matrix, [[6 / 7, 2 / 5], [1 / 7, 3 / 5]])
    assert np.allclose(np.sum(matrix, axis=0), 1)


def test_rows_are_what_was_drawn(folder):
    """An annotator who overlooks and never invents: the error stands in the row of the background."""
    save(folder / "drawings" / "a.png", [[1, 2, 0, 1], [2, 2, 2, 2]])
    save(folder / "drawings" / "b.png", [[0, 0, 0, 0], [0, 0, 0, 0]])
    matrix = true_matrix(folder / "datalist.json", CLASSES)
    assert np.allclose(matrix, [[1, 2 / 4], [0, 2 / 4]])


def test_a_class_that_is_never_labelled_has_no_column(folder):
    for name in "ab":
        save(folder / "drawings" / f"{name}.png", [[1, 0, 0, 0], [0, 0, 0, 0]])
    assert true_matrix(folder / "datalist.json", CLASSES) == [[None, 0.0], [None, 1.0]]


def test_dense_cases_among_the_drawn_ones_do_not_count(folder):
    dense, drawn = (json.loads((folder / f"{name}.json").read_text()) for name in ("datalist_dense", "datalist"))
    drawn["training"][0] = dense["training"][0]
    (folder / "datalist_semi.json").write_text(json.dumps(drawn))
    assert [case["image"][-5:] for case in drawn_cases(folder / "datalist_semi.json")] == ["b.png"]
    assert np.allclose(true_matrix(folder / "datalist_semi.json", CLASSES), [[1, 1 / 2], [0, 1 / 2]])


def test_images_without_mask_are_named(folder):
    dense = json.loads((folder / "datalist_dense.json").read_text())
    del dense["training"][0]
    (folder / "datalist_dense.json").write_text(json.dumps(dense))
    with pytest.raises(DataError, match=r"a\.png"):
        true_matrix(folder / "datalist.json", CLASSES)


def test_a_dense_datalist_has_no_drawings(folder):
    with pytest.raises(DataError, match="no training case has a drawing"):
        true_matrix(folder / "datalist_dense.json", CLASSES, folder / "datalist_dense.json")


def test_a_mask_of_another_size_is_named(folder):
    save(folder / "masks" / "b.png", [[0, 0], [0, 255]])
    with pytest.raises(DataError, match=r"masks/b\.png"):
        true_matrix(folder / "datalist.json", CLASSES)


def test_a_missing_table_is_named(folder):
    for name in ("datalist", "datalist_dense"):
        content = json.loads((folder / f"{name}.json").read_text())
        del content["labels"]
        (folder / f"{name}.json").write_text(json.dumps(content))
    with pytest.raises(DataError, match='"labels"'):
        true_matrix(folder / "datalist.json", CLASSES)


def test_not_one_of_three_classes_names_none_and_not_two_of_them_the_third():
    positive = np.array([2, IGNORE, IGNORE, IGNORE, IMPLIED])
    negative = np.array([[0, 1, 1, 0, 0], [0, 0, 1, 0, 0], [0, 0, 0, 0, 2]])
    drawn, by_denial = drawn_classes(positive, negative)
    assert drawn.tolist() == [2, IGNORE, 2, IGNORE, 0]
    assert by_denial.tolist() == [False, False, True, False, False]


def test_counts_leave_out_what_is_unknown_on_either_side():
    counts = count_pairs(np.array([0, 1, IGNORE, 2]), np.array([0, 2, 0, IGNORE]), 3)
    assert counts.tolist() == [[1, 0, 0], [0, 0, 1], [0, 0, 0]]


def test_shares_over_other_totals():
    assert column_shares(np.array([[1.0, 2], [3, 0]]), np.array([8, 0])) == [[1 / 8, None], [3 / 8, None]]
