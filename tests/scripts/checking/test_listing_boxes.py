"""The boxes of a datalist with errors."""

import json

import pytest

from scripts.checking.listing_boxes import ListedBoxes

BOX = {"class": "vessel", "box": [1.0, 2.0, 3.0, 4.0]}
SWAPPED = {"class": "vessel", "box": [3, 2, 1, 4]}
COCO = {
    "images": [{"id": 1, "file_name": "a.png"}],
    "categories": [{"id": 1, "name": "vessel"}],
    "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 2, 2, 2]}],
}


def add(folder, *cases, **content):
    """The cases as they become, whether each was boxed, and what was found."""
    cases = [{"image": "a.png", **case} for case in cases]
    boxes = ListedBoxes({"training": [dict(case) for case in cases], **content}, folder / "datalist.json", folder)
    boxed = [boxes.add(case, f"training[{number}]") for number, case in enumerate(cases)]
    return cases, boxed, boxes.findings


def write(folder, content, name="boxes.json"):
    (folder / name).write_text(content if isinstance(content, str) else json.dumps(content))
    return name


def test_sound_boxes(tmp_path):
    ((case, empty, none), boxed, findings) = add(tmp_path, {"boxes": [BOX]}, {"boxes": []}, {})
    assert (case["boxes"], empty["boxes"], boxed, findings) == ([BOX], [], [True, True, False], [])
    assert "boxes" not in none


@pytest.mark.parametrize(
    "box", [SWAPPED, {"class": "v", "box": [1, 1, 1, 2]}, {"class": "v", "box": [1, 2]}, {"class": "v"}]
)
def test_boxes_with_wrong_corners_are_forgotten(tmp_path, box):
    ((case,), boxed, (finding,)) = add(tmp_path, {"boxes": [BOX, box]})
    assert (case, boxed) == ({"image": "a.png"}, [True])
    assert (finding.check, finding.where) == ("box-degenerate", "training[0]")
    assert finding.message.startswith(f"{tmp_path}/datalist.json: training[0]: boxes[1]: ")


@pytest.mark.parametrize("boxes", [5, {"a": 1}, "missing.json", "a\0b", "x" * 5000])
def test_boxes_that_are_none(tmp_path, boxes):
    ((case,), boxed, (finding,)) = add(tmp_path, {"boxes": boxes})
    assert (case, boxed) == ({"image": "a.png"}, [True])
    assert (finding.check, finding.where) == ("boxes-unreadable", "training[0]")


def test_a_damaged_file_is_reported_once_but_no_case_has_its_boxes(tmp_path):
    name = write(tmp_path, "{")
    (cases, boxed, (finding,)) = add(tmp_path, {"boxes": name}, {"boxes": name})
    assert cases == [{"image": "a.png"}] * 2
    assert (boxed, finding.check) == ([True, True], "boxes-unreadable")


def test_a_file_with_an_empty_list_means_that_there_are_none(tmp_path):
    ((case,), _, findings) = add(tmp_path, {"boxes": write(tmp_path, [])})
    assert (case["boxes"], findings) == ([], [])


def test_a_swapped_box_in_a_file(tmp_path):
    ((case,), _, (finding,)) = add(tmp_path, {"boxes": write(tmp_path, [SWAPPED])})
    assert ("boxes" in case, finding.check) == (False, "box-degenerate")


def test_a_shared_file(tmp_path):
    name = write(tmp_path, COCO)
    ((case,), boxed, findings) = add(tmp_path, {}, boxes=name)
    assert (case["boxes"], boxed, findings) == ([BOX], [True], [])


@pytest.mark.parametrize("content", ["{", [BOX], {"images": []}])
def test_a_shared_file_that_cannot_be_used(tmp_path, content):
    ((case,), boxed, (finding,)) = add(tmp_path, {}, boxes=write(tmp_path, content))
    assert (case, boxed) == ({"image": "a.png"}, [True])
    assert (finding.check, finding.where) == ("boxes-unreadable", "")


def test_an_image_that_is_that_of_no_case_takes_no_boxes_from_the_others(tmp_path):
    more = COCO | {"images": [*COCO["images"], {"id": 2, "file_name": "unknown.png"}]}
    ((case,), _, (finding,)) = add(tmp_path, {}, boxes=write(tmp_path, more))
    assert case["boxes"] == [BOX]
    assert (finding.check, "unknown.png" in finding.message) == ("boxes-unreadable", True)


@pytest.mark.parametrize("shared", [5, "a\0b"])
def test_a_shared_path_that_is_none(tmp_path, shared):
    ((case,), boxed, (finding,)) = add(tmp_path, {"boxes": [BOX]}, boxes=shared)
    assert (case["boxes"], boxed, finding.check) == ([BOX], [True], "boxes-unreadable")


def test_boxed_classes_that_are_no_list(tmp_path):
    ((case,), _, (finding,)) = add(tmp_path, {"boxes": [BOX], "boxed_classes": "vessel"})
    assert (case["boxes"], "boxed_classes" in case) == ([BOX], False)
    assert finding.check == "entry-incomplete"
