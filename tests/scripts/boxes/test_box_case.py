import nibabel as nib
import numpy as np
import pytest
from PIL import Image

from scripts.boxes.box_case import box_case, find_instances, read_values
from scripts.boxes.plan import BoxPlan
from scripts.drawing.mask_folder import MaskedImage
from scripts.errors import DataError

PLAN = BoxPlan({"cell": (255,)})


@pytest.fixture
def case(tmp_path):
    """A picture 12 wide and 8 high: two cells that touch, in columns 2 to 4 and 5 to 8, rows 1 to 3."""
    mask = np.zeros((8, 12), dtype=np.uint8)
    mask[1:4, 2:9] = 255
    instances = np.zeros((8, 12), dtype=np.uint16)
    instances[1:4, 2:5], instances[1:4, 5:9] = 300, 7
    Image.fromarray(mask).save(tmp_path / "mask.png")
    (tmp_path / "instances").mkdir()
    Image.fromarray(instances).save(tmp_path / "instances" / "mask.png")
    return MaskedImage("mask", tmp_path / "image.png", tmp_path / "mask.png")


def test_columns_come_first(case):
    boxed = box_case(case, PLAN)
    assert boxed.boxes == [{"class": "cell", "box": [2, 1, 9, 4]}] and boxed.shape == (12, 8)
    assert boxed.statistics == {
        "boxes": 1,
        "box_share": round(21 / 96, 6),
        "foreground_share": 1.0,
        "outside_share": 0.0,
    }


def test_instances_of_16_bits(case, tmp_path):
    instances = find_instances([case], tmp_path / "instances")["mask"]
    assert [box["box"] for box in box_case(case, PLAN, instances).boxes] == [[5, 1, 9, 4], [2, 1, 5, 4]]


def test_loose_boxes_differ_from_case_to_case(case, tmp_path):
    loose = BoxPlan({"cell": (255,)}, loose=0.2)
    other = MaskedImage("other", case.image, case.mask)
    assert box_case(case, loose).boxes == box_case(case, loose).boxes != box_case(other, loose).boxes


def test_missing_instance_maps_are_all_named(case, tmp_path):
    others = [MaskedImage(stem, case.image, case.mask) for stem in ("one", "two")]
    with pytest.raises(DataError, match="instances/one\n.*instances/two"):
        find_instances([case, *others], tmp_path / "instances")


def test_instances_of_another_size(case, tmp_path):
    Image.fromarray(np.zeros((9, 12), dtype=np.uint16)).save(tmp_path / "instances" / "mask.png")
    with pytest.raises(DataError, match="is 12 x 9 pixels, but .*mask.png is 12 x 8"):
        box_case(case, PLAN, tmp_path / "instances" / "mask.png")


def test_volumes_along_the_axes_of_their_file(tmp_path):
    mask = np.zeros((5, 6, 7), dtype=np.uint8)
    mask[1:3, 2:4, 4:7] = 2
    nib.save(nib.Nifti1Image(mask, np.diag([-1.0, -2, 3, 1])), tmp_path / "mask.nii.gz")
    assert (read_values(tmp_path / "mask.nii.gz") == mask).all()
    case = MaskedImage("mask", tmp_path / "mask.nii.gz", tmp_path / "mask.nii.gz")
    assert box_case(case, BoxPlan({"a": (2,)})).boxes == [{"class": "a", "box": [1, 2, 4, 3, 4, 7]}]


def test_instances_on_another_grid(tmp_path):
    for name, affine in (("mask", np.eye(4)), ("instances", np.diag([2.0, 1, 1, 1]))):
        nib.save(nib.Nifti1Image(np.ones((5, 5, 5), dtype=np.uint8), affine), tmp_path / f"{name}.nii.gz")
    case = MaskedImage("mask", tmp_path / "mask.nii.gz", tmp_path / "mask.nii.gz")
    with pytest.raises(DataError, match="instances.nii.gz"):
        box_case(case, BoxPlan({"a": (1,)}), tmp_path / "instances.nii.gz")
