"""A case without anything to learn from is named before the training."""

import pytest
import torch
from monai.data import MetaTensor

from scripts.errors import DataError
from scripts.transforms import CheckSamplingd


def case(sampling):
    return {"image": MetaTensor(torch.rand(1, 3, 3, 3), meta={"filename_or_obj": "head.nii.gz"}), "sampling": sampling}


def test_nothing_left_is_named():
    with pytest.raises(DataError, match="head.nii.gz: of what was drawn or boxed nothing is left"):
        CheckSamplingd()(case(torch.zeros(1, 3, 3, 3, dtype=torch.uint8)))


def test_a_single_voxel_is_enough():
    sampling = torch.zeros(1, 3, 3, 3, dtype=torch.uint8)
    sampling[0, 1, 1, 1] = 2
    given = case(sampling)
    assert CheckSamplingd()(given)["sampling"] is sampling and CheckSamplingd()(given).keys() == given.keys()
