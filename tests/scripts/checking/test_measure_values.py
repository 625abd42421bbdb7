"""Counts, ranges and digests of arrays."""

import numpy as np
import pytest

from scripts.checking import measure_values
from scripts.checking.measure_values import Spread, count_values, hash_values, spread_of


@pytest.fixture(autouse=True)
def several_chunks(monkeypatch):
    """Parts so small that each array has several."""
    monkeypatch.setattr(measure_values, "_CHUNK", 3)


def test_spread():
    assert spread_of(np.array([[1, 2, 3], [4, 5, 9]], dtype=np.int16)) == Spread(1, 9, 4, np.sqrt(40 / 6), 0)


def test_spread_of_finite_values():
    assert spread_of(np.array([1, 3, np.nan, np.inf, -np.inf])) == Spread(1, 3, 2, 1, 3)
    assert spread_of(np.array([np.nan])) == Spread(odd=1)


def test_the_digest_is_that_of_the_values():
    array = np.arange(24).reshape(2, 3, 4)
    same = [array.astype(np.int16), array.astype(np.float64), np.asfortranarray(array), array.astype(">f4")]
    assert {hash_values(other) for other in same} == {hash_values(array)}
    assert hash_values(np.array([[0.0]])) == hash_values(np.array([[-0.0]]))
    others = [array.reshape(3, 2, 4), array + 1, array.reshape(2, 12)]
    assert len({hash_values(other) for other in others} | {hash_values(array)}) == 4


@pytest.mark.parametrize("kind", [np.uint8, np.int16, np.int32, np.float32])
def test_counts(kind):
    counts = count_values(np.array([[0, 1, 1], [2, 2, 2], [0, 7, 0]], dtype=kind))
    assert counts.numbers == {0: 3, 1: 2, 2: 3, 7: 1}
    assert counts.is_integer and counts.complete


def test_counts_of_other_values():
    assert count_values(np.array([-1, 300, 5, 300])).numbers == {-1: 1, 5: 1, 300: 2}
    assert count_values(np.array([True, False, True])).numbers == {0: 1, 1: 2}


def test_fractions_and_odd_values():
    counts = count_values(np.array([1, 0.4, 2.5, np.nan]))
    assert (counts.numbers, counts.fraction, counts.odd, counts.is_integer) == ({0: 1, 1: 1, 2: 1}, 0.4, 1, False)
    assert count_values(np.array([1.0004]), rounding=1e-3).is_integer
    assert not count_values(np.array([1.0004])).is_integer


def test_counting_stops_at_too_many_values(monkeypatch):
    monkeypatch.setattr(measure_values, "_MOST_VALUES", 4)
    counts = count_values(np.arange(300, 330))
    assert not counts.complete and len(counts.numbers) == 4
