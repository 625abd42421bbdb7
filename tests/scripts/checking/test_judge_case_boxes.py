"""Boxes of a case beside its image and its drawing."""

import pytest

from scripts.checking.finding import Finding
from scripts.checking.judge_case_boxes import judge_cut, judge_drawn_outside
from scripts.checking.record import BoxFacts, CaseRecord, ImageFacts, LabelFacts
from scripts.checking.settings import CheckSettings

CLASSES = ["background", "car", "person"]


def settings(**values):
    return CheckSettings(CLASSES, {}, {}, **values)


def record(boxes, outside=None, car=1_000, supervision="coarse"):
    label = LabelFacts("/d/label.png", True, True, values={0: 10_000}, positive=[0, car, 500], negative=[0, 0, 0])
    label.outside_boxes = outside
    return CaseRecord("training[0]", "training", supervision, ImageFacts("/d/image.png", size=[64, 48]), label, boxes)


def test_boxes_that_reach_beyond_their_image():
    (finding,) = judge_cut(record(BoxFacts([0, 3, 1], cut=1)), settings())
    assert (finding.check, finding.file) == ("box-cut", "/d/image.png")
    assert "1 of 4 boxes reach beyond the image, which measures 64 x 48, and are cut to it" in finding.message


def test_boxes_within_their_image():
    assert judge_cut(record(BoxFacts([0, 3, 1])), settings()) == []
    assert judge_cut(record(None), settings()) == []
    assert judge_cut(record(BoxFacts([0, 3, 1], cut=1)), settings(use_boxes=False)) == []


@pytest.mark.parametrize("supervision", ["coarse", "dense"])
def test_structures_drawn_outside_all_boxes(supervision):
    boxes = BoxFacts([0, 3, 1], complete=["Car"])
    assert judge_drawn_outside(record(boxes, 50, supervision=supervision), settings()) == []  # 5 %
    (finding,) = judge_drawn_outside(record(boxes, 51, supervision=supervision), settings())
    assert (finding.check, finding.file) == ("drawn-outside-boxes", "/d/label.png")
    assert "51 of 1000 (5.1 %) of the pixels drawn as car lie outside all boxes" in finding.message


def test_classes_that_are_not_boxed_throughout_may_lie_anywhere():
    assert judge_drawn_outside(record(BoxFacts([0, 3, 1]), 1_000), settings()) == []
    assert judge_drawn_outside(record(None), settings()) == []


def test_what_is_not_used_does_not_contradict():
    boxes = BoxFacts([0, 3, 1], complete=["car"])
    assert judge_drawn_outside(record(boxes, 500), settings(use_boxes=False)) == []
    assert judge_drawn_outside(record(boxes, 500), settings(use_positive=False)) == []
    assert judge_drawn_outside(record(boxes, 500, supervision="dense"), settings(use_positive=False))


def test_nothing_is_said_beside_boxes_that_do_not_fit():
    case = record(BoxFacts([0, 3, 1], complete=["car"]), 500)
    case.findings = [Finding("box-outside", "")]
    assert judge_drawn_outside(case, settings()) == []
    case.findings, case.label.decoded = [], False
    assert judge_drawn_outside(case, settings()) == []
