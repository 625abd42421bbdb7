"""Masks of run lengths, by rows and by columns, and the compressed text of COCO files."""

import numpy as np
import pycocotools.mask
import pytest

from bundle.importing.marks import AREA, Bitmap
from bundle.importing.run_lengths import counts_of_text, run_length_bitmap
from scripts.errors import DataError


def bitmap(counts, size, **options):
    return run_length_bitmap(counts, size, source="a.json", where="shape 1", **options)


def test_rows_begin_with_pixels_that_are_not_painted():
    shape = bitmap([1, 2, 2, 1], (3, 2), origin=(4, 5))
    assert shape.mask.T.tolist() == [[False, True, True], [False, False, True]]
    assert isinstance(shape, Bitmap) and shape.origin == (4, 5) and shape.kind == AREA


def test_columns():
    assert bitmap([1, 2, 2, 1], (3, 2), by_columns=True).mask.tolist() == [[False, True], [True, False], [False, True]]


def test_runs_may_be_empty_and_whole_numbers_with_a_point():
    assert bitmap([0, 1.0, 0, 2], (3, 1)).mask.all()


@pytest.mark.parametrize("count", [-1, 1.5, True, None, "3", float("nan"), float("inf"), 10**30, [1]])
def test_other_counts_are_refused(count):
    with pytest.raises(DataError, match="a.json: shape 1: run lengths must be whole numbers"):
        bitmap([1, count], (2, 2))


@pytest.mark.parametrize("counts", [[], [3], [2, 3], [10**12]])
def test_counts_must_add_up(counts):
    with pytest.raises(DataError, match="add up to .* pixels; expected 4, as it is 2 x 2"):
        bitmap(counts, (2, 2))


@pytest.mark.parametrize("size", [(0, 4), (4, 0), (-2, -2)])
def test_empty_sizes_are_refused(size):
    with pytest.raises(DataError, match="must be at least 1 x 1"):
        bitmap([4], size)


def test_nothing_is_allocated_before_the_mask_is_looked_at():
    bitmap([10**12], (10**6, 10**6))


@pytest.mark.parametrize("seed", range(4))
def test_compressed_text_of_pycocotools(seed):
    rng = np.random.default_rng(seed)
    mask = rng.random((300, 7)) < rng.choice([0.001, 0.5, 0.99])
    encoded = pycocotools.mask.encode(np.asfortranarray(mask.astype(np.uint8)))
    counts = counts_of_text(encoded["counts"].decode(), source="a.json", where="shape 1")
    assert (bitmap(counts, (7, 300), by_columns=True).mask == mask.T).all()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0 1", "' ' does not occur"),
        ("0é", "does not occur"),
        ("P", "are cut off"),
        ("01o", "are cut off"),
        ("PPPPPPPPPPPP0", "above 32 bits"),
        ("o" * 10_000_000, "above 32 bits"),
    ],
)
def test_damaged_text_is_refused(text, message):
    with pytest.raises(DataError, match=message):
        counts_of_text(text, source="a.json", where="shape 1")


def test_negative_numbers_of_compressed_text_are_refused_as_run_lengths():
    counts = counts_of_text("O", source="a.json", where="shape 1")
    assert counts == [-1]
    with pytest.raises(DataError, match="whole numbers from 0 on, got -1"):
        bitmap(counts, (1, 1))
