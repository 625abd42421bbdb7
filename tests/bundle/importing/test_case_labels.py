"""The label map and the boxes of one image from all its marks."""

from pathlib import Path

import numpy as np
import pytest
from import_support import SIZE, pictures
from shapely.geometry import box
from volume_files import write_volume

from bundle.importing.case_labels import CaseLabels, LabelPlan, label_case
from bundle.importing.label_values import LabelValues
from bundle.importing.marks import AnnotatedImage, Mark, PictureBox, PictureLine, PictureRegion, VolumeLine
from bundle.importing.rules import Rules
from bundle.importing.source_image import SourceImage
from bundle.importing.stroke_width import StrokeWidth

VALUES = LabelValues(["a", "b"])
A, B, NOT_A = (VALUES.drawing[name] for name in ("a", "b", "not a"))
SOURCE = Path("a.json")


def rules(*rows: tuple[str, ...]) -> Rules:
    """From label, meaning, and maybe shape and width."""
    return Rules.from_rows([dict(zip(("label", "meaning", "shape", "width"), (*row, "", ""))) for row in rows], "rules")


RULES = rules(("a", "a"), ("b", "b"), ("no a", "not a"), ("box", "box a"), ("x", "skip"))


def area(name: str, *corners: float) -> Mark:
    return Mark(name, PictureRegion(box(*corners)), "shape 1")


def boxed(name: str, *corners: float) -> Mark:
    return Mark(name, PictureBox(corners), "shape 2")


def labelled(tmp_path: Path, *marks: Mark, table: Rules = RULES, **options) -> CaseLabels:
    (image,) = pictures(tmp_path, "image")
    return label_case(image, [AnnotatedImage(SOURCE, marks=list(marks))], LabelPlan(table, VALUES, **options))


def test_marks_become_values(tmp_path: Path) -> None:
    result = labelled(tmp_path, area("a", 0, 0, 2, 1), area("No A", 4, 0, 6, 1), area("x", 8, 0, 9, 1))
    assert result.label.shape == SIZE
    assert result.label[:, 0].tolist() == [A, A, 0, 0, NOT_A, NOT_A, 0, 0, 0, 0, 0, 0]
    assert not result.label[:, 1:].any()
    assert result.boxes is None
    assert not result.problems


def test_boxes_are_listed_and_leave_the_label_open(tmp_path: Path) -> None:
    result = labelled(tmp_path, boxed("box", 1, 2, 3, 4.5))
    assert result.label is None
    assert result.boxes == [{"class": "a", "box": [1, 2, 3, 4.5]}]


def test_a_problem_hides_no_other(tmp_path: Path) -> None:
    line = Mark("b", PictureLine(np.array([[0.0, 0], [5, 5]])), "shape 3")
    result = labelled(tmp_path, area("c", 0, 0, 1, 1), area("a", 50, 0, 60, 1), line)
    first, second, third = result.problems
    assert first == "a.json: shape 1 (c): no rule says what this label means"
    assert second.startswith("a.json: shape 1 (a): lies outside its image")
    assert third.startswith("a.json: shape 3 (b): is a line, and its format does not say how wide")


def test_marks_beyond_the_image_are_counted(tmp_path: Path) -> None:
    assert labelled(tmp_path, area("a", -2, 0, 2, 1)).notes == ["1 mark(s) reach beyond the image and are cut to it"]
    assert labelled(tmp_path, area("a", -0.001, 0, 2, 1)).notes == []


def test_width_of_a_rule_comes_before_that_of_the_import(tmp_path: Path) -> None:
    marks = [
        Mark(name, PictureLine(np.array([[2, y], [8, y]])), "shape 1") for name, y in (("thin", 1.5), ("wide", 5.5))
    ]
    table = rules(("thin", "a", "", "1 px"), ("wide", "b"))
    label = labelled(tmp_path, *marks, table=table, width=StrokeWidth(3, "px")).label
    assert (label[5] == A).sum() == 1
    assert (label[5] == B).sum() == 3


def test_a_width_in_mm_is_for_volumes(tmp_path: Path) -> None:
    line = Mark("a", PictureLine(np.array([[0.0, 0], [5, 5]])), "shape 1")
    assert "pictures have no mm" in labelled(tmp_path, line, width=StrokeWidth(3, "mm")).problems[0]


@pytest.mark.parametrize(("width", "voxels"), [(StrokeWidth(3, "px"), 9), (StrokeWidth(2, "mm"), 1)])
def test_lines_in_volumes_are_as_wide_in_pixels_or_mm(tmp_path: Path, width: StrokeWidth, voxels: int) -> None:
    path = write_volume(tmp_path / "a.nii", np.zeros((7, 7, 5), dtype=np.int16), np.diag([2.0, 2, 2, 1]))
    line = Mark("a", VolumeLine(np.array([[6.0, 6, 0], [6, 6, 8]])), "curve")
    annotated = AnnotatedImage(SOURCE, marks=[line])
    label = label_case(SourceImage("a", path, True), [annotated], LabelPlan(RULES, VALUES, width)).label
    assert (label[..., 2] == A).sum() == voxels


def test_nothing_marked_is_nothing_known(tmp_path: Path) -> None:
    for options in ({}, {"empty_counts": True}, {"dense": True}, {"box_classes": ("a",)}):
        result = labelled(tmp_path, **options)
        assert (result.label, result.boxes, result.problems) == (None, None, [])


def test_nothing_marked_counts_where_it_is_told_to(tmp_path: Path) -> None:
    assert labelled(tmp_path, empty_counts=True, box_classes=("a",)).boxes == []
    mask = labelled(tmp_path, empty_counts=True, dense=True, box_classes=("a",))
    assert mask.label.shape == SIZE
    assert not mask.label.any()
    assert mask.boxes is None


def test_a_drawing_does_not_say_that_there_are_no_boxes(tmp_path: Path) -> None:
    assert labelled(tmp_path, area("a", 0, 0, 2, 1), empty_counts=True, box_classes=("a",)).boxes is None


def test_boxes_beside_a_dense_mask_are_left_out(tmp_path: Path) -> None:
    result = labelled(tmp_path, area("b", 0, 0, 2, 1), boxed("box", 1, 2, 3, 4), dense=True)
    assert result.boxes is None
    assert result.notes == ["1 box(es) left out, since a dense mask needs none"]
    assert result.label[:3, 0].tolist() == [2, 2, 0]
    alone = labelled(tmp_path, boxed("box", 1, 2, 3, 4), dense=True)
    assert "a.json: holds boxes alone, which are no dense mask" in alone.problems[0]


def test_an_image_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_text("no picture")
    result = label_case(SourceImage("a", tmp_path / "a.png", False), [], LabelPlan(RULES, VALUES))
    assert "a.png: cannot be read as a picture" in result.problems[0]


def test_many_marks_with_the_same_problem_are_one_line(tmp_path: Path) -> None:
    line = PictureLine(np.array([[0.0, 0], [3, 3]]))
    (problem,) = labelled(tmp_path, *(Mark("a", line, f"shape {n}") for n in range(3))).problems
    assert problem.startswith("a.json: shape 0 (a), and 2 more of this label: is a line, and its format does not say")
