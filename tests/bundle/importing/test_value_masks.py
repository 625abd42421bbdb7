"""Label maps taken apart by value."""

from pathlib import Path

import numpy as np
import pytest

from bundle.importing.value_masks import split_values
from scripts.errors import DataError


def split(values):
    return list(split_values(values, Path("a.png")))


@pytest.mark.parametrize("dtype", [np.uint8, np.int32])
def test_each_value_is_cut_to_where_it_is(dtype):
    values = np.zeros((6, 5), dtype=dtype)
    values[1, 2] = values[3, 3] = 7
    values[5, 0] = 2
    low, high = split(values)
    assert (low.value, low.start, low.mask.tolist()) == (2, (5, 0), [[True]])
    assert (high.value, high.start) == (7, (1, 2))
    assert high.mask.tolist() == [[True, False], [False, False], [False, True]]


def test_values_of_any_size_in_three_dimensions():
    values = np.zeros((2, 3, 4), dtype=np.int32)
    values[1, 1:, 2] = 2035
    values[0, 0, 0] = -1
    low, high = split(values)
    assert (low.value, low.start, low.mask.shape) == (-1, (0, 0, 0), (1, 1, 1))
    assert (high.value, high.start, high.mask.shape) == (2035, (1, 1, 2), (1, 2, 1)) and high.mask.all()


def test_nothing_drawn_has_no_mask():
    assert split(np.zeros((3, 3), dtype=np.uint8)) == []


def test_many_classes_that_are_areas_are_a_label_map():
    values = np.kron(np.arange(150, dtype=np.uint8).reshape(15, 10), np.ones((3, 3), dtype=np.uint8))
    assert [part.value for part in split(values)] == list(range(1, 150))


def test_few_values_may_be_scattered():
    values = (np.indices((40, 40)).sum(axis=0) % 32).astype(np.uint8)
    assert len(split(values)) == 31


def test_many_values_that_are_scattered_are_none():
    values = np.random.default_rng(0).integers(0, 256, (50, 50)).astype(np.uint8)
    with pytest.raises(DataError, match="a.png: holds 256 different colours or values.*without smoothing"):
        split(values)


def test_more_labels_than_can_be_named_are_refused():
    values = np.kron(np.arange(300).reshape(30, 10), np.ones((2, 2), dtype=int))
    with pytest.raises(DataError, match="holds 299 different labels; expected at most 255"):
        split(values)
