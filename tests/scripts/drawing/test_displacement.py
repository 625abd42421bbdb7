import numpy as np
import pytest

from scripts.drawing.displacement import displace


def test_no_offset_changes_nothing(bar):
    np.testing.assert_array_equal(displace(bar, (0, 0)), bar)


@pytest.mark.parametrize("offset", [(2, 0), (-1, 3), (0, -2)])
def test_whole_offsets_shift(bar, offset):
    np.testing.assert_array_equal(displace(bar, offset), np.roll(bar, offset, axis=(0, 1)))


def test_a_line_of_one_pixel_does_not_vanish():
    line = np.zeros((9, 9), dtype=bool)
    line[4] = True
    for offset in np.linspace(-2, 2, 17):
        assert displace(line, (offset, 0)).sum() == 9


def test_what_leaves_the_image_is_lost(bar):
    assert not displace(bar, (100, 0)).any()


def test_offset_may_vary_over_the_image(bar):
    offset = np.zeros((2, *bar.shape))
    offset[0, :, 20:] = 2
    moved = displace(bar, offset)
    np.testing.assert_array_equal(moved[:, :20], bar[:, :20])
    np.testing.assert_array_equal(moved[2:, 20:], bar[:-2, 20:])


def test_keeps_the_type():
    assert displace(np.eye(4, dtype=np.int16), (1, 1)).dtype == np.int16


def test_refuses_a_wrong_number_of_axes(bar):
    with pytest.raises(ValueError, match="one entry per axis"):
        displace(bar, (1, 1, 1))


def test_offset_in_mm(bar):
    np.testing.assert_array_equal(displace(bar, (4, -1.5), spacing=(2, 0.5)), np.roll(bar, (2, -3), axis=(0, 1)))
