import numpy as np
import pytest

from scripts.drawing import measure_drawing
from scripts.drawing.slices import draw_slices

CLASSES = {"front": 1, "back": 2}


@pytest.fixture(scope="module")
def mask():
    """Two classes, one after the other along axis 1: an ellipsoid cut in half, 24 x 40 x 20 voxels."""
    x, y, z = np.indices((24, 40, 20), sparse=True)
    inside = ((x - 12) / 8) ** 2 + ((y - 20) / 14) ** 2 + ((z - 10) / 7) ** 2 <= 1
    mask = np.where(inside, np.where(y < 20, 1, 2), 0).astype(np.uint8)
    mask.setflags(write=False)
    return mask


def _draw(mask, **changes):
    arguments = {"every": 5, "axis": 1, "ratio": 0.3, "seed": 0, "classes": CLASSES}
    return draw_slices(mask, **arguments | changes)


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("every, offset", [(1, 0), (4, 0), (5, 3), (100, 11)])
def test_drawn_slices_are_exactly_every_nth(mask, axis, every, offset):
    drawing = _draw(mask, axis=axis, every=every, offset=offset)
    drawn = np.flatnonzero(drawing.label.any(axis=tuple({0, 1, 2} - {axis})))
    assert drawn.tolist() == list(range(offset, mask.shape[axis], every))
    assert (drawing.statistics["slices"], drawing.statistics["slice_axis"]) == (len(drawn), axis)


def test_the_seed_chooses_the_first_slice_and_the_strokes(mask):
    first, again, *others = (_draw(mask, seed=seed).label for seed in (0, 0, 1, 2, 3, 4, 5))
    assert first.tobytes() == again.tobytes()
    assert all(other.tobytes() != first.tobytes() for other in others)
    assert len({int(np.flatnonzero(label.any(axis=(0, 2)))[0]) for label in (first, *others)}) > 1


@pytest.mark.parametrize("seed", range(10))
def test_the_seed_s_slices_show_every_class(mask, seed):
    thin = np.where(np.isin(np.arange(40), (17, 18, 21))[:, None], mask, 0)
    assert {1, 3} & set(np.unique(_draw(thin, every=20, seed=seed, quality="clean").label))
    label = _draw(thin, every=3, seed=seed, quality="clean").label
    assert {1, 3} <= set(np.unique(label))


def test_an_empty_mask_gets_negative_strokes_only(mask):
    drawing = _draw(np.zeros_like(mask))
    assert set(np.unique(drawing.label)) == {0, 2, 4}
    assert drawing.statistics["ratio"] is None and drawing.statistics["volume_ratio"] is None


@pytest.mark.parametrize("ratio", [0.5, 0.3, 0.05])
def test_ratio_is_that_of_the_drawn_slices(mask, ratio):
    statistics = _draw(mask, ratio=ratio, offset=2, spacing=(1, 3, 1)).statistics
    assert statistics["ratio"] == pytest.approx(ratio, rel=0.1)
    shown = (mask[:, 2::5] > 0).sum() / (mask > 0).sum()
    assert statistics["volume_ratio"] == pytest.approx(statistics["ratio"] * shown, rel=1e-4)
    assert {"ratio", "volume_ratio"} <= set(statistics["classes"]["back"])


def test_figures_are_those_of_the_drawn_slices(mask):
    drawing = _draw(mask, offset=1, background=0.5)
    dense = {name: mask[:, 1::5] == value for name, value in CLASSES.items()}
    measured = measure_drawing(drawing.label[:, 1::5], dense, drawing.labels)
    assert {name: drawing.statistics[name] for name in measured} == measured
    assert measured["background_precision"] > 0.95


@pytest.mark.parametrize("ratio", [0.05, 0.02])
def test_few_slices_get_a_stroke_where_each_would_get_a_dot(mask, ratio):
    label = _draw(mask, ratio=ratio, quality="clean").label
    for value in (1, 3):
        sizes = (label == value).sum(axis=(0, 2))
        assert sizes[sizes > 0].mean() >= 6


def test_the_field_of_view_is_kept(mask):
    view = np.ones(mask.shape)
    view[12:] = 0
    assert not _draw(mask, field_of_view=view).label[12:].any()


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"every": 0}, "every must be at least 1"),
        ({"offset": 5}, "offset in 0"),
        ({"axis": 3}, "axis in 0..2"),
        ({"ratio": 0.0}, "ratio must be within"),
    ],
)
def test_refuses_wrong_arguments(mask, changes, message):
    with pytest.raises(ValueError, match=message):
        _draw(mask, **changes)


def test_refuses_a_picture(mask):
    with pytest.raises(ValueError, match="slices need a mask HWD"):
        _draw(mask[0])
