import numpy as np
import pytest
import torch
from monai.data import MetaTensor

from scripts.constants import IGNORE, INSIDE, OUTSIDE, UNKNOWN
from scripts.errors import DataError
from scripts.refining import Probabilitiesd, ReadReferenced, RefineLabelsd

CLASSES = ["background", "a"]


def test_logits_become_probabilities():
    pred = MetaTensor(torch.tensor([0.0, np.log(3)]).reshape(2, 1, 1))
    result = Probabilitiesd("pred", 2)({"pred": pred})["pred"]
    assert isinstance(result, MetaTensor)
    assert result.flatten().tolist() == pytest.approx([0.25, 0.75])


def test_log_variances_become_a_second_set():
    pred = torch.tensor([0.0, 4.0, 0.0, 6.0]).reshape(4, 1, 1)
    result = Probabilitiesd("pred", 2)({"pred": pred})["pred"].flatten()
    assert len(result) == 4 and result[:2].sum() == pytest.approx(1) and result[2:].sum() == pytest.approx(1)
    assert result[3] < result[1]


def _refine(found, boxes, **more):
    """Of one pixel: class and uncertainty."""
    pred = torch.tensor([value for p in found for value in (1 - p, p)]).reshape(-1, 1, 1)
    boxes = torch.tensor([UNKNOWN, boxes], dtype=torch.uint8).reshape(2, 1, 1)
    case = RefineLabelsd(2)({"pred": MetaTensor(pred), "boxes": boxes, **more})
    assert case["mask"].dtype == torch.uint8 and case["uncertainty"].dtype == torch.float32
    return int(case["mask"]), float(case["uncertainty"])


@pytest.mark.parametrize("boxes", [UNKNOWN, INSIDE])
def test_the_mask_is_the_most_probable_class(boxes):
    assert _refine([0.5 + 1e-3], boxes) == (1, pytest.approx(1, abs=1e-4))
    assert _refine([0.0], boxes) == (0, 0)


def test_outside_the_boxes_it_is_background_for_sure():
    assert _refine([0.9], OUTSIDE) == (0, 0)
    assert _refine([0.9, 0.5], OUTSIDE) == (0, 0)


def test_the_uncertainty_is_that_of_the_attenuated_probabilities():
    assert _refine([0.999, 0.5], INSIDE) == (1, pytest.approx(1))


def test_outside_the_field_of_view_is_nothing():
    assert _refine([0.6], UNKNOWN, field_of_view=torch.zeros(1, 1, 1)) == (0, 0)
    assert _refine([0.6], UNKNOWN, field_of_view=torch.full((1, 1, 1), 255))[0] == 1


def test_references_are_decoded_whether_there_are_boxes_or_not():
    case = {"reference": np.array([[[0, 9, 10, 7]]]), "supervision": "coarse", "boxes": None}
    case |= {"dense_labels": {"background": 0, "a": [9, 10], "ignore": 7}}
    read = ReadReferenced(CLASSES)(case)
    assert read["truth"].tolist() == [[[0, 1, 1, IGNORE]]] and "reference" not in read
    seen = ReadReferenced(CLASSES)({**case, "field_of_view": np.array([[[1, 1, 0, 1]]])})
    assert seen["truth"].tolist() == [[[0, 1, IGNORE, IGNORE]]]
    assert ReadReferenced(CLASSES)({"boxes": None}) == {"boxes": None}


def test_values_without_a_name_are_refused():
    with pytest.raises(DataError, match="3"):
        ReadReferenced(CLASSES)({"reference": np.full((1, 1, 1), 3), "dense_labels": {"a": 1}, "supervision": "coarse"})
