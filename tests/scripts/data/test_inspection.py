"""What is found in the label and the boxes of a case."""

import numpy as np
import pytest
from PIL import Image
from volume_files import write_dicom_series, write_volume

from scripts.data.inspection import inspect_case
from scripts.labels.drawn_slices import PLANES

CLASSES = ["background", "vessel"]
TABLE = {"vessel": 1, "not vessel": 2, "background": 3, "ignore": 255}
AFFINE = np.diag([-1.0, -1, 2, 1])


def picture_case(folder, label, image_size=None):
    """A coarse case of a grey picture; ``label`` is `HW`."""
    Image.fromarray(label).save(folder / "label.png")
    Image.new("L", image_size or label.shape[::-1]).save(folder / "image.png")
    return {
        "image": str(folder / "image.png"),
        "label": str(folder / "label.png"),
        "supervision": "coarse",
        "labels": TABLE,
    }


def volume_case(folder, label, image_affine=AFFINE, image_shape=None):
    """A coarse case of a volume; ``label`` is `HWD`."""
    write_volume(folder / "label.nrrd", label, AFFINE)
    write_volume(folder / "image.nii.gz", np.zeros(image_shape or label.shape, dtype=np.float32), image_affine)
    return {
        "image": str(folder / "image.nii.gz"),
        "label": str(folder / "label.nrrd"),
        "supervision": "coarse",
        "labels": TABLE,
    }


@pytest.fixture
def drawing():
    """2 voxels of vessel, 3 of not vessel, 1 of background in 6 x 5 x 4."""
    label = np.zeros((6, 5, 4), dtype=np.uint8)
    label[0, :2, 0] = 1
    label[1, :3, 1] = 2
    label[5, 4, 3] = 3
    return label


def test_counts_of_a_picture(tmp_path, drawing):
    facts = inspect_case(picture_case(tmp_path, drawing[:, :, 1]), CLASSES)
    assert (facts.positive, facts.negative, facts.size, facts.problem) == ([0, 0], [0, 3], 30, "")


def test_a_picture_of_another_size_is_a_problem(tmp_path, drawing):
    facts = inspect_case(picture_case(tmp_path, drawing[:, :, 1], image_size=(5, 7)), CLASSES)
    assert "label.png: the label is 5 x 6 pixels, its image" in facts.problem and "image.png 5 x 7" in facts.problem


def test_a_picture_that_cannot_be_read_is_a_problem(tmp_path, drawing):
    case = picture_case(tmp_path, drawing[:, :, 1])
    (tmp_path / "image.png").write_bytes(b"no picture")
    assert "image.png: cannot be read as a picture" in inspect_case(case, CLASSES).problem
    assert "cannot be read as a picture" in inspect_case({**case, "image": str(tmp_path)}, CLASSES).problem


def test_counts_of_a_volume(tmp_path, drawing):
    facts = inspect_case(volume_case(tmp_path, drawing), CLASSES, spatial_dims=3)
    assert (facts.positive, facts.negative, facts.size, facts.problem) == ([1, 2], [0, 3], 120, "")
    assert facts.drawn == 6


def test_nothing_counts_outside_the_field_of_view(tmp_path, drawing):
    case = volume_case(tmp_path, drawing)
    view = np.ones_like(drawing)
    view[0] = 0
    case["field_of_view"] = str(write_volume(tmp_path / "view.mha", view, AFFINE))
    facts = inspect_case(case, CLASSES, spatial_dims=3)
    assert (facts.positive, facts.negative, facts.problem) == ([1, 0], [0, 3], "")


def test_a_volume_on_another_grid_is_a_problem(tmp_path, drawing):
    flipped = AFFINE @ [[-1, 0, 0, 5], *np.eye(4)[1:]]
    problem = inspect_case(volume_case(tmp_path, drawing, flipped), CLASSES, spatial_dims=3).problem
    assert "label.nrrd: is not on the voxel grid of its image" in problem
    assert "image.nii.gz: its axis R-L is stored flipped" in problem


def test_a_field_of_view_on_another_grid_is_a_problem(tmp_path, drawing):
    case = volume_case(tmp_path, drawing)
    case["field_of_view"] = str(write_volume(tmp_path / "view.mha", np.ones_like(drawing), AFFINE * [[1, 1, 2, 1]]))
    assert "view.mha: is not on the voxel grid of its image" in inspect_case(case, CLASSES, spatial_dims=3).problem


def test_of_an_image_volume_only_the_header_is_read(tmp_path, drawing):
    case = volume_case(tmp_path, drawing)
    case["image"] = str(write_volume(tmp_path / "image.mha", drawing, AFFINE))
    content = (tmp_path / "image.mha").read_bytes()
    (tmp_path / "image.mha").write_bytes(content[:-20])
    assert inspect_case(case, CLASSES, spatial_dims=3).problem == ""
    (tmp_path / "image.mha").write_bytes(content[:20])
    assert "image.mha: cannot be read as a volume" in inspect_case(case, CLASSES, spatial_dims=3).problem


def test_an_image_may_be_a_folder_a_label_may_not(tmp_path, drawing):
    case = volume_case(tmp_path, drawing)
    case["image"] = str(write_dicom_series(tmp_path / "ct", drawing.astype(np.int16), AFFINE))
    assert inspect_case(case, CLASSES, spatial_dims=3).problem == ""
    (tmp_path / "ct" / "slice24.dcm").unlink()
    assert "its size is 6 x 5 x 4 voxels instead of 6 x 5 x 3" in inspect_case(case, CLASSES, spatial_dims=3).problem
    assert "is a folder" in inspect_case({**case, "label": case["image"]}, CLASSES, spatial_dims=3).problem


@pytest.mark.parametrize("spatial_dims", [2, 3])
def test_values_that_the_table_does_not_name_are_a_problem(tmp_path, drawing, spatial_dims):
    drawing[2, 2, 1] = 9
    case = volume_case(tmp_path, drawing) if spatial_dims == 3 else picture_case(tmp_path, drawing[:, :, 1])
    assert "holds the value 9" in inspect_case(case, CLASSES, spatial_dims).problem


@pytest.mark.parametrize("spatial_dims", [2, 3])
def test_a_supervision_that_does_not_exist_is_a_problem(tmp_path, drawing, spatial_dims):
    case = volume_case(tmp_path, drawing) if spatial_dims == 3 else picture_case(tmp_path, drawing[:, :, 1])
    problem = inspect_case(case | {"supervision": "boxes"}, CLASSES, spatial_dims).problem
    assert "\"supervision\" of the case must be one of ['coarse', 'dense'], got 'boxes'" in problem
    assert problem.startswith(case["label"])


@pytest.mark.parametrize("plane", ["oblique", "Axial", 2, ["axial"]])
def test_a_plane_that_does_not_exist_is_a_problem_of_a_volume(tmp_path, drawing, plane):
    problem = inspect_case(volume_case(tmp_path, drawing) | {"plane": plane}, CLASSES, spatial_dims=3).problem
    assert "label.nrrd: \"plane\" of the case must be one of ['auto', 'volume', 'axial', " in problem
    assert f"got {plane!r}" in problem
    assert inspect_case(picture_case(tmp_path, drawing[:, :, 1]) | {"plane": plane}, CLASSES).problem == ""


@pytest.mark.parametrize("plane", PLANES)
def test_planes_that_exist(tmp_path, drawing, plane):
    assert inspect_case(volume_case(tmp_path, drawing) | {"plane": plane}, CLASSES, spatial_dims=3).problem == ""


def test_a_table_that_is_none_is_a_problem(tmp_path, drawing):
    case = picture_case(tmp_path, drawing[:, :, 1]) | {"labels": ["vessel"]}
    assert 'the label table "labels": expected names with their values' in inspect_case(case, CLASSES).problem


def boxed_picture(folder, boxes, size=(8, 6), **keys):
    """A case without a label, of a grey picture of a width and height."""
    Image.new("L", size).save(folder / "image.png")
    given = {
        "image": str(folder / "image.png"),
        "supervision": "coarse",
        "dense_labels": {"background": 0, "vessel": 1},
    }
    return {**given, "boxes": boxes, "boxes_source": "datalist.json", **keys}


def test_a_case_without_a_label_is_counted_by_its_boxes(tmp_path):
    boxes = [{"class": "Vessel", "box": [0.0, 0.0, 8.0, 6.0]}, {"class": "vessel", "box": [1.5, 2.0, 3.0, 4.0]}]
    facts = inspect_case(boxed_picture(tmp_path, boxes), CLASSES)
    assert (facts.boxes, facts.size, facts.problem) == ([0, 2], 48, "")
    assert facts.label.endswith("image.png") and not facts.labelled
    assert (facts.positive, facts.negative, facts.drawn) == ([0, 0], [0, 0], 0)
    assert facts.outside and facts.told


def test_looked_at_and_nothing_there_tells_that_all_is_background(tmp_path):
    facts = inspect_case(boxed_picture(tmp_path, []), CLASSES)
    assert facts.boxes == [0, 0] and facts.outside and facts.told


def test_without_a_class_that_was_boxed_throughout_nothing_is_known_outside(tmp_path):
    facts = inspect_case(boxed_picture(tmp_path, [], boxed_classes=[]), CLASSES)
    assert not facts.outside and not facts.told


def test_boxes_are_cut_to_the_image(tmp_path):
    facts = inspect_case(boxed_picture(tmp_path, [{"class": "vessel", "box": [-2.5, 1.0, 4.0, 7.0]}]), CLASSES)
    assert facts.fitted == [{"class": "vessel", "box": [0.0, 1.0, 4.0, 6.0]}]
    assert facts.cut == 1 and facts.problem == ""


def test_the_first_axis_of_a_picture_is_the_column(tmp_path):
    wide = [{"class": "vessel", "box": [7.0, 0.0, 8.0, 1.0]}]
    assert inspect_case(boxed_picture(tmp_path, wide), CLASSES).problem == ""
    assert "lies outside the image" in inspect_case(boxed_picture(tmp_path, wide, size=(6, 8)), CLASSES).problem


def test_all_that_is_wrong_with_boxes_is_listed(tmp_path):
    boxes = [
        {"class": "cell", "box": [0.0, 0.0, 2.0, 2.0]},
        {"class": "background", "box": [0.0, 0.0, 2.0, 2.0]},
        {"class": "vessel", "box": [8.0, 0.0, 9.0, 2.0]},
        {"class": "vessel", "box": [0.0, 0.0, 0.0, 2.0, 2.0, 2.0]},
    ]
    problem = inspect_case(boxed_picture(tmp_path, boxes, boxed_classes=["vein"]), CLASSES).problem
    advice = "Expected one of ['vessel']; rename it, or list it in `classes`"
    assert problem.splitlines() == [
        f"{tmp_path}/image.png: its boxes in datalist.json cannot be used:",
        f'  boxes[0]: the class "cell" is unknown. {advice}',
        f'  boxes[1]: the class "background" is the background, which has no boxes. {advice}',
        "  boxes[2] [8.0, 0.0, 9.0, 2.0]: lies outside the image, which measures 8 x 6",
        "  boxes[3]: has 6 numbers; expected 4, [x0, y0, x1, y1], in a picture",
        "  \"boxed_classes\": ['vein'] must be foreground classes, expected some of ['vessel']",
    ]


def test_boxes_of_a_picture_that_was_scaled_since_are_refused(tmp_path):
    boxes = [{"class": "vessel", "box": [0.0, 0.0, 2.0, 2.0]}]
    assert inspect_case(boxed_picture(tmp_path, boxes, boxes_size=(8, 6)), CLASSES).problem == ""
    problem = inspect_case(boxed_picture(tmp_path, boxes, boxes_size=(16, 12)), CLASSES).problem
    assert "they are those of an image of 16 x 12 pixels, but this one measures 8 x 6. Give boxes in" in problem


def test_a_picture_beyond_the_limit_of_pixels_is_a_problem(tmp_path, monkeypatch):
    case = boxed_picture(tmp_path, [])
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 20)
    assert "image.png: cannot be read as a picture (Image size (48 pixels)" in inspect_case(case, CLASSES).problem


def test_an_image_that_cannot_be_read_does_not_hide_what_is_wrong_with_its_boxes(tmp_path):
    case = boxed_picture(tmp_path, [{"class": "cell", "box": [0.0, 0.0, 2.0, 2.0]}])
    (tmp_path / "image.png").write_bytes(b"no picture")
    problem = inspect_case(case, CLASSES).problem
    assert "cannot be read as a picture" in problem and 'the class "cell" is unknown' in problem


def test_boxes_of_a_volume_lie_along_the_axes_of_its_file(tmp_path):
    image = write_volume(tmp_path / "image.nii.gz", np.zeros((6, 5, 4), dtype=np.float32), AFFINE)
    case = {"image": str(image), "supervision": "coarse", "boxes": [{"class": "vessel", "box": [5.0, 4, 3, 6, 5, 4]}]}
    facts = inspect_case(case, CLASSES, spatial_dims=3)
    assert (facts.boxes, facts.size, facts.problem) == ([0, 1], 120, "")
    case["boxes"] = [{"class": "vessel", "box": [0.0, 0, 1, 1]}]
    problem = inspect_case(case, CLASSES, spatial_dims=3).problem
    assert "boxes[0]: has 4 numbers; expected 6, [x0, y0, z0, x1, y1, z1], in a volume" in problem


def test_boxes_of_a_dense_case_are_checked_but_say_nothing_new(tmp_path):
    case = boxed_picture(tmp_path, [{"class": "vessel", "box": [0.0, 0.0, 2.0, 2.0]}], supervision="dense")
    Image.new("L", (8, 6)).save(tmp_path / "label.png")
    case["label"] = str(tmp_path / "label.png")
    facts = inspect_case(case, CLASSES)
    assert (facts.boxes, facts.positive, facts.problem) == (None, [48, 0], "")
    case["boxes"] = [{"class": "cell", "box": [0.0, 0.0, 2.0, 2.0]}]
    assert 'the class "cell" is unknown' in inspect_case(case, CLASSES).problem


@pytest.mark.parametrize(
    ("size", "value", "expected"),
    [
        ((8, 6), 1, ""),
        ((6, 8), 1, "reference.png: the reference is 6 x 8 pixels, its image"),
        ((8, 6), 9, "reference.png: the dense mask holds the value 9"),
    ],
)
def test_a_reference_must_fit_the_image_and_the_table(tmp_path, size, value, expected):
    Image.new("L", size, value).save(tmp_path / "reference.png")
    case = boxed_picture(tmp_path, [], reference=str(tmp_path / "reference.png"))
    problem = inspect_case(case, CLASSES).problem
    assert expected in problem and bool(problem) == bool(expected)


@pytest.mark.parametrize("value", [0, 1])
def test_boxes_tell_nothing_where_nothing_can_be_seen(tmp_path, value):
    Image.new("L", (8, 6), value).save(tmp_path / "view.png")
    facts = inspect_case(boxed_picture(tmp_path, [], field_of_view=str(tmp_path / "view.png")), CLASSES)
    assert facts.problem == "" and facts.seen == facts.told == bool(value)


def test_a_field_of_view_must_fit_the_image_also_without_a_label(tmp_path):
    Image.new("L", (6, 8), 1).save(tmp_path / "view.png")
    case = boxed_picture(tmp_path, [], field_of_view=str(tmp_path / "view.png"))
    assert "view.png: the field of view is 6 x 8 pixels, its image" in inspect_case(case, CLASSES).problem
