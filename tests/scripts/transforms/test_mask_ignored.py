"""Pixels without reference must not count in any metric."""

import torch
from monai.data import MetaTensor

from scripts.constants import IGNORE
from scripts.transforms import MaskIgnoredd

LABEL = torch.tensor([[[0, 1, IGNORE], [1, IGNORE, 0]]])
PRED = torch.tensor([[[0, 1, 1], [0, 0, 1]]])


def test_ignored_pixels_become_background_in_both_maps():
    result = MaskIgnoredd()({"pred": PRED, "label": LABEL})
    assert result["pred"].tolist() == [[[0, 1, 0], [0, 0, 1]]]
    assert result["label"].tolist() == [[[0, 1, 0], [1, 0, 0]]]
    assert result["ignored"].tolist() == [[[False, False, True], [False, True, False]]]


def test_labelled_pixels_alone_are_kept_for_true_negatives():
    result = MaskIgnoredd()({"pred": PRED, "label": LABEL})
    assert result["label_labelled"].shape == (1, 4, 1)
    assert result["label_labelled"].flatten().tolist() == [0, 1, 1, 0]
    assert result["pred_labelled"].flatten().tolist() == [0, 1, 0, 1]


def test_what_is_predicted_on_ignored_pixels_changes_nothing():
    other = PRED.clone()
    other[LABEL == IGNORE] = 1 - other[LABEL == IGNORE]
    first, second = (MaskIgnoredd()({"pred": p, "label": LABEL}) for p in (PRED, other))
    assert all(torch.equal(first[key], second[key]) for key in first)


def test_inputs_are_not_changed():
    before = PRED.clone()
    MaskIgnoredd()({"pred": PRED, "label": LABEL})
    assert torch.equal(PRED, before)


def test_a_volume_with_three_classes_keeps_its_affine():
    affine = torch.diag(torch.tensor([0.8, 0.8, 2.5, 1.0], dtype=torch.float64))
    label = MetaTensor(torch.tensor([0, 1, 2, IGNORE, 2, IGNORE, 1, 0]).reshape(1, 2, 2, 2), affine=affine)
    pred = MetaTensor(torch.tensor([0.0, 1, 2, 2, 1, 0, 1, 2]).reshape(1, 2, 2, 2), affine=affine)
    result = MaskIgnoredd()({"pred": pred, "label": label})
    assert result["pred"].flatten().tolist() == [0, 1, 2, 0, 1, 0, 1, 2]
    assert result["label"].flatten().tolist() == [0, 1, 2, 0, 2, 0, 1, 0]
    assert result["label_labelled"].shape == (1, 6, 1)
    for key in ("pred", "label"):
        assert torch.equal(result[key].affine, affine)
