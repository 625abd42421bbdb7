from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bundle.benchmarking.gallery_maps import (
    NEGATIVE,
    NOTHING,
    UNKNOWN,
    read_drawing,
    read_image,
    read_prediction,
    read_truth,
)

CLASSES = ("background", "artery", "vein")


def _save(path: Path, rows: list[list[int]]) -> Path:
    Image.fromarray(np.array(rows, dtype=np.uint8)).save(path)
    return path


def test_truth_by_the_values_of_the_masks(tmp_path: Path) -> None:
    path = _save(tmp_path / "mask.png", [[0, 10, 20], [255, 0, 10]])
    labels = {"background": 0, "vein": 10, "artery": 20, "ignore": 255}
    assert read_truth(path, labels, CLASSES).tolist() == [[0, 2, 1], [UNKNOWN, 0, 2]]


def test_drawings_by_their_labels(tmp_path: Path) -> None:
    path = _save(tmp_path / "drawing.png", [[0, 1, 2], [3, 4, 5]])
    labels = {"artery": 1, "not artery": 2, "vein": 3, "not vein": 4, "background": 5, "ignore": 255}
    expected = [[NOTHING, 1, NEGATIVE], [2, NEGATIVE, NEGATIVE]]
    assert read_drawing(path, labels, CLASSES).tolist() == expected
    assert read_drawing(tmp_path / "missing.png", labels, CLASSES) is None


@pytest.mark.parametrize(("kind", "expected"), [("probability", [[0, 0, 1]]), ("classes", [[0, 2, 200]])])
def test_predictions_of_both_kinds(kind: str, expected: list[list[int]], tmp_path: Path) -> None:
    path = _save(tmp_path / f"a_{kind}.png", [[0, 2, 200]])
    assert read_prediction(path, (1, 3)).tolist() == expected


def test_a_prediction_of_another_size_is_fitted_without_new_classes(tmp_path: Path) -> None:
    path = _save(tmp_path / "a_classes.png", [[0, 2], [2, 0]])
    found = read_prediction(path, (8, 8))
    assert found.shape == (8, 8)
    assert set(np.unique(found)) == {0, 2}


def test_images_have_three_channels(tmp_path: Path) -> None:
    assert read_image(_save(tmp_path / "grey.png", [[1, 2]])).tolist() == [[[1] * 3, [2] * 3]]
