import numpy as np
import pytest

pytest.importorskip("cv2", reason="GrabCut needs OpenCV (requirements-baselines.txt)")

from scripts.boxes.grabcut import cut_box, cut_boxes, fill_boxes  # noqa: E402

PLACE = (slice(22, 43), slice(32, 53))


@pytest.fixture
def disc():
    """A bright disc of radius 10 in a noisy dark picture of 70 x 80 pixels: the picture, and where the disc is."""
    rng = np.random.default_rng(0)
    rows, columns = np.mgrid[:70, :80]
    inside = (rows - 32) ** 2 + (columns - 42) ** 2 <= 100
    values = np.where(inside, 150, 40)[..., None] + rng.normal(0, 5, (70, 80, 3))
    return values.clip(0, 255).astype(np.uint8), inside


def test_finds_a_disc_in_its_box(disc):
    image, inside = disc
    assert (cut_box(image, PLACE) == inside[PLACE]).all()


def test_the_result_is_the_same_every_time(disc):
    image, _ = disc
    assert (cut_box(image, PLACE) == cut_box(image, PLACE)).all()


def test_nothing_is_found_where_all_is_alike():
    assert cut_box(np.full((60, 60, 3), 100, dtype=np.uint8), (slice(20, 40), slice(20, 40))) is None


@pytest.mark.parametrize("place", [(slice(0, 70), slice(0, 80)), (slice(5, 6), slice(5, 8))])
def test_no_background_or_next_to_no_box(disc, place):
    assert cut_box(disc[0], place) is None
    assert cut_boxes(disc[0], [place], [2]).filled == 1
    assert (cut_boxes(disc[0], [place], [2]).index[place] == 2).all()


def test_the_class_is_that_of_the_box(disc):
    image, inside = disc
    cut = cut_boxes(image, [PLACE], [3])
    assert cut.filled == 0 and (cut.index == 3 * inside).all()


def test_no_box_no_object(disc):
    assert not cut_boxes(disc[0], [], []).index.any()


def test_smaller_boxes_win_whatever_their_order():
    large, small = (slice(0, 4), slice(0, 4)), (slice(1, 2), slice(1, 3))
    expected = np.ones((4, 4), dtype=np.uint8)
    expected[1, 1:3] = 2
    assert (fill_boxes((4, 4), [large, small], [1, 2]) == expected).all()
    assert (fill_boxes((4, 4), [small, large], [2, 1]) == expected).all()
