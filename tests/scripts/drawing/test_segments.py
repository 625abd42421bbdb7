import numpy as np
import pytest

from scripts.drawing.segments import mean_radius, split_segments, stroke_length


def test_a_bar_is_cut_into_equal_parts():
    bar = np.zeros((15, 130), dtype=bool)
    bar[6:9, 5:125] = True
    segments = split_segments(bar, 40)
    assert len(segments) == 3
    assert np.ptp(segments.length) <= 1
    np.testing.assert_allclose(segments.radius, 2.0, atol=0.1)
    assert not segments.blob.any()


def test_a_cross_has_four_arms():
    cross = np.zeros((61, 61), dtype=bool)
    cross[29:32, 5:56] = cross[5:56, 29:32] = True
    segments = split_segments(cross, 100)
    assert len(segments) == 4
    ends = [segments.index[place] for place in ((30, 6), (30, 54), (6, 30), (54, 30))]
    assert sorted(ends) == [0, 1, 2, 3]


def test_position_grows_along_a_line():
    bar = np.zeros((9, 60), dtype=bool)
    bar[3:6, 5:55] = True
    steps = np.diff(split_segments(bar, 100).position[4, 8:52])
    assert (steps >= 0).all() or (steps <= 0).all()


def test_discs_are_blobs_filled_from_the_middle(nuclei):
    segments = split_segments(nuclei, 50)
    assert segments.blob.all()
    assert len(segments) == 25
    assert segments.position[22, 22] < 0.2
    assert segments.position[nuclei].max() <= 1


def test_vessels_are_lines(vessels):
    segments = split_segments(vessels, 60)
    assert segments.blob.mean() < 0.1
    assert segments.length.max() <= 61


def test_every_part_belongs_to_its_own_structure():
    two = np.zeros((40, 40), dtype=bool)
    two[3:6, 3:37] = True
    two[30, 30] = True  # one pixel
    segments = split_segments(two, 100)
    assert len(segments) == 2
    assert segments.index[30, 30] != segments.index[4, 20]


@pytest.mark.parametrize("shape", [(2, 2), (1, 3), (3, 3), (4, 2)])
def test_tiny_structures_are_one_piece(shape):
    mask = np.zeros((12, 12), dtype=bool)
    mask[4 : 4 + shape[0], 4 : 4 + shape[1]] = True
    assert len(split_segments(mask, 20)) == 1


def test_a_ring_is_split():
    rows, columns = np.indices((60, 60))
    distance = np.hypot(rows - 30, columns - 30)
    segments = split_segments((distance > 18) & (distance < 22), 30)
    assert len(segments) >= 2


def test_a_tube_in_3d():
    tube = np.zeros((9, 9, 60), dtype=bool)
    tube[3:6, 3:6, 4:56] = True
    assert len(split_segments(tube, 30)) == 2


def test_refuses_an_empty_mask():
    with pytest.raises(ValueError, match="empty"):
        split_segments(np.zeros((5, 5), dtype=bool), 10)


@pytest.mark.parametrize("area, radius, expected", [(10, 3, 12.0), (1e6, 3, 80.0), (1080, 3, 30.0)])
def test_stroke_length(area, radius, expected):
    assert stroke_length(area, radius) == pytest.approx(expected)


def test_stroke_length_in_3d():
    assert stroke_length(6 * np.pi * 3**2 * 30, 3, axes=3) == pytest.approx(30)


def _tube(spacing, radius=4.0, length=60.0):
    """A tube along the first axis, given in mm, on voxels of the given sides."""
    reach = np.ceil(np.array([length / 2 + 4, radius + 4, radius + 4]) / spacing).astype(int)
    x, y, z = (np.arange(-n, n + 1) * side for n, side in zip(reach, spacing, strict=True))
    return (np.abs(x) <= length / 2)[:, None, None] & (np.hypot(y[:, None], z) <= radius)


@pytest.mark.parametrize("spacing", [(1, 1, 1), (0.5, 0.5, 2), (4, 1, 1)])
def test_lengths_are_mm_whatever_the_voxels(spacing):
    segments = split_segments(_tube(spacing), 200, spacing)
    assert len(segments) == 1
    assert segments.length[0] == pytest.approx(60 - 2 * 4, abs=12)
    assert segments.radius[0] == pytest.approx(4, abs=1.0)
    assert mean_radius(_tube((1, 1, 1)), (1, 1, 1)) == pytest.approx(4, abs=0.5)


def test_in_mm_a_blob_is_filled_along_its_longest_axis():
    x, y, z = np.indices((21, 31, 21), sparse=True)
    egg = ((x - 10) / 6) ** 2 + ((y - 15) / 10) ** 2 + ((z - 10) / 6) ** 2 <= 1
    segments = split_segments(egg, 100, (1, 1, 1))
    assert segments.blob.all() and len(segments) == 1
    np.testing.assert_allclose(np.diff(segments.position[10, :, 10]), 1.0, atol=1e-6)
