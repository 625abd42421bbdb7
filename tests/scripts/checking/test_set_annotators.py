"""Drawings of one image by several annotators."""

import numpy as np
import pytest
from PIL import Image

from scripts.checking.record import CaseRecord, ImageFacts, LabelFacts
from scripts.checking.set_annotators import contradiction, judge_annotators
from scripts.checking.settings import CheckSettings
from scripts.labels import LabelTable

CLASSES = ["background", "vessel", "disc"]
LABELS = {"background": 1, "vessel": 2, "disc": 3, "not vessel": 4, "not disc": 5, "ignore": 255}
SETTINGS = CheckSettings(CLASSES, LABELS, {"background": 0, "vessel": 1, "disc": 2})


def compare(one, two):
    """Both-drawn and contradicting pixels of two lists of values."""
    table = LabelTable(LABELS, CLASSES)
    parts = []
    for values in (np.array(one), np.array(two)):
        unique, index = np.unique(values, return_inverse=True)
        parts += [index, *table.decode(unique, "")]
    return contradiction(*parts)


@pytest.mark.parametrize(
    ("one", "two", "expected"),
    [
        ([2, 2, 1], [2, 2, 1], (3, 0)),
        ([2, 2, 1], [3, 1, 1], (3, 2)),
        ([2, 3, 1], [4, 4, 4], (3, 1)),
        ([4, 4, 5], [5, 2, 3], (3, 2)),
        ([0, 255, 2], [2, 2, 0], (0, 0)),
    ],
)
def test_contradictions_are_counted_where_both_say_something(one, two, expected):
    assert compare(one, two) == expected
    assert compare(two, one) == expected


def case(folder, number, label, annotator=None, image="/a.png", supervision="coarse", **record):
    path = folder / f"{number}.png"
    Image.fromarray(np.array(label, dtype=np.uint8).reshape(10, 20)).save(path)
    return CaseRecord(
        f"training[{number}]",
        "training",
        supervision,
        ImageFacts(image, True, pixels="p" + image, minimum=0, maximum=9),
        LabelFacts(str(path), True, True, sha256=str(number)),
        annotator=annotator,
        **record,
    )


def drawing(against, of=200):
    """Values of 200 pixels of which so many are vessel and the others, of those drawn, background."""
    return [2] * against + [1] * (of - against) + [0] * (200 - of)


@pytest.mark.parametrize(("against", "expected"), [(10, 0), (11, 1)])
def test_more_than_a_twentieth_is_too_much(tmp_path, against, expected):
    cases = [case(tmp_path, 0, drawing(0)), case(tmp_path, 1, drawing(against))]
    assert len(judge_annotators(cases, SETTINGS)) == expected


def test_a_few_pixels_are_no_contradiction(tmp_path):
    assert judge_annotators([case(tmp_path, 0, drawing(0, 20)), case(tmp_path, 1, drawing(9, 20))], SETTINGS) == []
    assert judge_annotators([case(tmp_path, 0, drawing(0, 20)), case(tmp_path, 1, drawing(10, 20))], SETTINGS)


def test_the_two_that_differ_most_are_named_and_the_worst_image_first(tmp_path):
    cases = [case(tmp_path, n, drawing(n * 20), "abc"[n]) for n in range(3)]
    cases += [case(tmp_path, 3, drawing(0), image="/b.png"), case(tmp_path, 4, drawing(100), image="/b.png")]
    (finding,) = judge_annotators(cases, SETTINGS)
    assert (finding.check, finding.where) == ("annotators-disagree", "training[3]")
    assert finding.message.startswith("drawings of 2 of the 2 compared images contradict each other on more than 5%")
    assert finding.message.splitlines()[1:] == [
        f"  /b.png: 50% between {tmp_path}/3.png and {tmp_path}/4.png",
        f"  /a.png: 20% between {tmp_path}/0.png (a) and {tmp_path}/2.png (c)",
    ]


def test_a_mask_and_a_drawing_are_compared_by_what_their_values_mean(tmp_path):
    mask = case(tmp_path, 0, [0] * 200, supervision="dense")
    assert judge_annotators([mask, case(tmp_path, 1, drawing(0))], SETTINGS) == []
    assert judge_annotators([mask, case(tmp_path, 1, drawing(20))], SETTINGS)


def test_a_case_may_have_its_own_table(tmp_path):
    turned = {"background": 2, "vessel": 1}
    cases = [case(tmp_path, 0, drawing(0)), case(tmp_path, 1, drawing(200), labels=turned)]
    assert judge_annotators(cases, SETTINGS) == []


def test_other_images_other_lists_and_what_cannot_be_read_are_left_out(tmp_path):
    one, two = case(tmp_path, 0, drawing(0)), case(tmp_path, 1, drawing(99), image="/b.png")
    assert judge_annotators([one, two], SETTINGS) == []
    other = case(tmp_path, 2, drawing(99))
    other.section = "test"
    assert judge_annotators([one, other], SETTINGS) == []
    gone, unknown = case(tmp_path, 3, drawing(99)), case(tmp_path, 4, [77] * 200)
    (tmp_path / "3.png").unlink()
    assert judge_annotators([one, gone, unknown], SETTINGS) == []
