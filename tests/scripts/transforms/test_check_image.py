"""Images that cannot be meant stop the run by name."""

import pytest
import torch
from monai.data import MetaTensor

from scripts.errors import DataError
from scripts.transforms import CheckImaged


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (torch.full((3, 4, 4), 7.0), "constant .*7"),
        (torch.tensor([[[0.0, float("nan")]]]), "NaN"),
        (torch.tensor([[[0.0, float("inf")]]]), "infinite"),
        (torch.zeros(3, 0, 4), "empty"),
    ],
)
def test_bad_images_are_named(values, expected):
    with pytest.raises(DataError, match=f"eye.png: .*{expected}"):
        CheckImaged("image")({"image": MetaTensor(values, meta={"filename_or_obj": "eye.png"})})


def test_good_images_pass_unchanged():
    image = torch.rand(3, 4, 5)
    assert CheckImaged("image")({"image": image, "image_path": "eye.png"})["image"] is image
