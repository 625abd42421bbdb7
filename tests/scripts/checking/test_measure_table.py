"""What is said of values by tables, and of those that they do not name."""

import numpy as np
import pytest

from scripts.checking.measure_map import ReadMap
from scripts.checking.measure_table import ValueMeaning, case_table, unnamed_values, value_problem
from scripts.checking.measure_values import count_values
from scripts.constants import IGNORE
from scripts.errors import DataError

CLASSES = ["background", "vessel"]
TABLES = {
    "labels": {"vessel": 1, "not vessel": 2, "background": 3, "ignore": 255},
    "dense_labels": {"background": 0, "vessel": [4, 5]},
}
COARSE, DENSE = (case_table(TABLES, CLASSES, dense=dense) for dense in (False, True))


def found(*values):
    array = np.array([values])
    return ReadMap("/data/label.png", array=array, counts=count_values(array))


def test_a_table_that_is_none():
    with pytest.raises(DataError, match='the label table "labels"'):
        case_table({"labels": [1]}, CLASSES, dense=False)


def test_meaning():
    meaning = ValueMeaning.of(COARSE, [0, 1, 2, 3, 255])
    assert meaning.positive[[0, 1, 2, 3, 255]].tolist() == [IGNORE, 1, IGNORE, 0, IGNORE]
    assert np.argwhere(meaning.negative).tolist() == [[1, 2]]
    assert np.flatnonzero(meaning.ignored).tolist() == [255]
    assert np.flatnonzero(meaning.drawn).tolist() == [1, 2, 3]
    assert meaning.counts({0: 9, 1: 5, 2: 6, 3: 7, 255: 1}) == ([7, 5], [0, 6])


def test_unnamed_values():
    assert unnamed_values(COARSE, [0, 1, 4, 255, 300, -1]) == [4, 300, -1]


def test_named_values_are_no_problem():
    assert value_problem(found(0, 1, 2, 255), COARSE, None) is None
    assert value_problem(found(0, 4, 5), DENSE, COARSE) is None


def test_an_unnamed_value():
    check, message = value_problem(found(0, 1, 9), COARSE, None)
    assert check == "label-values"
    assert "label.png: the drawing holds the value 9; expected only" in message


def test_many_unnamed_values():
    check, message = value_problem(found(0, 1, 11, 12, 13, 13, 14), COARSE, None)
    assert check == "label-values"
    assert "4 values that the table does not name: 13, 11, 12, 14; expected only {'not drawn': 0" in message


def test_values_that_are_no_integers():
    assert value_problem(found(0, 0.5), COARSE, None)[0] == "label-damaged"
    assert value_problem(found(0, np.nan), COARSE, None)[0] == "label-values"


def test_a_drawing_that_is_marked_dense():
    check, message = value_problem(found(0, 1, 2), DENSE, COARSE)
    assert check == "coarse-marked-dense" and 'write "supervision": "coarse"' in message


def test_an_unnamed_mask_is_no_drawing_if_it_would_say_nothing_as_one():
    assert value_problem(found(0, 255), DENSE, COARSE)[0] == "label-values"
    assert value_problem(found(0, 1, 9), DENSE, COARSE)[0] == "label-values"
