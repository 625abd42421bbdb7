"""Whether the label of a case tells anything apart."""

import pytest

from scripts.checking.finding import Finding
from scripts.checking.judge_case_kinds import judge_kinds
from scripts.checking.record import BoxFacts, CaseRecord, ImageFacts, LabelFacts
from scripts.checking.settings import CheckSettings

TWO, THREE = ["background", "vessel"], ["background", "artery", "vein"]


def settings(classes=TWO, reading="sparse", **values):
    return CheckSettings(classes, {}, {}, reading=reading, **values)


def record(positive=(0, 0), negative=(0, 0), *, section="training", supervision="coarse", undrawn=900, boxes=None):
    values = {0: undrawn} if undrawn else {}
    values |= {1: sum(positive) + sum(negative)}
    label = LabelFacts("/d/label.png", True, True, values=values, positive=list(positive), negative=list(negative))
    return CaseRecord("training[0]", section, supervision, ImageFacts("/d/image.png"), label, boxes)


def test_a_case_that_tells_structure_from_background():
    assert judge_kinds(record((0, 50), (0, 50)), settings()) == []
    assert judge_kinds(record((50, 50)), settings()) == []
    assert judge_kinds(record((50, 0), (50, 0)), settings()) == []
    assert judge_kinds(record((0, 50, 50), (0, 0, 0)), settings(THREE)) == []


def test_strokes_on_structures_alone():
    (finding,) = judge_kinds(record((0, 100)), settings())
    assert (finding.check, finding.file) == ("label-one-kind", "/d/label.png")
    assert 'only "vessel" is labelled (100 of 1000 (10 %) of the pixels), so that "vessel" everywhere agrees' in (
        finding.message
    )
    assert 'draw some ("not vessel" or "background"), or take --reading support' in finding.message
    assert 'write "supervision": "dense"' in finding.message


@pytest.mark.parametrize("reading", ["support", "dense"])
def test_a_reading_finds_background_beside_strokes(reading):
    assert judge_kinds(record((0, 100)), settings(reading=reading)) == []
    assert judge_kinds(record((0, 100, 0), (0, 0, 0)), settings(THREE, reading)) == []


def test_a_reading_finds_nothing_where_nothing_is_undrawn():
    (finding,) = judge_kinds(record((0, 100), undrawn=0), settings(reading="support"))
    assert "--reading" not in finding.message


def test_metrics_know_no_reading():
    (finding,) = judge_kinds(record((0, 100), section="validation"), settings(reading="support"))
    assert "--reading" not in finding.message


@pytest.mark.parametrize(
    ("classes", "positive", "negative", "kinds"),
    [
        (TWO, (0, 0), (0, 100), '"not vessel"'),
        (TWO, (100, 0), (0, 0), '"background"'),
        (TWO, (60, 0), (0, 40), '"background" and "not vessel"'),
        (THREE, (0, 0, 0), (0, 60, 40), '"not artery" and "not vein"'),
    ],
)
@pytest.mark.parametrize("reading", ["sparse", "support", "dense"])
def test_strokes_beside_structures_alone(classes, positive, negative, kinds, reading):
    (finding,) = judge_kinds(record(positive, negative), settings(classes, reading))
    assert f'only {kinds} is labelled (100 of 1000 (10 %) of the pixels), so that "background" everywhere agrees' in (
        finding.message
    )
    assert "If the image shows none, leave it" in finding.message


def test_kinds_that_are_not_used_count_as_not_drawn():
    (finding,) = judge_kinds(record((0, 60), (0, 40)), settings(use_negative=False))
    assert 'only "vessel" is labelled (60 of 1000 (6 %) of the pixels) beside "not vessel", which the training' in (
        finding.message
    )
    assert 'draw some ("background")' in finding.message
    assert judge_kinds(record((0, 60), (0, 40), section="test"), settings(use_negative=False)) == []


def test_boxes_tell_inside_from_outside():
    inside, outside = BoxFacts([0, 2]), BoxFacts([0, 0], complete=["vessel"])
    assert judge_kinds(record((0, 0), (0, 100), boxes=inside), settings()) == []
    assert judge_kinds(record((0, 100), boxes=outside), settings()) == []
    assert judge_kinds(record((0, 100), boxes=inside), settings())
    assert judge_kinds(record((0, 100), boxes=outside), settings(use_boxes=False))


def test_who_looked_for_objects_and_found_none_has_a_healthy_case():
    healthy = BoxFacts([0, 0], complete=["vessel"])
    assert judge_kinds(record((0, 0), (0, 100), boxes=healthy), settings()) == []


def test_a_dense_mask_may_be_healthy_but_hardly_nothing_but_structure():
    assert judge_kinds(record((1000, 0), supervision="dense", undrawn=0), settings()) == []
    (finding,) = judge_kinds(record((0, 1000), supervision="dense", undrawn=0), settings())
    assert 'values in "dense_labels" are not swapped' in finding.message
    assert judge_kinds(record((1, 999), supervision="dense", undrawn=0), settings()) == []


def test_nothing_drawn_is_another_finding():
    assert judge_kinds(record(), settings()) == []


@pytest.mark.parametrize("check", ["box-degenerate", "view-unreadable"])
def test_nothing_is_said_of_what_could_not_be_measured(check):
    case = record((0, 100))
    case.findings = [Finding(check, "")]
    assert judge_kinds(case, settings()) == []
    case.findings, case.label.decoded = [], False
    assert judge_kinds(case, settings()) == []
