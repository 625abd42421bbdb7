import numpy as np
import pytest
import torch
from monai.data import MetaTensor
from PIL import Image

from scripts.constants import IGNORE
from scripts.refining.preview import Preview, chosen_cases


@pytest.mark.parametrize("count, previews, chosen", [(9, 4, {0, 3, 5, 8}), (2, 4, {0, 1}), (5, 1, {0})])
def test_shown_cases_are_spread_over_all(count, previews, chosen):
    assert chosen_cases(count, previews) == chosen


def _case(shape, classes):
    """A drawn and boxed case."""
    label = torch.full((1, *shape), IGNORE, dtype=torch.uint8)
    label[:, 2:4] = 1
    mask = (label == 1).to(torch.uint8)
    layers = torch.zeros((1, *shape), dtype=torch.int16)
    layers[:, 1:6, 1:6] = 1
    return {
        "original": MetaTensor(torch.rand((1, *shape), generator=torch.Generator().manual_seed(0))),
        "positive": label,
        "negative": torch.zeros((classes, *shape), dtype=torch.uint8),
        "mask": mask,
        "uncertainty": torch.zeros((1, *shape)),
        "box_layers": layers,
        "box_classes": torch.tensor([1]),
    }


@pytest.mark.parametrize("shape", [(20, 12), (20, 12, 8)])
@pytest.mark.parametrize("classes", [["background", "a"], ["background", "a", "b"]])
def test_pictures_and_volumes(tmp_path, shape, classes):
    preview = Preview(classes)
    preview.add(_case(shape, len(classes)), "case")
    preview.add(_case(shape, len(classes)) | {"truth": torch.ones((1, *shape), dtype=torch.uint8)}, "with truth")
    preview.save(tmp_path / "preview.png")
    picture = np.asarray(Image.open(tmp_path / "preview.png"))
    assert picture.ndim == 3 and picture.std() > 10


def test_a_case_without_boxes(tmp_path):
    case = _case((20, 12), 2)
    del case["box_layers"], case["box_classes"]
    preview = Preview(["background", "a"])
    preview.add(case, "case")
    preview.save(tmp_path / "preview.png")
    assert (tmp_path / "preview.png").is_file()
