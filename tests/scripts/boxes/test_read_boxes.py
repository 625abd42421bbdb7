"""Files of boxes."""

import json

import pytest

from scripts.boxes.read_boxes import read_boxes
from scripts.errors import DataError

BOXES = [{"class": "nucleus", "box": [1.0, 2.0, 3.0, 4.0]}]


def test_a_list(tmp_path):
    path = tmp_path / "boxes.json"
    path.write_text(json.dumps(BOXES))
    assert read_boxes(path) == BOXES


def test_a_byte_order_mark_does_no_harm(tmp_path):
    path = tmp_path / "boxes.json"
    path.write_text(json.dumps(BOXES), encoding="utf-8-sig")
    assert read_boxes(path) == BOXES


def test_a_coco_file(tmp_path):
    path = tmp_path / "coco.json"
    path.write_text('{"images": [{"id": 1, "file_name": "a.png"}], "categories": [], "annotations": []}')
    assert read_boxes(path).images == {"a.png": []}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"[", "cannot be read as JSON"),
        (b"\xff\xfe\x00", "cannot be read as JSON"),
        (b"[" * 100_000, "cannot be read as JSON"),
        (b"3", "expected a list of boxes or a COCO object, got 3"),
        (b"{}", "it lacks"),
        (b'[{"class": "a", "box": [0, 0, NaN, 1]}]', r"boxes\[0\]: expected 4 finite numbers"),
        (b'[1, {"class": "a", "box": [1, 0, 0, 1]}]', r"has 2 problem\(s\)"),
    ],
)
def test_bad_files_are_explained_by_name(tmp_path, content, expected):
    path = tmp_path / "boxes.json"
    path.write_bytes(content)
    with pytest.raises(DataError, match=expected) as error:
        read_boxes(path)
    assert str(error.value).startswith(str(path))


def test_missing_files_and_folders_are_named(tmp_path):
    with pytest.raises(DataError, match="nowhere.json: does not exist"):
        read_boxes(tmp_path / "nowhere.json")
    with pytest.raises(DataError, match="is a folder; expected a JSON file"):
        read_boxes(tmp_path)
