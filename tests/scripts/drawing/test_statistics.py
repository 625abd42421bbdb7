import numpy as np
import pytest

from scripts.drawing.statistics import measure_drawing

LABELS = {"vessel": 1, "not vessel": 2}


def test_figures_of_a_small_drawing():
    dense = np.array([[1, 1, 1, 1, 0, 0, 0, 0, 0, 0]], dtype=bool)
    label = np.array([[1, 1, 0, 2, 1, 2, 2, 2, 0, 0]])
    assert measure_drawing(label, {"vessel": dense}, LABELS) == {
        "ratio": pytest.approx(3 / 4),
        "positive_precision": pytest.approx(2 / 3, abs=1e-6),
        "positive_recall": pytest.approx(2 / 4),
        "negative_precision": pytest.approx(3 / 4),
        "negative_share": pytest.approx(4 / 6, abs=1e-6),
    }


def test_recall_is_ratio_times_precision():
    rng = np.random.default_rng(0)
    figures = measure_drawing(rng.integers(0, 3, (50, 50)), {"vessel": rng.random((50, 50)) < 0.3}, LABELS)
    assert figures["positive_recall"] == pytest.approx(figures["ratio"] * figures["positive_precision"], abs=1e-5)


def test_nothing_drawn_has_no_precision():
    figures = measure_drawing(np.zeros((4, 4), int), {"vessel": np.eye(4, dtype=bool)}, LABELS)
    assert figures["positive_precision"] is None and figures["negative_precision"] is None
    assert figures["ratio"] == 0


def test_outside_the_field_of_view_the_mask_does_not_count():
    dense = np.ones((2, 4), dtype=bool)
    view = np.zeros((2, 4), dtype=bool)
    view[0] = True
    label = np.zeros((2, 4), int)
    label[0, :2] = 1
    assert measure_drawing(label, {"vessel": dense}, LABELS, view)["ratio"] == 0.5


def test_classes_are_pooled():
    label = np.array([[1, 3, 3, 0]])
    classes = {"a": np.array([[1, 0, 0, 0]], bool), "b": np.array([[0, 1, 0, 1]], bool)}
    figures = measure_drawing(label, classes, {"a": 1, "not a": 2, "b": 3, "not b": 4})
    assert figures["ratio"] == 1.0
    assert figures["positive_precision"] == pytest.approx(2 / 3, abs=1e-6)


def test_background_is_measured_against_every_class():
    label = np.array([[5, 5, 5, 2, 0, 0]])
    classes = {"a": np.array([[1, 0, 0, 0, 0, 0]], bool), "b": np.array([[0, 1, 0, 0, 0, 0]], bool)}
    figures = measure_drawing(label, classes, {"a": 1, "not a": 2, "b": 3, "not b": 4, "background": 5})
    assert figures["background_precision"] == pytest.approx(1 / 3, abs=1e-6)
    assert figures["background_share"] == pytest.approx(3 / 4)
    assert figures["negative_precision"] == 1.0


def test_without_background_nothing_is_said_of_it():
    figures = measure_drawing(np.array([[1, 2]]), {"vessel": np.array([[1, 0]], bool)}, LABELS | {"background": 3})
    assert not [name for name in figures if name.startswith("background")]
