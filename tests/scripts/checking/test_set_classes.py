"""Classes that are not learnt or not measured, and sets that show one kind of label alone."""

import pytest

from scripts.checking.record import BoxFacts, CaseRecord, ImageFacts, LabelFacts
from scripts.checking.set_classes import case_facts, judge_classes
from scripts.checking.settings import CheckSettings

CLASSES = ["background", "vessel", "disc"]
TWO = CLASSES[:2]


def settings(classes=CLASSES, **changed):
    return CheckSettings(classes, {}, {}, **changed)


def case(positive=(), negative=(), section="training", supervision="coarse", boxes=None, *, decoded=True, label=True):
    drawn = LabelFacts("/l.png", True, decoded, values={0: 10}, positive=list(positive), negative=list(negative))
    return CaseRecord(
        f"{section}[0]", section, supervision, ImageFacts("/i.png", True), drawn if label else None, boxes
    )


def boxed(*count, complete=("vessel",)):
    return case(boxes=BoxFacts(list(count), 0, list(complete)), label=False)


def found(*cases, **changed):
    return [finding.check for finding in judge_classes(cases, settings(**changed))]


def test_all_classes_drawn_and_validated():
    assert found(case([9, 3, 1], [0, 0, 0]), case([9, 3, 1], [0, 0, 0], "validation", "dense")) == []


def test_a_class_that_is_neither_drawn_nor_boxed():
    (finding,) = judge_classes([case([9, 3, 0], [0, 0, 4])], settings())
    assert (finding.check, finding.severity) == ("class-never-drawn", "error")
    assert finding.message.startswith('"disc" occurs in none of the 1 training cases')


def test_a_box_will_do_unless_boxes_are_not_used():
    cases = [case([9, 3, 0], [0, 0, 0]), boxed(0, 0, 2, complete=["disc"])]
    assert found(*cases) == []
    (finding,) = judge_classes(cases, settings(use_boxes=False))
    assert "what the settings `use_boxes` leave out does not count" in finding.message


def test_positive_drawings_that_are_not_used_do_not_count_but_dense_masks_do():
    drawing, mask = case([9, 3], [0, 5], supervision="coarse"), case([9, 3], [0, 0], supervision="dense")
    assert found(drawing, classes=TWO, use_positive=False) == ["one-sided", "class-never-drawn"]
    assert found(drawing, mask, classes=TWO, use_positive=False) == []


def test_not_background_means_the_other_of_two_classes():
    only_negative = case([0, 0], [5, 5])
    assert found(only_negative, classes=TWO, use_positive=False) == []
    assert found(case([9, 0], [5, 0]), classes=TWO, use_negative=False) == ["one-sided", "class-never-drawn"]
    assert found(case([9, 3, 0], [5, 0, 0])) == ["class-never-drawn"]


def test_a_class_that_is_not_validated():
    cases = case([9, 3, 1], [0, 0, 0]), case([9, 3, 0], [0, 0, 0], "validation", "dense")
    (finding,) = judge_classes(cases, settings())
    assert (finding.check, finding.severity) == ("class-not-validated", "warning")
    assert finding.message.startswith('"disc" occurs in none of the 1 validation cases')


def test_one_kind_of_label_in_the_words_of_the_training():
    (finding,) = judge_classes([case([0, 9], [0, 0])], settings(TWO, reading="sparse"))
    assert finding.check == "one-sided"
    assert finding.message.startswith('only "vessel" is drawn in the whole training set')
    assert found(case([0, 9], [0, 0]), classes=TWO, reading="support") == []


def test_drawings_of_one_kind_in_the_validation():
    cases = case([9, 9], [0, 0]), case([0, 9], [0, 0], "validation")
    (finding,) = judge_classes(cases, settings(TWO))
    assert "is labelled in the validation cases" in finding.message


@pytest.mark.parametrize("changed", [{"use_boxes": True}, {"use_boxes": False}])
def test_boxes_alone(changed):
    expected = [] if changed["use_boxes"] else ["one-sided", "class-never-drawn"]
    assert found(boxed(0, 2), classes=TWO, **changed) == expected


def test_boxes_that_are_not_complete_say_nothing_of_the_outside():
    assert found(boxed(0, 2, complete=[]), classes=TWO) == ["one-sided"]


def test_lists_that_could_mostly_not_be_read_are_not_judged():
    good, bad = case([0, 9], [0, 0]), case(decoded=False)
    assert found(good, bad, classes=TWO, reading="sparse") == ["one-sided"]
    assert found(good, bad, bad, classes=TWO, reading="sparse") == []
    assert found() == []


def test_facts_of_a_dense_case_know_no_boxes():
    (facts,) = case_facts(
        [case([9, 3], [0, 0], supervision="dense", boxes=BoxFacts([0, 1], 0, ["vessel"]))], settings(TWO)
    )
    assert (facts.boxes, facts.outside, facts.positive, facts.size) == (None, False, [9, 3], 10)
