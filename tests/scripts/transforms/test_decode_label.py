"""Training targets and references of a case."""

import numpy as np
import pytest
import torch
from monai.data import MetaTensor

from scripts.constants import IGNORE
from scripts.errors import DataError
from scripts.transforms import DecodeLabeld, ReferenceLabeld

CLASSES = ["background", "vessel"]
LABEL = np.zeros((12, 9), dtype=np.uint8)
LABEL[6, 2:7] = 1
LABEL[0, :] = 2
LABEL[11, :4] = 3


def case(label=LABEL, supervision="coarse", **more):
    return {
        "image": torch.zeros(3, *label.shape),
        "label": MetaTensor(label[None], meta={"filename_or_obj": "drawing.png"}),
        "supervision": supervision,
        "labels": {"vessel": 1, "not vessel": 2, "background": 3, "ignore": 255},
        "dense_labels": {"background": 0, "vessel": 1},
        **more,
    }


def test_sparse_targets_are_the_drawing_itself():
    result = DecodeLabeld(CLASSES, reading="sparse")(case())
    positive = result["positive"][0].numpy()
    assert ((positive == 1) == (LABEL == 1)).all() and ((positive == 0) == (LABEL == 3)).all()
    assert (positive[(LABEL == 0) | (LABEL == 2)] == IGNORE).all()
    assert (result["negative"][1].numpy() == (LABEL == 2)).all() and not result["negative"][0].any()
    assert not result["dense"]


@pytest.mark.parametrize("reading", ["sparse", "support", "dense"])
def test_patches_are_centred_on_what_was_drawn_under_every_reading(reading):
    sampling = DecodeLabeld(CLASSES, reading=reading)(case())["sampling"][0].numpy()
    assert ((sampling == 1) == (LABEL == 1)).all()
    assert ((sampling == 2) == ((LABEL == 2) | (LABEL == 3))).all()


def test_a_dense_mask_is_taken_as_it_is_under_every_reading():
    for reading in ("sparse", "support", "dense"):
        result = DecodeLabeld(CLASSES, reading=reading)(case((LABEL == 1).astype(np.uint8), "dense"))
        assert (result["positive"][0].numpy() == (LABEL == 1)).all() and result["dense"]


@pytest.mark.parametrize("reading", ["sparse", "support", "dense"])
def test_nothing_outside_the_field_of_view_is_labelled(reading):
    view = np.zeros((1, 12, 9), dtype=np.uint8)
    view[0, 4:9] = 255
    result = DecodeLabeld(CLASSES, reading=reading, support_radius=9)(case(field_of_view=view))
    outside = view[0] == 0
    assert (result["positive"][0].numpy()[outside] == IGNORE).all()
    assert not result["negative"].numpy()[:, outside].any()
    assert not result["sampling"].numpy()[0, outside].any()


@pytest.mark.parametrize("reading", ["sparse", "support", "dense"])
def test_what_is_drawn_as_ignore_is_background_under_no_reading(reading):
    label = LABEL.copy()
    label[7:9, 3:6] = 255
    positive = DecodeLabeld(CLASSES, reading=reading)(case(label))["positive"][0].numpy()
    assert (positive[label == 255] == IGNORE).all()


def test_one_kind_of_drawing_can_be_left_out():
    positive_only = DecodeLabeld(CLASSES, reading="sparse", use_negative=False)(case())
    assert not positive_only["negative"].any() and (positive_only["positive"] == 1).any()
    negative_only = DecodeLabeld(CLASSES, reading="support", use_positive=False)(case())
    assert (negative_only["positive"] == IGNORE).all() and negative_only["negative"].any()


def test_reference_of_a_drawing_takes_not_vessel_for_background_with_two_classes():
    reference = ReferenceLabeld(CLASSES)(case())["label"][0].numpy()
    assert (reference[LABEL == 2] == 0).all() and (reference[LABEL == 0] == IGNORE).all()


def test_reference_of_a_drawing_with_three_classes_leaves_not_vessel_open():
    labels = {"vessel": 1, "not vessel": 2, "background": 3}
    reference = ReferenceLabeld([*CLASSES, "disc"])(case(labels=labels))["label"][0].numpy()
    assert (reference[LABEL == 2] == IGNORE).all()


@pytest.mark.parametrize("transform", [DecodeLabeld, ReferenceLabeld])
def test_a_label_on_another_grid_names_both_sizes(transform):
    broken = case() | {"image": torch.zeros(3, 9, 12)}
    with pytest.raises(DataError, match=r"drawing.png.*\(12, 9\).*\(9, 12\)"):
        transform(CLASSES)(broken)


def test_an_unknown_reading_stops_before_any_file_is_read():
    with pytest.raises(ValueError, match="reading"):
        DecodeLabeld(CLASSES, reading="literal")
