"""Training targets and references of a case."""

import nibabel as nib
import numpy as np
import pytest
import torch
from monai.data import MetaTensor
from monai.transforms import LoadImage, Orientation
from PIL import Image

from scripts.constants import IGNORE, IMPLIED
from scripts.data import PhotographReader
from scripts.errors import DataError, SettingError
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


PARTS = ["background", "anterior", "posterior"]
TABLE = {"anterior": 1, "not anterior": 2, "posterior": 3, "not posterior": 4, "background": 5, "ignore": 255}
# axis 0 leads to the left with 2 mm, axis 1 upwards with 3 mm, axis 2 to the front with 1 mm: the code "LSA"
AFFINE = np.array([[-2.0, 0, 0, 5], [0, 0, 1, -7], [0, 3, 0, 4], [0, 0, 0, 1]])


def volume_label():
    """Anterior and posterior on axial slices 2 and 6, that is on axis 1, and "not anterior" on slice 9."""
    label = np.zeros((10, 12, 14), dtype=np.uint8)
    label[4, 2, 4:7] = 1
    label[4:7, 6, 4] = 3
    label[5, 9, 5:8] = 2
    return label


def volume_case(label, affine=AFFINE, **more):
    """As after the image was resampled and cropped, with the label on the file's own grid."""
    image = MetaTensor(torch.zeros(1, 5, 6, 7), meta={"spatial_shape": np.array(label.shape)})
    stored = MetaTensor(label[None], affine=affine, meta={"filename_or_obj": "drawing.nii.gz"})
    return case(label) | {"image": image, "label": stored, "labels": TABLE} | more


def labelled_slices(result, axis=1):
    """Slices with any positive label."""
    return np.flatnonzero((result["positive"][0].numpy() != IGNORE).any(axis=tuple({0, 1, 2} - {axis}))).tolist()


def test_a_volume_s_radius_is_in_millimetres_of_the_label_s_own_grid():
    label = np.zeros((9, 9, 9), dtype=np.uint8)
    label[4, 4, 4] = 1
    positive = DecodeLabeld(PARTS, support_radius=3, plane="volume")(volume_case(label))["positive"][0].numpy()
    assert [int((positive != IGNORE).any(axis=axes).sum()) for axes in ((1, 2), (0, 2), (0, 1))] == [3, 3, 7]


@pytest.mark.parametrize("settings", [{}, {"plane": "axial"}])
def test_slices_that_were_not_drawn_on_are_background_under_no_reading(settings):
    decoded = {
        reading: DecodeLabeld(PARTS, reading, support_radius=7, **settings)(volume_case(volume_label()))
        for reading in ("support", "dense")
    }
    assert labelled_slices(decoded["support"]) == [2, 6] and labelled_slices(decoded["dense"]) == [2, 6, 9]
    in_plane = decoded["support"]["positive"][0, :, 2].numpy()
    across, along = np.indices(in_plane.shape)
    distance = np.hypot(2 * (across - 4), (along - along.clip(4, 6)))
    assert ((in_plane != IGNORE) == (distance <= 7)).all()


def test_a_case_s_own_plane_overrules_the_setting():
    deep = volume_case(volume_label(), plane="volume")
    assert labelled_slices(DecodeLabeld(PARTS, support_radius=3.5, plane="axial")(deep)) == [1, 2, 3, 5, 6, 7]


def test_how_a_volume_was_drawn_is_seen_by_all_of_its_drawing_but_ignore():
    label = np.zeros((10, 12, 14), dtype=np.uint8)
    label[2:6, 3, 2:6] = 1
    label[2:6, 6:9, 2:6] = 255
    label[2:6, 10, 2:6] = 2
    decode = DecodeLabeld(PARTS, "dense", use_negative=False)
    assert labelled_slices(decode(volume_case(label))) == [3]


def test_targets_of_a_volume_carry_the_label_s_grid():
    result = DecodeLabeld(PARTS)(volume_case(volume_label()))
    assert result["positive"].shape == result["sampling"].shape == (1, 10, 12, 14)
    assert result["negative"].shape == (3, 10, 12, 14)
    for key in ("positive", "negative", "sampling"):
        assert result[key].dtype == torch.uint8
        assert (result[key].affine.numpy() == AFFINE).all()
        assert result[key].meta["filename_or_obj"] == "drawing.nii.gz"


def test_not_class_negates_only_what_the_stroke_beside_it_is():
    label = volume_label()
    label[3, 2, 4] = 255
    result = DecodeLabeld(PARTS, support_radius=3, support_as="not class")(volume_case(label))
    positive, negative = result["positive"][0].numpy(), result["negative"].numpy()
    assert ((positive != IGNORE) == ((label == 1) | (label == 3))).all()
    assert np.flatnonzero(negative[1].any(axis=(0, 2))).tolist() == [2, 9]
    assert np.flatnonzero(negative[2].any(axis=(0, 2))).tolist() == [6]
    assert not negative[:, label == 255].any() and not negative[0].any()
    assert (result["sampling"][0].numpy() > 0).sum() == 9


def test_a_volume_s_label_has_the_size_of_the_image_file_not_of_the_processed_image():
    broken = volume_case(volume_label()) | {"image": MetaTensor(torch.zeros(1, 5, 6, 7))}
    with pytest.raises(DataError, match=r"drawing.nii.gz.*\(10, 12, 14\).*\(5, 6, 7\)"):
        DecodeLabeld(PARTS)(broken)


def test_a_picture_s_size_as_read_is_the_one_that_is_compared(tmp_path):
    Image.fromarray(np.zeros((9, 12, 3), dtype=np.uint8)).save(tmp_path / "image.png")
    image = LoadImage(reader=PhotographReader(), ensure_channel_first=True)(tmp_path / "image.png")
    assert tuple(image.shape[1:]) == tuple(image.meta["spatial_shape"]) == LABEL.shape
    assert DecodeLabeld(CLASSES)(case() | {"image": image})["positive"].shape == (1, *LABEL.shape)


def test_a_plane_says_nothing_of_a_picture():
    plain, named = (DecodeLabeld(CLASSES)(case(**more)) for more in ({}, {"plane": "third of five"}))
    assert torch.equal(plain["positive"], named["positive"])


def test_the_reference_of_a_volume_keeps_its_affine_and_leaves_negative_drawings_open():
    label = volume_label()
    label[0, 9, 0] = 255
    reference = ReferenceLabeld(PARTS)(volume_case(label))["label"]
    assert (reference.affine.numpy() == AFFINE).all()
    expected = np.full(label.shape, IGNORE)
    expected[label == 1], expected[label == 3] = 1, 2
    assert (reference[0].numpy() == expected).all()


def test_a_volume_from_a_file_is_decoded_on_its_own_grid(tmp_path):
    path = tmp_path / "drawing.nii.gz"
    nib.save(nib.Nifti1Image(volume_label(), AFFINE), path)
    stored = LoadImage(ensure_channel_first=True)(path)
    image = Orientation("RAS")(stored)
    assert image.shape != stored.shape
    result = DecodeLabeld(PARTS)(volume_case(volume_label()) | {"label": stored, "image": image})
    assert result["positive"].shape == stored.shape and torch.equal(result["positive"].affine, stored.affine)


def test_an_unknown_plane_names_the_known_ones():
    with pytest.raises(SettingError, match="plane.*auto.*volume.*axial.*coronal.*sagittal"):
        DecodeLabeld(PARTS, plane="transversal")
    with pytest.raises(DataError, match="drawing.nii.gz.*plane.*sagittal.*transversal"):
        DecodeLabeld(PARTS)(volume_case(volume_label(), plane="transversal"))


def test_an_unknown_support_stops_before_any_file_is_read():
    with pytest.raises(SettingError, match="support_as"):
        DecodeLabeld(PARTS, support_as="nothing")
    with pytest.raises(SettingError, match="support_ends"):
        DecodeLabeld(PARTS, support_ends="ajar")


def test_open_ends_leave_more_unlabelled():
    label = np.zeros((20, 30), dtype=np.uint8)
    label[10, 8:22] = 1
    size = {"label": label[None], "image": np.zeros((3, 20, 30)), "supervision": "coarse", "labels": {"vessel": 1}}
    closed, opened = (
        DecodeLabeld(CLASSES, support_radius=2, support_ends=ends)(size)["positive"][0].numpy()
        for ends in ("closed", "open")
    )
    assert (opened[closed == IGNORE] == IGNORE).all() and (opened[label == 1] == 1).all()
    changed = np.flatnonzero((opened != closed).any(axis=0))
    assert changed.tolist() == [6, 7, 8, 9, 20, 21, 22, 23]


def test_what_a_reading_adds_is_marked():
    result = DecodeLabeld(CLASSES, reading="support", support_radius=1)(case())
    drawn = DecodeLabeld(CLASSES, reading="sparse")(case())["positive"][0].numpy()
    positive = result["positive"][0].numpy()
    assert (positive[drawn != IGNORE] == drawn[drawn != IGNORE]).all()
    assert set(np.unique(positive[drawn == IGNORE])) == {IMPLIED, IGNORE}


def without_label(**more):
    return {key: value for key, value in case(**more).items() if key != "label"}


@pytest.mark.parametrize("label", [{}, {"label": None}], ids=["no key", "null"])
@pytest.mark.parametrize("reading", ["sparse", "support", "dense"])
def test_without_a_label_nothing_is_drawn_under_any_reading(label, reading):
    result = DecodeLabeld(CLASSES, reading)(without_label() | label)
    assert result["positive"].shape == result["sampling"].shape == (1, *LABEL.shape)
    assert result["negative"].shape == (2, *LABEL.shape)
    assert (result["positive"] == IGNORE).all() and not result["dense"]
    assert not result["negative"].any() and not result["sampling"].any()
    assert {result[key].dtype for key in ("positive", "negative", "sampling")} == {torch.uint8}


def test_without_a_label_a_volume_s_targets_lie_on_the_grid_of_its_image_s_file():
    meta = {"spatial_shape": np.array([10, 12, 14]), "original_affine": AFFINE, "filename_or_obj": "ct.nii.gz"}
    image = MetaTensor(torch.zeros(1, 5, 6, 7), affine=torch.eye(4), meta=meta)
    result = DecodeLabeld(PARTS, "dense")(without_label(image=image, plane="axial"))
    assert result["positive"].shape == (1, 10, 12, 14) and result["negative"].shape == (3, 10, 12, 14)
    for key in ("positive", "negative", "sampling"):
        assert (result[key].affine.numpy() == AFFINE).all() and result[key].meta["filename_or_obj"] == "ct.nii.gz"


def test_a_dense_case_without_a_label_is_refused():
    image = MetaTensor(torch.zeros(3, *LABEL.shape), meta={"filename_or_obj": "street.png"})
    with pytest.raises(DataError, match='street.png.*"dense" but no label'):
        DecodeLabeld(CLASSES)(without_label(supervision="dense", image=image))


def test_without_a_label_the_field_of_view_must_fit_the_image():
    image = MetaTensor(torch.zeros(3, *LABEL.shape), meta={"filename_or_obj": "street.png"})
    with pytest.raises(DataError, match=r"street.png: the field of view has the size \(9, 12\), the image \(12, 9\)"):
        DecodeLabeld(CLASSES)(without_label(image=image, field_of_view=np.ones((1, 9, 12))))
