import numpy as np
import pytest

from scripts.drawing.segments import split_segments


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
