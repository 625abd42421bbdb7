"""Whether a set of cases can be trained on."""

import logging

import pytest

from scripts.data.case_facts import CaseFacts
from scripts.data.usable_set import refuse_unusable
from scripts.errors import DataError

CLASSES = ["background", "vessel"]
DENSE = CaseFacts("dense", [9, 3], [0, 0], supervision="dense")
EMPTY = CaseFacts("empty", [0, 0], [0, 0], labelled=False, boxes=[0, 0], outside=True)
BOXED = CaseFacts("boxed", [0, 0], [0, 0], labelled=False, boxes=[0, 2], outside=True)
INSIDE = CaseFacts("inside", [0, 0], [0, 0], labelled=False, boxes=[0, 2], outside=False)


def test_one_problem_of_many_cases_is_listed_once():
    facts = [CaseFacts("a", problem="the table: no"), CaseFacts("b", problem="the table: no")]
    with pytest.raises(DataError, match=r"^2 of 2 cases cannot be used:\n  the table: no$"):
        refuse_unusable(facts, CLASSES, training=True)


def test_all_problems_are_listed_together():
    facts = [CaseFacts("a", problem="a: no"), CaseFacts("b", [3, 3], [0, 0]), CaseFacts("c", problem="c: no")]
    with pytest.raises(DataError, match="2 of 3 cases cannot be used:\n  a: no\n  c: no"):
        refuse_unusable(facts, CLASSES, training=True)


def test_boxes_alone_that_are_not_used_leave_nothing():
    facts = [CaseFacts("boxed", [0, 0], [0, 0], labelled=False)]
    with pytest.raises(
        DataError, match="the 1 training cases have boxes alone, and boxes are not used. Set `use_boxes`"
    ):
        refuse_unusable(facts, CLASSES, training=True)


def test_boxes_beside_dense_cases_will_do(caplog):
    refuse_unusable([DENSE, BOXED, EMPTY], CLASSES, training=True)
    refuse_unusable([DENSE, INSIDE], CLASSES, training=True)
    assert not caplog.records


def test_boxes_alone_tell_inside_from_outside_but_are_weak(caplog):
    with caplog.at_level(logging.WARNING):
        refuse_unusable([BOXED, EMPTY], CLASSES, training=True)
    (record,) = caplog.records
    assert "the 2 training cases have boxes alone" in record.message


def test_boxed_cases_without_any_box_teach_background_alone():
    with pytest.raises(DataError, match="there is no box in any of the 2 boxed training cases"):
        refuse_unusable([EMPTY, EMPTY], CLASSES, training=True)
    with pytest.raises(DataError, match="there is no box in any of the 1 boxed training cases"):
        refuse_unusable([EMPTY, CaseFacts("not vessel", [0, 0], [0, 5])], CLASSES, training=True)


def test_boxes_of_classes_that_are_not_complete_teach_structures_alone():
    with pytest.raises(DataError, match="nothing says in the whole training set where no structure is"):
        refuse_unusable([INSIDE, CaseFacts("vessel", [0, 5], [0, 0])], CLASSES, training=True)
    refuse_unusable([INSIDE, CaseFacts("vessel", [0, 5], [0, 0])], CLASSES, training=True, reading="support")


def test_metrics_need_a_label():
    with pytest.raises(DataError, match="1 of 2 cases have no label, boxed for one"):
        refuse_unusable([DENSE, BOXED], CLASSES, training=False)
