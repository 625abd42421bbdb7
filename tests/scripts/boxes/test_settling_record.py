"""Shares of what is settled and of what is right."""

import numpy as np
import pytest

from scripts.boxes.settling_record import SettlingRecord
from scripts.constants import IGNORE, INSIDE, OUTSIDE, SETTLED, UNKNOWN

BEFORE = np.array([[[UNKNOWN] * 6], [[INSIDE, INSIDE, INSIDE, INSIDE, INSIDE, OUTSIDE]]])
AFTER = np.array([[[UNKNOWN] * 6], [[SETTLED, SETTLED, SETTLED, OUTSIDE, INSIDE, OUTSIDE]]])


def test_without_references_there_is_no_agreement():
    record = SettlingRecord()
    record.add(BEFORE, AFTER)
    assert record.metrics() == {"box_settled": 0.8}


def test_agreement_is_of_settled_pixels_whose_class_is_known():
    record = SettlingRecord()
    record.add(BEFORE, AFTER, np.array([[[1, 0, IGNORE, 0, 1, 1]]]))
    assert record.metrics() == pytest.approx(
        {"box_settled": 0.8, "box_agreement": 2 / 3, "box_agreement_foreground": 0.5, "box_agreement_background": 1}
    )


def test_cases_and_processes_are_summed():
    record = SettlingRecord()
    record.add(BEFORE, AFTER)
    record.add(BEFORE, BEFORE)
    record.gather()
    assert record.metrics() == {"box_settled": 0.4}


def test_every_class_is_counted_on_its_own():
    before = np.full((3, 1, 1), INSIDE)
    after = np.array([INSIDE, OUTSIDE, SETTLED]).reshape(3, 1, 1)
    record = SettlingRecord()
    record.add(before, after, np.array([[[2]]]))
    assert record.metrics()["box_agreement"] == 1
    record.add(before, after, np.array([[[1]]]))
    assert record.metrics()["box_agreement"] == 0.5


def test_nothing_in_boxes():
    assert SettlingRecord().metrics() == {}
