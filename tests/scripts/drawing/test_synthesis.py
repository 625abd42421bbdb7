import json

import nibabel as nib
import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from scripts.drawing import drawing_labels, measure_drawing, synthesise_drawing

FIGURES = ("ratio", "positive_precision", "positive_recall", "negative_precision", "negative_share")


@pytest.mark.parametrize("ratio", [1.0, 0.5, 0.3, 0.1, 0.05, 0.01])
def test_ratio_is_reached_on_vessels(vessels, ratio):
    assert synthesise_drawing(vessels, ratio=ratio, seed=1).statistics["ratio"] == pytest.approx(ratio, rel=0.1)


@pytest.mark.parametrize("quality", ["clean", "bad"])
@pytest.mark.parametrize("ratio", [1.0, 0.05])
def test_ratio_is_reached_by_other_qualities(vessels, quality, ratio):
    drawing = synthesise_drawing(vessels, ratio=ratio, quality=quality, seed=1, negative=False)
    assert drawing.statistics["ratio"] == pytest.approx(ratio, rel=0.1)


@pytest.mark.parametrize("ratio", [1.0, 0.3, 0.05])
def test_ratio_is_reached_on_blobs(nuclei, ratio):
    assert synthesise_drawing(nuclei, ratio=ratio, seed=1).statistics["ratio"] == pytest.approx(ratio, rel=0.12)


def test_qualities_are_ordered_by_precision(vessels):
    rows = [synthesise_drawing(vessels, ratio=0.5, quality=q, seed=2).statistics for q in ("clean", "realistic", "bad")]
    for key in ("positive_precision", "negative_precision"):
        assert rows[0][key] > rows[1][key] > rows[2][key]
    assert 0.68 < rows[1]["positive_precision"] < 0.82
    assert rows[0]["positive_precision"] > 0.96


def test_statistics_are_those_of_the_map(vessels):
    drawing = synthesise_drawing(vessels, ratio=0.3, seed=3)
    measured = measure_drawing(drawing.label, {"vessel": vessels}, drawing.labels)
    assert {key: drawing.statistics[key] for key in FIGURES} == measured
    assert json.loads(json.dumps(drawing.statistics)) == drawing.statistics
    assert (drawing.statistics["seed"], drawing.statistics["quality"], drawing.statistics["requested_ratio"]) == (
        3,
        "realistic",
        0.3,
    )


def test_same_seed_same_bytes_and_other_seed_other_drawing(vessels):
    first, second, third = (synthesise_drawing(vessels, ratio=0.1, seed=seed).label for seed in (4, 4, 5))
    assert first.tobytes() == second.tobytes() != third.tobytes()


def test_one_kind_of_drawing_does_not_depend_on_the_other(vessels):
    both, positive, negative = (
        synthesise_drawing(vessels, ratio=0.1, seed=6, **kinds).label
        for kinds in ({}, {"negative": False}, {"positive": False})
    )
    np.testing.assert_array_equal(positive, np.where(both == 1, 1, 0))
    np.testing.assert_array_equal(negative, np.where(both == 2, 2, 0))


def test_nothing_outside_the_field_of_view(vessels):
    view = np.hypot(*(np.indices(vessels.shape) - 155)) < 120
    label = synthesise_drawing(vessels, ratio=0.5, seed=7, field_of_view=view.astype(np.uint8) * 255).label
    assert set(np.unique(label[~view])) == {0}
    assert set(np.unique(label)) == {0, 1, 2}


def test_several_classes(nuclei):
    mask = np.zeros(nuclei.shape, dtype=np.uint8)
    mask[:, :110][nuclei[:, :110]] = 7
    mask[:, 110:][nuclei[:, 110:]] = 9
    drawing = synthesise_drawing(mask, ratio=0.4, seed=8, classes={"left": 7, "right": 9})
    assert drawing.labels == {"left": 1, "not left": 2, "right": 3, "not right": 4}
    assert set(np.unique(drawing.label)) == {0, 1, 2, 3, 4}
    for name in ("left", "right"):
        assert drawing.statistics["classes"][name]["ratio"] == pytest.approx(0.4, rel=0.15)
    # "Not left" may run over what is right.
    assert drawing.statistics["negative_precision"] > 0.97


def test_own_label_table(nuclei):
    label = synthesise_drawing(nuclei, ratio=0.3, seed=9, labels={"vessel": 20, "not vessel": 30}).label
    assert set(np.unique(label)) == {0, 20, 30}
    assert label.dtype == np.uint8


def test_a_small_digit():
    digit = np.zeros((28, 28), dtype=bool)
    digit[5:23, 13:16] = digit[5:8, 8:20] = True
    drawing = synthesise_drawing(digit, ratio=0.5, seed=0)
    assert drawing.statistics["ratio"] == pytest.approx(0.5, rel=0.15)
    assert (drawing.label == 2).any()


def test_an_empty_mask_gets_negative_strokes_only():
    drawing = synthesise_drawing(np.zeros((64, 64), dtype=np.uint8), ratio=0.3, seed=0)
    assert set(np.unique(drawing.label)) == {0, 2}
    assert drawing.statistics["ratio"] is None


def test_a_volume():
    tube = np.zeros((14, 40, 16), dtype=bool)
    tube[5:9, 3:37, 6:10] = True
    label = synthesise_drawing(tube, ratio=0.5, seed=0).label
    assert label.shape == tube.shape and set(np.unique(label)) == {0, 1, 2}


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"ratio": 0.0}, "ratio must be within"),
        ({"ratio": 1.5}, "ratio must be within"),
        ({"quality": "perfect"}, "quality must be one of clean, realistic, bad"),
        ({"positive": False, "negative": False}, "nothing would be drawn"),
        ({"field_of_view": np.ones((3, 3))}, "must have the mask's shape"),
        ({"labels": {"vessel": 1}}, "labels must give 'not vessel' a value"),
    ],
)
def test_refuses_wrong_arguments(bar, arguments, message):
    with pytest.raises(ValueError, match=message):
        synthesise_drawing(bar, **{"ratio": 0.3, "seed": 0, **arguments})


def test_refuses_a_probability_map():
    with pytest.raises(ValueError, match="integer or bool"):
        synthesise_drawing(np.zeros((5, 5)), ratio=0.3, seed=0)


def test_label_table():
    assert drawing_labels(["a", "b"]) == {"a": 1, "not a": 2, "b": 3, "not b": 4}


def test_real_vessels(les_av):
    mask, view = (np.asarray(Image.open(les_av / folder / "12.png")) for folder in ("masks_vessel", "fov"))
    statistics = synthesise_drawing(mask, ratio=0.3, seed=0, field_of_view=view).statistics
    assert statistics["ratio"] == pytest.approx(0.3, rel=0.1)
    assert 0.68 < statistics["positive_precision"] < 0.82
    assert 0.97 < statistics["negative_precision"] < 1.0


def _egg(spacing):
    """An ellipsoid with half axes of 8, 11 and 7 mm in 36 mm, on voxels of the given sides."""
    shape = [round(36 / side) for side in spacing]
    places = zip(np.indices(shape, sparse=True), spacing, (8, 11, 7), strict=True)
    return sum((((axis + 0.5) * side - 18) / half) ** 2 for axis, side, half in places) <= 1


@pytest.mark.parametrize("spacing", [(1, 1, 1), (0.75, 0.75, 3), (2, 1, 1)])
@pytest.mark.parametrize("ratio", [0.3, 0.05])
def test_ratio_and_precision_in_volumes_whatever_the_voxels(spacing, ratio):
    rows = [synthesise_drawing(_egg(spacing), ratio=ratio, seed=s, spacing=spacing).statistics for s in range(3)]
    assert [row["ratio"] for row in rows] == pytest.approx([ratio] * 3, rel=0.1)
    assert 0.66 < np.mean([row["positive_precision"] for row in rows]) < 0.84
    assert np.mean([row["negative_precision"] for row in rows]) > 0.97


def test_errors_are_in_mm():
    """Strokes leave the structure by about the same way on fine and on coarse voxels."""
    reach = []
    for side in (0.75, 1.5):
        mask = _egg((side,) * 3)
        distance = ndimage.distance_transform_edt(~mask, sampling=side)
        drawings = [
            synthesise_drawing(mask, ratio=0.5, seed=seed, negative=False, spacing=(side,) * 3).label > 0
            for seed in range(3)
        ]
        reach.append(np.mean([distance[drawing & ~mask].mean() for drawing in drawings]))
    assert reach[0] == pytest.approx(reach[1], abs=1.0)
    assert 0.5 < min(reach) and max(reach) < 4


def test_a_unit_of_length_is_all_that_a_spacing_is(ball):
    ones = synthesise_drawing(ball, ratio=0.3, seed=1, spacing=(1.0, 1.0, 1.0))
    none = synthesise_drawing(ball, ratio=0.3, seed=1)
    assert ones.label.tobytes() == none.label.tobytes()


def test_volumes_are_deterministic_and_their_kinds_independent(ball):
    both, again, positive, negative = (
        synthesise_drawing(ball, ratio=0.1, seed=6, background=0.5, **kinds).label
        for kinds in ({}, {}, {"negative": False}, {"positive": False})
    )
    assert both.tobytes() == again.tobytes()
    np.testing.assert_array_equal(positive, np.where(both == 1, 1, 0))
    np.testing.assert_array_equal(negative, np.where(both == 1, 0, both))


@pytest.mark.parametrize("share", [0.25, 0.75])
def test_background_has_its_share_and_keeps_off_every_class(ball, share):
    mask = ball.astype(np.uint8)
    mask[17:][ball[17:]] = 2
    drawing = synthesise_drawing(mask, ratio=0.1, seed=2, classes={"a": 1, "b": 2}, background=share)
    background, negative = drawing.label == 5, np.isin(drawing.label, (2, 4))
    assert background.sum() / (background | negative).sum() == pytest.approx(share, abs=0.07)
    assert (background & ~ball).sum() / background.sum() > 0.96


def test_real_hippocampi(hippocampus):
    rows = []
    for path in sorted((hippocampus / "labels").iterdir())[:3]:
        mask = np.asarray(nib.load(path).dataobj).astype(np.uint8)
        classes = {"anterior": 1, "posterior": 2}
        rows.append(synthesise_drawing(mask, ratio=0.05, seed=0, classes=classes, background=0.5).statistics)
    assert [row["ratio"] for row in rows] == pytest.approx([0.05] * 3, rel=0.1)
    assert 0.70 < np.mean([row["positive_precision"] for row in rows]) < 0.80
    assert 0.98 < np.mean([row["negative_precision"] for row in rows]) < 1.0
