"""How much of the cases is labelled as what."""

import pytest

from scripts.checking.record import CaseRecord, ImageFacts, LabelFacts
from scripts.checking.settings import CheckSettings
from scripts.checking.shares import case_shares, section_shares

SETTINGS = CheckSettings(["background", "artery", "vein"], {}, {}, use_negative=False)


def record(values, positive, negative=(0, 0, 0), section="training", **facts):
    label = LabelFacts("/d/a.png", True, True, values=values, positive=list(positive), negative=list(negative), **facts)
    return CaseRecord(f"{section}[0]", section, "coarse", ImageFacts("/d/i.png"), label)


def test_shares_of_a_drawing_also_of_kinds_that_are_not_used():
    shares = case_shares(record({0: 60, 1: 20, 4: 15, 255: 5}, (0, 20, 0), (0, 0, 15), ignored=5), SETTINGS)
    assert shares == {"background": 0, "artery": 0.2, "vein": 0, "not vein": 0.15, "ignore": 0.05, "undrawn": 0.6}
    assert list(shares) == ["background", "artery", "vein", "not vein", "ignore", "undrawn"]


def test_a_dense_mask_leaves_nothing_undrawn():
    assert case_shares(record({0: 75, 1: 25}, (75, 25, 0)), SETTINGS) == {"background": 0.75, "artery": 0.25, "vein": 0}


def test_what_is_labelled_outside_the_field_of_view_has_a_share_of_its_own():
    shares = case_shares(record({0: 75, 1: 25}, (40, 20, 0), outside_view=40), SETTINGS)
    assert shares == {"background": 0.4, "artery": 0.2, "vein": 0, "outside view": 0.4}


def test_shares_add_up_to_one():
    shares = case_shares(record({0: 7, 1: 1, 2: 3}, (0, 1, 0), (0, 2, 0), outside_view=1), SETTINGS)
    assert sum(shares.values()) == pytest.approx(1, abs=1e-12)


def test_without_a_label_that_was_decoded_there_are_no_shares():
    case = record({0: 75, 9: 25}, (), (), section="test")
    case.label.decoded = False
    assert case_shares(case, SETTINGS) == {}
    assert section_shares([case], SETTINGS) == {"test": {}}
    case.label = None
    assert case_shares(case, SETTINGS) == {}


def test_shares_of_a_list_are_pooled_over_pixels():
    records = [
        record({0: 90, 1: 10}, (90, 10, 0), section="validation"),
        record({1: 100}, (0, 100, 0)),
        record({0: 300}, (0, 0, 0)),
    ]
    assert section_shares(records, SETTINGS) == {
        "validation": {"background": 0.9, "artery": 0.1, "vein": 0},
        "training": {"background": 0, "artery": 0.25, "vein": 0, "undrawn": 0.75},
    }
