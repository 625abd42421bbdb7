"""What is found in the label of a case, and in a set of cases."""

import numpy as np
import pytest
from PIL import Image
from volume_files import write_dicom_series, write_volume

from scripts.data.inspection import CaseFacts, inspect_case, refuse_unusable
from scripts.errors import DataError
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


def test_one_problem_of_many_cases_is_listed_once():
    facts = [CaseFacts("a", problem="the table: no"), CaseFacts("b", problem="the table: no")]
    with pytest.raises(DataError, match=r"^2 of 2 cases cannot be used:\n  the table: no$"):
        refuse_unusable(facts, CLASSES, training=True)


def test_all_problems_are_listed_together():
    facts = [CaseFacts("a", problem="a: no"), CaseFacts("b", [3, 3], [0, 0]), CaseFacts("c", problem="c: no")]
    with pytest.raises(DataError, match="2 of 3 cases cannot be used:\n  a: no\n  c: no"):
        refuse_unusable(facts, CLASSES, training=True)
