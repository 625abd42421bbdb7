"""What of a case's drawing and boxes is used."""

import pytest

from scripts.checking.finding import Finding
from scripts.checking.judge_case_told import (
    Told,
    boxes_unknown,
    known_label,
    listed,
    share_text,
    told,
    unused_text,
    view_unknown,
)
from scripts.checking.record import BoxFacts, CaseRecord, ImageFacts, LabelFacts
from scripts.checking.settings import CheckSettings

TWO, THREE = ["background", "vessel"], ["background", "artery", "vein"]


def record(section="training", supervision="coarse", positive=(1, 2), negative=(3, 4), boxes=None, **label):
    facts = LabelFacts("/d/a.png", **{"readable": True, "decoded": True, **label})
    facts.positive, facts.negative = list(positive), list(negative)
    return CaseRecord("training[0]", section, supervision, ImageFacts("/d/i.png"), facts, boxes)


def settings(classes=TWO, **values):
    return CheckSettings(classes, {}, {}, **values)


def test_a_drawing_is_used_as_the_training_says():
    assert told(record(), settings()) == Told([1, 2], [3, 4], [False, False], [False, False])
    assert told(record(), settings(use_positive=False)).positive == [0, 0]
    assert told(record(), settings(use_negative=False)).negative == [0, 0]


def test_a_dense_mask_is_used_whatever_the_training_says_of_drawings():
    assert told(record(supervision="dense"), settings(use_positive=False)).positive == [1, 2]


def test_metrics_use_negative_drawings_of_two_classes_alone():
    off = {"use_positive": False, "use_negative": False}
    assert told(record("validation"), settings(**off)).negative == [3, 4]
    three = record("validation", positive=(1, 2, 3), negative=(4, 5, 6))
    assert told(three, settings(THREE, **off)) == Told([1, 2, 3], [0, 0, 0], [False] * 3, [False] * 3)


@pytest.mark.parametrize("label", [{"decoded": False}, {"readable": False}])
def test_nothing_is_known_of_a_label_that_was_not_counted(label):
    assert known_label(record(**label)) is None
    assert told(record(**label), settings()).drawn == 0


def test_boxes_tell_in_coarse_training_cases():
    boxes = BoxFacts([0, 3], complete=["Vessel"])
    assert told(record(boxes=boxes), settings()).inside == [False, True]
    assert told(record(boxes=boxes), settings()).outside == [False, True]
    assert told(record(boxes=BoxFacts([0, 0], complete=["vessel"])), settings()).boxed
    assert not told(record(boxes=BoxFacts([0, 0])), settings()).boxed
    assert not told(record(boxes=boxes), settings(use_boxes=False)).boxed
    assert not told(record("validation", boxes=boxes), settings()).boxed
    assert not told(record(supervision="dense", boxes=boxes), settings()).boxed


@pytest.mark.parametrize(
    ("drawn", "implied", "answers"),
    [
        (Told([0, 5, 0], [0, 0, 0], [False] * 3, [False] * 3), False, [1]),
        (Told([0, 5, 0], [0, 0, 0], [False] * 3, [False] * 3), True, []),
        (Told([0, 5, 5], [0, 0, 0], [False] * 3, [False] * 3), False, []),
        (Told([0, 5, 0], [0, 5, 0], [False] * 3, [False] * 3), False, []),
        (Told([0, 0, 0], [0, 5, 0], [False] * 3, [False] * 3), False, [0, 2]),
        (Told([0, 0, 0], [0, 5, 5], [False] * 3, [False] * 3), True, [0]),
        (Told([5, 0, 0], [0, 5, 0], [False] * 3, [False] * 3), False, [0]),
        (Told([0, 5, 0], [0, 0, 0], [False] * 3, [False, True, False]), False, []),
        (Told([5, 0, 0], [0, 0, 0], [False, True, False], [False] * 3), False, []),
    ],
)
def test_classes_that_could_be_answered_everywhere(drawn, implied, answers):
    assert drawn.single_answers(implied) == answers


def test_kinds_that_are_not_used_have_a_name():
    case = record()
    off = settings(use_negative=False)
    assert unused_text(case, told(case, off), off) == (
        '"not background" and "not vessel", which the training does not use'
    )
    assert unused_text(case, told(case, settings()), settings()) == ""


def test_what_the_measuring_could_not_use():
    case = record()
    assert not boxes_unknown(case, settings()) and not view_unknown(case)
    case.findings = [Finding("box-outside", "")]
    assert boxes_unknown(case, settings()) and not view_unknown(case)
    assert not boxes_unknown(case, settings(use_boxes=False))
    case.findings = [Finding("view-empty", ""), Finding("reference-unusable", "")]
    assert view_unknown(case) and not boxes_unknown(case, settings())


def test_boxes_of_the_datalist_that_are_not_there_were_lost():
    case = record()
    case.keys = ["image", "label", "boxes"]
    assert boxes_unknown(case, settings())
    assert not boxes_unknown(case, settings(use_boxes=False))
    case.boxes = BoxFacts([0, 1])
    assert not boxes_unknown(case, settings())
    dense = record(supervision="dense")
    dense.keys = case.keys
    assert not boxes_unknown(dense, settings())


def test_numbers_and_names_as_they_are_written():
    assert share_text(12, 300) == "12 of 300 (4 %)"
    assert share_text(300, 300) == "300 of 300 (100 %)"
    assert share_text(0, 300) == "0 of 300 (0 %)"
    assert share_text(3, 10**8) == "3 of 100000000 (below 0.001 %)"
    assert listed(["a"]) == '"a"' and listed(["a", "b"]) == '"a" and "b"'
