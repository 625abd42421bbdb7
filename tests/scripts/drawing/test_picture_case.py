import numpy as np
import pytest
from PIL import Image

from scripts.drawing import case_seed, synthesise_drawing
from scripts.drawing.mask_folder import MaskedImage
from scripts.drawing.picture_case import draw_picture
from scripts.drawing.plan import DrawingPlan


@pytest.fixture
def case(tmp_path):
    mask = np.zeros((40, 50), dtype=np.uint8)
    mask[15:20, 5:45] = 255
    Image.fromarray(mask).save(tmp_path / "mask.png")
    Image.fromarray(255 - mask).save(tmp_path / "image.png")
    return MaskedImage("a", tmp_path / "image.png", tmp_path / "mask.png")


def test_writes_what_the_case_s_seed_gives(case, tmp_path):
    statistics, pictures = draw_picture(case, DrawingPlan({"vessel": 255}, seed=3), tmp_path / "out.png", True)
    mask = np.asarray(Image.open(case.mask))
    expected = synthesise_drawing(mask, ratio=0.3, seed=case_seed(3, "a"), classes={"vessel": 255})
    np.testing.assert_array_equal(np.asarray(Image.open(tmp_path / "out.png")), expected.label)
    assert statistics == expected.statistics
    assert [picture.shape for picture in pictures] == [(40, 50, 3)] * 2


def test_preview_only_where_wanted(case, tmp_path):
    assert draw_picture(case, DrawingPlan({"vessel": 255}), tmp_path / "out.png", False)[1] is None
