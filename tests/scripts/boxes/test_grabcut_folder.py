import json

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("cv2", reason="GrabCut needs OpenCV (requirements-baselines.txt)")

from scripts.boxes.grabcut_folder import grabcut_folder  # noqa: E402
from scripts.data.datalist import load_cases  # noqa: E402
from scripts.errors import DataError  # noqa: E402

BOX = {"class": "Cell", "box": [32, 22, 53, 43]}


@pytest.fixture
def data(tmp_path):
    """A disc in a noisy picture, 80 wide and 70 high, and its mask with the value 9; what the datalist holds."""
    rng = np.random.default_rng(0)
    rows, columns = np.mgrid[:70, :80]
    inside = (rows - 32) ** 2 + (columns - 42) ** 2 <= 100
    values = np.where(inside, 150, 40)[..., None] + rng.normal(0, 5, (70, 80, 3))
    (tmp_path / "data").mkdir()
    Image.fromarray(values.clip(0, 255).astype(np.uint8)).save(tmp_path / "data" / "image.png")
    Image.fromarray((9 * inside).astype(np.uint8)).save(tmp_path / "data" / "mask.png")
    dense = {"image": "image.png", "label": "mask.png", "supervision": "dense"}
    return {
        "dense_labels": {"background": [0, 1], "cell": [9, 8], "ignore": 255},
        "training": [{"image": "image.png", "boxes": [BOX], "reference": "mask.png"}, dense],
        "validation": [dense],
    }


def _run(data, tmp_path, out="out", **options):
    (tmp_path / "data" / "datalist.json").write_text(json.dumps(data))
    return grabcut_folder(tmp_path / "data" / "datalist.json", tmp_path / out, **options)


def test_boxed_cases_become_dense(data, tmp_path):
    assert _run(data, tmp_path) == [
        {"boxes": 1, "filled": 0, "iou": {"cell": 1.0}, "iou_of_boxes": {"cell": round(317 / 441, 6)}}
    ]
    first, second = load_cases(tmp_path / "out" / "datalist_grabcut.json", "training")
    assert first["supervision"] == "dense" and "boxes" not in first
    mask, truth = (np.asarray(Image.open(path)) for path in (first["label"], tmp_path / "data" / "mask.png"))
    assert (mask == truth).all()
    assert second["label"] == str((tmp_path / "data" / "mask.png").resolve())
    assert load_cases(tmp_path / "out" / "datalist_grabcut.json", "validation")[0]["image"] == first["image"]


def test_beside_the_datalist(data, tmp_path):
    _run(data, tmp_path, out="data")
    case = load_cases(tmp_path / "data" / "datalist_grabcut.json", "training")[0]
    assert case["label"] == str((tmp_path / "data" / "grabcut" / "image.png").resolve())
    with pytest.raises(DataError, match="--overwrite"):
        _run(data, tmp_path, out="data")


def test_without_a_table_the_case_gets_one(data, tmp_path):
    del data["dense_labels"], data["training"][0]["reference"]
    assert _run(data, tmp_path) == [{"boxes": 1, "filled": 0}]
    case = load_cases(tmp_path / "out" / "datalist_grabcut.json", "training")[0]
    assert case["dense_labels"] == {"background": 0, "Cell": 1}
    assert set(np.unique(np.asarray(Image.open(case["label"])))) == {0, 1}


def test_an_image_without_objects_is_all_background(data, tmp_path):
    data["training"] = [data["training"][0] | {"boxes": []}] * 2
    # the reference shows a cell that nobody boxed
    expected = {"boxes": 0, "filled": 0, "iou": {"cell": 0.0}, "iou_of_boxes": {"cell": 0.0}}
    assert _run(data, tmp_path) == [expected] * 2
    assert sorted(path.name for path in (tmp_path / "out" / "grabcut").iterdir()) == ["image.png", "image_2.png"]
    assert not np.asarray(Image.open(tmp_path / "out" / "grabcut" / "image.png")).any()


@pytest.mark.parametrize(
    "changes, message",
    [
        ({"boxed_classes": ["other"]}, "['cell'] have no boxes"),
        ({"boxes": [{"class": "dog", "box": [0, 0, 9, 9]}]}, '"dog" is unknown'),
        ({"boxes": [{"class": "cell", "box": [90, 0, 99, 9]}]}, "lies outside the image"),
        ({"boxes": [{"class": "cell", "box": [0, 0, 0, 9, 9, 9]}]}, "for pictures alone"),
        ({"dense_labels": {"cell": 1}}, 'must name "background"'),
        ({"dense_labels": {"background": 0, "cell": 300}}, "must be an integer from 0 to 255"),
        ({"image": "datalist.json"}, "cannot be read as a picture"),
    ],
)
def test_all_cases_that_cannot_be_used_are_named(data, tmp_path, changes, message):
    data["training"] = [case | changes for case in data["training"][:1] * 2]
    with pytest.raises(DataError) as error:
        _run(data, tmp_path)
    assert str(error.value).count(message) == 2 and "training[1]" in str(error.value)
    assert not (tmp_path / "out").exists()


def test_nothing_to_do(data, tmp_path):
    data["training"] = data["training"][1:]
    with pytest.raises(DataError, match="no training case has boxes"):
        _run(data, tmp_path)
