"""Numbers in messages."""

import numpy as np
import pytest

from scripts.wording import times


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((4, 5, 6), "4 x 5 x 6"),
        ([1.0, 0.75, 1 / 3], "1 x 0.75 x 0.333333"),
        (np.array([2.5, np.nan]), "2.5 x nan"),
        (iter([7, 7.0, np.uint32(999_999)]), "7 x 7 x 999999"),
        ([10**6], "1e+06"),
        ([], ""),
    ],
)
def test_sizes_stand_side_by_side(values, expected):
    assert times(values) == expected
