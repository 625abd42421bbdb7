"""The boxes of a datalist's cases, wherever they are written."""

import json
from pathlib import Path

import pytest

from scripts.data.case_boxes import CaseBoxes

BOX = {"class": "vessel", "box": [1.0, 2.0, 3.0, 4.0]}
COCO = {
    "images": [{"id": 1, "file_name": "a.png"}, {"id": 2, "file_name": "b.png"}],
    "categories": [{"id": 1, "name": "vessel"}],
    "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 2, 2, 2]}],
}
A, B, V = {"image": "images/a.png"}, {"image": "images/b.png"}, {"image": "images/v.nii.gz"}


def write(path, content):
    path.write_text(json.dumps(content))
    return path


def add(root, case, **content):
    """What becomes of the only training case of a datalist, and the problems."""
    boxes = CaseBoxes({"training": [A, B], **content}, Path("datalist.json"), root)
    case = dict(case)
    boxes.add(case, "training[0]")
    return case, boxes.problems


@pytest.mark.parametrize("case", [A, A | {"boxed_classes": ["vessel"]}, A | {"boxes": None}])
def test_a_case_without_boxes_has_none_of_the_keys(tmp_path, case):
    assert add(tmp_path, case) == (A, [])


def test_boxes_in_the_datalist(tmp_path):
    case, problems = add(tmp_path, A | {"boxes": [BOX]})
    assert (case, problems) == (A | {"boxes": [BOX], "boxes_source": "datalist.json"}, [])


def test_no_boxes_at_all_is_not_the_same_as_not_boxed(tmp_path):
    assert add(tmp_path, A | {"boxes": []})[0]["boxes"] == []


def test_boxes_in_a_file_of_the_case(tmp_path):
    path = write(tmp_path / "a.json", [BOX])
    case, problems = add(tmp_path, A | {"boxes": "a.json"})
    assert (case, problems) == (A | {"boxes": [BOX], "boxes_source": str(path.resolve())}, [])


def test_one_coco_file_named_by_each_case(tmp_path):
    write(tmp_path / "coco.json", COCO)
    assert add(tmp_path, A | {"boxes": "coco.json"})[0]["boxes"] == [BOX]
    assert add(tmp_path, B | {"boxes": "coco.json"})[0]["boxes"] == []


def test_the_size_that_a_coco_file_states_goes_with_its_boxes(tmp_path):
    sized = [{"id": 1, "file_name": "a.png", "width": 9, "height": 7}, {"id": 2, "file_name": "b.png"}]
    write(tmp_path / "coco.json", COCO | {"images": sized})
    for case, content in ((A | {"boxes": "coco.json"}, {}), (A, {"boxes": "coco.json"})):
        assert add(tmp_path, case, **content)[0]["boxes_size"] == (9, 7)
    assert "boxes_size" not in add(tmp_path, B, boxes="coco.json")[0]
    assert "boxes_size" not in add(tmp_path, A | {"boxes": [BOX]}, boxes="coco.json")[0]


def test_one_coco_file_for_all_cases_that_have_no_boxes_of_their_own(tmp_path):
    path = write(tmp_path / "coco.json", COCO)
    case, problems = add(tmp_path, A, boxes="coco.json")
    assert (case, problems) == (A | {"boxes": [BOX], "boxes_source": str(path.resolve())}, [])
    assert add(tmp_path, A | {"boxes": []}, boxes="coco.json")[0]["boxes"] == []
    assert add(tmp_path, {"image": "images/c.png"}, boxes="coco.json") == ({"image": "images/c.png"}, [])


def test_images_of_all_lists_of_cases_are_known(tmp_path):
    write(tmp_path / "coco.json", COCO)
    assert add(tmp_path, A, boxes="coco.json", training=[A], pilot=[B])[1] == []
    (problem,) = add(tmp_path, A, boxes="coco.json", training=[A])[1]
    assert problem.endswith(
        'coco.json: the image "b.png" is that of no case: add the case, or take the image out of the file'
    )


def test_the_classes_that_were_boxed_throughout_are_those_of_the_case_else_of_the_datalist(tmp_path):
    boxed = A | {"boxes": [BOX]}
    assert "boxed_classes" not in add(tmp_path, boxed)[0]
    assert add(tmp_path, boxed, boxed_classes=["vessel"])[0]["boxed_classes"] == ["vessel"]
    assert add(tmp_path, boxed | {"boxed_classes": []}, boxed_classes=["vessel"])[0]["boxed_classes"] == []


@pytest.mark.parametrize(
    ("case", "content", "expected"),
    [
        (A | {"boxes": 3}, {}, 'training[0]: "boxes" must be a list of boxes or the path of one, got 3'),
        (A | {"boxes": [BOX, 3]}, {}, 'training[0]: boxes[1]: needs "class"'),
        (A | {"boxes": "none.json"}, {}, "none.json: does not exist"),
        (A | {"boxes": "bad.json"}, {}, "bad.json has 1 problem(s):\n    boxes[0]: needs"),
        (
            A | {"boxes": [], "boxed_classes": "vessel"},
            {},
            'training[0]: "boxed_classes" must be a list of class names',
        ),
        ({"image": "c.png", "boxes": "coco.json"}, {}, "coco.json does not list the image c.png"),
        (A, {"boxes": [BOX]}, 'the top level\'s "boxes" must be the path of a COCO file'),
        (A, {"boxes": "list.json"}, "holds a list of boxes, which is for one case"),
        (A, {"boxes": "none.json"}, "none.json: does not exist"),
        (V, {"boxes": "coco.json", "training": [V | {"image": "a.nii.gz"}, A, B]}, None),
        (V | {"boxes": "volume.json"}, {"training": [V]}, "two dimensions, but the image images/v.nii.gz is a volume"),
        (V, {"boxes": "volume.json", "training": [V]}, "two dimensions, but the image images/v.nii.gz is a volume"),
    ],
)
def test_what_cannot_be_used_is_one_problem(tmp_path, case, content, expected):
    write(tmp_path / "coco.json", COCO)
    write(tmp_path / "volume.json", {**COCO, "images": [{"id": 1, "file_name": "images/v.nii.gz"}]})
    write(tmp_path / "list.json", [BOX])
    write(tmp_path / "bad.json", [3])
    problems = add(tmp_path, case, **content)[1]
    if expected is None:
        assert problems == []
    else:
        assert len(problems) == 1 and expected in problems[0]


def test_a_file_that_several_cases_name_is_complained_of_once(tmp_path):
    boxes = CaseBoxes({"training": [A, B]}, Path("datalist.json"), tmp_path)
    for number, case in enumerate((A, B)):
        boxes.add(case | {"boxes": "none.json"}, f"training[{number}]")
    assert len(boxes.problems) == 1
