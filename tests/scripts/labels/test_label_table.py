"""The label table: names decide what a value of a label map means."""

import numpy as np
import pytest

from scripts.constants import IGNORE
from scripts.errors import DataError
from scripts.labels import LabelTable

CLASSES = ["background", "vessel"]
TABLE = {"vessel": 1, "not vessel": 2, "background": 3, "ignore": 255}


def test_decodes_each_kind_of_name():
    positive, negative = LabelTable(TABLE, CLASSES).decode(np.array([[0, 1, 2, 3, 255]]), "map.png")
    assert positive.tolist() == [[IGNORE, 1, IGNORE, 0, IGNORE]]
    assert negative.tolist() == [[[0, 0, 0, 0, 0]], [[0, 0, 1, 0, 0]]]


def test_names_are_compared_without_case_and_space():
    positive, negative = LabelTable({" Vessel": 4, "NOT Vessel ": 7}, CLASSES).decode(np.array([[4, 7]]), "map.png")
    assert positive.tolist() == [[1, IGNORE]] and negative[1].tolist() == [[0, 1]]


def test_dense_table_gives_zero_a_class():
    positive, negative = LabelTable({"background": 0, "vessel": 255}, CLASSES, dense=True).decode(
        np.array([[0, 255]]), "mask.png"
    )
    assert positive.tolist() == [[0, 1]] and not negative.any()


def test_a_name_may_have_several_values():
    table = {"background": [0, 1, 2], "car": 8, "person": [9, 10], "ignore": [11]}
    label = np.array([[0, 1, 2, 8, 9, 10, 11]])
    decoder = LabelTable(table, ["background", "car", "person"], dense=True)
    positive, negative = decoder.decode(label, "mask.png")
    assert positive.tolist() == [[0, 0, 0, 1, 2, 2, IGNORE]] and not negative.any()
    assert decoder.ignored(label).tolist() == [[False] * 6 + [True]]
    assert decoder.count(label, "mask.png") == ([3, 1, 2], [0, 0, 0])


def test_several_values_in_a_drawing():
    positive, negative = LabelTable({"vessel": [1, 4], "not vessel": (2, 5)}, CLASSES).decode(
        np.array([[0, 1, 4, 2, 5]]), "map.png"
    )
    assert positive.tolist() == [[IGNORE, 1, 1, IGNORE, IGNORE]] and negative[1].tolist() == [[0, 0, 0, 1, 1]]


def test_a_value_that_no_list_names_shows_the_lists():
    with pytest.raises(DataError, match=r"the value 7; expected only .*'vessel': \[1, 4\]"):
        LabelTable({"background": 0, "vessel": [1, 4]}, CLASSES, dense=True).decode(np.array([[0, 7]]), "mask.png")


def test_permuted_classes_permute_the_result():
    label = np.array([[1, 2, 3, 4, 0]])
    values = {"a": 1, "b": 2, "not a": 3, "not b": 4}
    positive, negative = LabelTable(values, ["background", "a", "b"]).decode(label, "m")
    swapped, swapped_negative = LabelTable(values, ["background", "b", "a"]).decode(label, "m")
    exchange = np.arange(256)
    exchange[[1, 2]] = 2, 1
    assert (exchange[positive] == swapped).all()
    assert (negative[[0, 2, 1]] == swapped_negative).all()


@pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.float32])
def test_any_number_type_will_do(dtype):
    positive, _ = LabelTable(TABLE, CLASSES).decode(np.array([[1, 255]], dtype=dtype), "m")
    assert positive.tolist() == [[1, IGNORE]]


@pytest.mark.parametrize(
    ("values", "dense", "expected"),
    [
        ({"vein": 1}, False, "unknown"),
        ({"vessel": 0}, False, "means not drawn"),
        ({"vessel": 1, "background": 1}, False, "named twice"),
        ({"vessel": 256}, False, "0 to 255"),
        ({"vessel": "1"}, False, "0 to 255"),
        ({"vessel": [1, 256]}, False, "0 to 255.*got 256"),
        ({"vessel": [[1]]}, False, "0 to 255"),
        ({"vessel": []}, False, "empty list"),
        ({"vessel": [1, 0]}, False, "means not drawn"),
        ({"vessel": [1, 1]}, True, "named twice"),
        ({"vessel": [1, 2], "background": [0, 2]}, True, "named twice"),
        ({"not vessel": 2}, True, "unknown"),
        (["vessel"], False, "datalist.json: expected names with their values"),
        (None, True, "expected names with their values"),
    ],
)
def test_bad_tables_are_refused(values, dense, expected):
    with pytest.raises(DataError, match=expected):
        LabelTable(values, CLASSES, dense=dense, source="datalist.json")


@pytest.mark.parametrize(
    ("found", "dense", "expected"),
    [
        ([0, 255], True, '"dense_labels": {"background": 0, "vessel": 255}'),
        ([0, 1, 9], False, "Name the value in the table"),
        ([0, 1.5], False, "1.5"),
        ([0, float("nan")], False, "nan"),
        (list(range(40)), False, "anti-aliased or JPEG"),
    ],
)
def test_unknown_values_name_the_file_and_the_way_out(found, dense, expected):
    values = {"background": 0, "vessel": 1} if dense else {"vessel": 1, "not vessel": 2}
    with pytest.raises(DataError) as error:
        LabelTable(values, CLASSES, dense=dense).decode(np.array([found]), "case7.png")
    assert "case7.png" in str(error.value) and expected in str(error.value)


def test_a_0_255_drawing_is_told_how_to_name_its_value():
    with pytest.raises(DataError, match='"labels": {"vessel": 255}'):
        LabelTable({"vessel": 1}, CLASSES).decode(np.array([[0, 255]]), "case7.png")


def test_counts_are_those_of_the_decoded_map():
    table = LabelTable({"a": 1, "not a": 2, "b": 3, "background": 5, "ignore": 9}, ["background", "a", "b"])
    label = np.random.default_rng(0).choice([0, 1, 2, 3, 5, 9], size=(20, 30)).astype(np.float32)
    inside = np.zeros(label.shape, dtype=bool)
    inside[3:12] = True
    for view in (None, inside):
        positive, negative = table.decode(label, "x.png")
        if view is not None:
            positive[~view], negative[:, ~view] = IGNORE, 0
        expected = [int((positive == k).sum()) for k in range(3)], negative.sum(axis=(1, 2)).tolist()
        assert table.count(label, "x.png", view) == expected
    with pytest.raises(DataError, match="holds the value"):
        table.count(np.array([[7]]), "x.png")
