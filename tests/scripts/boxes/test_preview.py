import nibabel as nib
import numpy as np
import pytest
from PIL import Image

from scripts.boxes.plan import BoxPlan
from scripts.boxes.preview import box_legend, preview_case, preview_sheet
from scripts.drawing.mask_folder import MaskedImage

GREEN, CYAN = (0, 217, 51), (0, 204, 230)
PLAN = BoxPlan({"a": (1,), "b": (2,)})


@pytest.fixture
def case(tmp_path):
    """A grey picture 60 wide and 48 high, that is shown ten times as large, with one object of class b."""
    mask = np.zeros((48, 60), dtype=np.uint8)
    mask[10:20, 30:50] = 2
    Image.fromarray(mask).save(tmp_path / "mask.png")
    Image.fromarray(np.full((48, 60, 4), 100, dtype=np.uint8)).save(tmp_path / "image.png")
    return MaskedImage("one", tmp_path / "image.png", tmp_path / "mask.png")


def test_boxes_have_the_colours_of_their_classes(case):
    picture = preview_case(case, PLAN, [{"class": "b", "box": [25, 5, 55, 25]}])
    assert picture.shape == (24 + 480, 600, 3)
    shown = picture[24:]
    assert tuple(shown[50, 400]) == CYAN and tuple(shown[150, 250]) == CYAN and tuple(shown[249, 549]) == CYAN
    assert tuple(shown[100, 400]) == (255, 255, 255)  # outline of the mask
    assert tuple(shown[150, 400]) == tuple(shown[20, 20]) == (100, 100, 100)


def test_a_dense_case_is_tinted(case):
    shown = preview_case(case, PLAN, None)[24:]
    assert tuple(shown[150, 400]) == (50, 152, 165) and tuple(shown[300, 400]) == (100, 100, 100)


def test_titles_differ(case):
    dense, boxed = (preview_case(case, PLAN, boxes)[:24] for boxes in (None, []))
    assert dense.any() and (dense != boxed).any()


def test_volume_shows_the_slice_with_most_foreground(tmp_path):
    mask = np.zeros((20, 20, 8), dtype=np.uint8)
    mask[5:15, 5:15, 6] = 1
    mask[2, 2, 1] = 2
    nib.save(nib.Nifti1Image(mask, np.eye(4)), tmp_path / "mask.nii.gz")
    case = MaskedImage("one", tmp_path / "mask.nii.gz", tmp_path / "mask.nii.gz")
    boxes = [{"class": "a", "box": [5, 5, 6, 15, 15, 7]}, {"class": "b", "box": [2, 2, 1, 3, 3, 2]}]
    colours = {tuple(pixel) for pixel in preview_case(case, PLAN, boxes)[24:].reshape(-1, 3).tolist()}
    assert GREEN in colours and CYAN not in colours


def test_sheet_puts_pictures_of_different_widths_in_rows():
    pictures = [np.full((10, width, 3), 9, dtype=np.uint8) for width in (5, 7, 6)]
    sheet = preview_sheet(pictures)
    assert sheet.shape == (32, 12, 3)
    assert (sheet[16:26, :6] == 9).all() and not sheet[16:26, 6:].any()


def test_legend():
    assert box_legend(["a", "b"]) == "green: a, cyan: b"
