"""Training targets of bounding boxes, beside and below what was drawn."""

import re

import numpy as np
import pytest
import torch
from monai.data import MetaTensor
from monai.transforms import Compose, CropForegroundd, EnsureChannelFirstd, LoadImaged, Orientationd, Spacingd
from PIL import Image
from volume_files import write_volume

from scripts.constants import IGNORE, IMPLIED, INSIDE, OUTSIDE, UNKNOWN
from scripts.data import PhotographReader
from scripts.errors import DataError
from scripts.transforms import DecodeBoxesd, DecodeLabeld, LoadLabelMapd, MatchGridd
from scripts.volumes import VolumeReader

CLASSES = ["background", "car", "person"]
SHAPE = (12, 9)
TABLES = {
    "labels": {"car": 1, "not car": 2, "person": 3, "background": 4, "ignore": 255},
    "dense_labels": {"background": [0, 5], "car": 1, "person": [2, 3], "ignore": 9},
}
CAR, PERSON = {"class": "car", "box": [1, 1, 5, 4]}, {"class": "Person ", "box": [4, 2, 8, 7]}


def boxed(boxes=(CAR, PERSON), **more):
    """A case as a datalist's, with its image read."""
    image = MetaTensor(torch.zeros(3, *SHAPE), meta={"filename_or_obj": "/data/images/street 7.png"})
    boxes = None if boxes is None else list(boxes)
    return {"image": image, "supervision": "coarse", **TABLES, "boxes": boxes, **more}


def drawn(**areas):
    """A drawing or mask: value by area, as keywords such as ``v1=np.s_[2:4, 3]``."""
    label = np.zeros(SHAPE, dtype=np.uint8)
    for value, area in areas.items():
        label[area] = int(value[1:])
    return MetaTensor(label[None], meta={"filename_or_obj": "drawing.png"})


def decode(case, reading="sparse", **settings):
    return DecodeBoxesd(CLASSES)(DecodeLabeld(CLASSES, reading, **settings)(case))


def area(*slices):
    inside = np.zeros(SHAPE, dtype=bool)
    inside[slices] = True
    return inside


IN_CAR, IN_PERSON = area(slice(1, 5), slice(1, 4)), area(slice(4, 8), slice(2, 7))


def test_a_case_without_a_drawing():
    result = decode(boxed(), "dense")
    assert (result["boxes"][0] == UNKNOWN).all()
    assert (result["boxes"][1].numpy() == np.where(IN_CAR, INSIDE, OUTSIDE)).all()
    assert (result["boxes"][2].numpy() == np.where(IN_PERSON, INSIDE, OUTSIDE)).all()
    assert (result["sampling"][0].numpy() == np.where(IN_CAR | IN_PERSON, 1, 2)).all()
    assert (result["positive"] == IGNORE).all() and not result["negative"].any() and not result["dense"]
    assert {result[key].dtype for key in ("boxes", "sampling", "positive", "negative")} == {torch.uint8}


def test_each_box_has_a_number_and_a_class():
    result = decode(boxed())
    assert result["box_layers"].dtype == torch.int16 and result["box_layers"].shape == (2, *SHAPE)
    assert (result["box_layers"].numpy() == np.stack([IN_CAR * 1, IN_PERSON * 2])).all()
    assert result["box_classes"].dtype == torch.int64 and result["box_classes"].tolist() == [1, 2]


def test_no_boxes_in_a_boxed_case_make_everything_background():
    result = decode(boxed([]))
    assert (result["boxes"][0] == UNKNOWN).all() and (result["boxes"][1:] == OUTSIDE).all()
    assert result["box_layers"].shape == (1, *SHAPE) and not result["box_layers"].any()
    assert result["box_classes"].shape == (0,) and result["box_classes"].dtype == torch.int64
    assert (result["sampling"] == 2).all()


@pytest.mark.parametrize(
    ("names", "beyond"),
    [(["car"], [UNKNOWN, OUTSIDE, UNKNOWN]), (["PERSON"], [UNKNOWN, UNKNOWN, OUTSIDE]), ([], [UNKNOWN] * 3)],
)
def test_only_classes_that_were_boxed_throughout_are_excluded_outside(names, beyond):
    result = decode(boxed(boxed_classes=names))
    assert result["boxes"][:, 11, 0].tolist() == beyond
    assert result["boxes"][1, 2, 2] == INSIDE and result["boxes"][2, 6, 5] == INSIDE
    assert result["sampling"][0, 11, 0] == (2 if names else 0) and result["sampling"][0, 2, 2] == 1


def test_without_the_key_a_case_stays_as_it_is():
    case = DecodeLabeld(CLASSES)({key: value for key, value in boxed().items() if key != "boxes"})
    result = DecodeBoxesd(CLASSES)(case)
    assert result.keys() == case.keys() and all(result[key] is case[key] for key in case)


@pytest.mark.parametrize(
    "more",
    [
        {"boxes": None},
        {"boxes": None, "label": drawn(v1=np.s_[2, 3])},
        {"supervision": "dense", "label": drawn(v1=np.s_[2, 3])},
    ],
    ids=["nothing", "drawn", "dense"],
)
def test_a_case_that_is_not_boxed_or_dense_says_nothing_by_boxes(more):
    before = DecodeLabeld(CLASSES)(boxed(reference=drawn(v1=np.s_[2, 3])) | more)
    result = DecodeBoxesd(CLASSES)(before)
    assert result["boxes"].shape == (3, *SHAPE) and result["boxes"].dtype == torch.uint8
    assert not result["boxes"].any()
    assert not {"box_layers", "box_classes", "case_id", "reference"} & result.keys()
    assert torch.equal(result["sampling"], before["sampling"])


@pytest.mark.parametrize("support_as", ["background", "not class"])
@pytest.mark.parametrize("reading", ["support", "dense"])
def test_what_a_reading_adds_gives_way_inside_boxes(reading, support_as):
    label = drawn(v1=np.s_[2:4, 2])
    plain = DecodeLabeld(CLASSES, reading, support_as=support_as)(boxed(label=label))
    result = decode(boxed(label=label), reading, support_as=support_as)
    said = (plain["positive"][0].numpy() == IMPLIED) | (plain["negative"].numpy() == 2).any(0)
    kept = (result["positive"][0].numpy() == IMPLIED) | (result["negative"].numpy() == 2).any(0)
    assert said[IN_CAR].any()
    assert (kept == said & ~IN_CAR & ~IN_PERSON).all()
    assert (result["positive"][0, 2:4, 2] == 1).all()


@pytest.mark.parametrize("reading", ["sparse", "support", "dense"])
def test_what_was_drawn_wins_and_what_a_reading_adds_does_not(reading):
    label = drawn(v1=np.s_[2, 2], v4=np.s_[10, 8], v2=np.s_[6, 3:5], v255=np.s_[4:6, 5])
    result = decode(boxed(label=label), reading)
    boxes, values = result["boxes"].numpy(), label[0].numpy()
    silent = (values == 1) | (values == 4) | (values == 255)
    assert not boxes[:, silent].any()
    assert not boxes[1][values == 2].any() and (boxes[2][values == 2] == INSIDE).all()
    rest = values == 0
    assert (boxes[1][rest] == np.where(IN_CAR, INSIDE, OUTSIDE)[rest]).all()
    assert (boxes[2][rest] == np.where(IN_PERSON, INSIDE, OUTSIDE)[rest]).all()
    assert (result["box_layers"].numpy() == np.stack([IN_CAR * 1, IN_PERSON * 2])).all()


def test_patches_are_centred_on_drawings_first_then_on_boxes():
    label = drawn(v1=np.s_[2, 2], v4=np.s_[3, 2], v2=np.s_[6, 3], v255=np.s_[4, 2])
    sampling = decode(boxed(label=label))["sampling"][0].numpy()
    expected = np.where(IN_CAR | IN_PERSON, 1, 2)
    expected[3, 2] = expected[6, 3] = 2
    expected[4, 2] = 0
    assert (sampling == expected).all()


def test_drawings_that_are_not_used_leave_their_pixels_to_the_boxes():
    label = drawn(v1=np.s_[2, 2], v2=np.s_[6, 3])
    result = decode(boxed(label=label), use_positive=False, use_negative=False)
    assert torch.equal(result["boxes"], decode(boxed())["boxes"])


def test_outside_the_field_of_view_nothing_is_said():
    view = np.zeros((1, *SHAPE), dtype=np.uint8)
    view[0, 3:7] = 255
    result = decode(boxed(field_of_view=view, reference=drawn()))
    outside = view[0] == 0
    whole = decode(boxed())
    for key, silent in (("boxes", UNKNOWN), ("sampling", 0), ("reference", IGNORE)):
        assert (result[key].numpy()[:, outside] == silent).all()
    assert (result["boxes"].numpy()[:, ~outside] == whole["boxes"].numpy()[:, ~outside]).all()
    assert torch.equal(result["box_layers"], whole["box_layers"])


def test_the_reference_is_decoded_as_a_dense_mask():
    mask = drawn(v1=np.s_[1:5, 1:4], v2=np.s_[4:6, 4], v3=np.s_[6:8, 4], v5=np.s_[11], v9=np.s_[10])
    reference = decode(boxed(reference=mask))["reference"]
    expected = np.zeros(SHAPE)
    expected[1:5, 1:4], expected[4:8, 4], expected[10] = 1, 2, IGNORE
    assert reference.dtype == torch.uint8 and (reference[0].numpy() == expected).all()
    assert "reference" not in decode(boxed())


def test_a_reference_that_cannot_be_used_names_its_file():
    with pytest.raises(DataError, match=r"mask.png: the reference's size is \(9, 12\), its image's \(12, 9\)"):
        decode(boxed(reference=MetaTensor(torch.zeros(1, 9, 12), meta={"filename_or_obj": "mask.png"})))
    with pytest.raises(DataError, match="drawing.png: the dense mask holds the value 7"):
        decode(boxed(reference=drawn(v7=np.s_[0, 0])))


def test_the_name_of_a_case_is_a_file_name_of_its_own_and_stays():
    def name(path, boxes=(CAR,), **more):
        case = boxed(boxes, **more)
        case["image"].meta["filename_or_obj"] = path
        return decode(case)["case_id"]

    first = name("/data/images/street 7.png")
    assert re.fullmatch(r"street_7-[0-9a-f]{10}", first)
    assert first == name("/data/images/street 7.png") == "street_7-d28d4adfed"
    assert re.fullmatch(r"scan-[0-9a-f]{10}", name("/data/a/scan.nii.gz"))
    assert name("/data/a/scan.nii.gz") != name("/data/b/scan.nii.gz")
    assert first != name("/data/images/street 7.png", (PERSON,))
    assert first != name("/data/images/street 7.png", label=drawn())
    assert len(name("/data/" + "a" * 200 + ".png")) < 100


def test_all_wrong_boxes_are_listed_together():
    wrong = [
        CAR,
        {"class": "tree", "box": [0, 0, 1, 1]},
        {"class": "car", "box": [20, 0, 30, 4]},
        {"class": "background", "box": [0, 0, 3, 3]},
        {"class": "car", "box": [0, 0, 0, 3, 3, 3]},
    ]
    with pytest.raises(DataError) as error:
        decode(boxed(wrong, boxed_classes=["car", "sky"]))
    message = str(error.value)
    assert message.startswith("/data/images/street 7.png: its boxes cannot be used")
    for reason in (
        'the class "tree" is unknown',
        "lies outside the image, which measures 12 x 9",
        'the class "background" is the background',
        "has 6 numbers; expected 4",
        "\"boxed_classes\" is ['car', 'sky']; expected some of ['car', 'person']",
    ):
        assert reason in message


def test_the_case_that_was_given_is_not_changed():
    case = DecodeLabeld(CLASSES)(boxed(reference=drawn(), label=drawn(v1=np.s_[2, 2])))
    before = {key: value.clone() if isinstance(value, torch.Tensor) else value for key, value in case.items()}
    DecodeBoxesd(CLASSES)(case)
    assert case.keys() == before.keys()
    assert all(torch.equal(case[key], before[key]) for key in ("sampling", "positive", "negative", "reference"))
    assert case["boxes"] == [CAR, PERSON]


def test_a_picture_s_boxes_lie_where_the_picture_s_columns_and_rows_do(tmp_path):
    pixels = np.zeros((9, 12, 3), dtype=np.uint8)
    pixels[1:4, 1:5] = 200
    Image.fromarray(pixels).save(tmp_path / "image.png")
    load = Compose([LoadImaged("image", reader=PhotographReader()), EnsureChannelFirstd("image")])
    result = decode(load(boxed([CAR], image=str(tmp_path / "image.png"))))
    assert torch.equal(result["boxes"][1].as_tensor() == INSIDE, result["image"][0].as_tensor() > 100)
    assert result["case_id"].startswith("image-")


AFFINE = np.array([[-1.5, 0, 0, 20], [0, 0, 3, -30], [0, 2, 0, 7], [0, 0, 0, 1]])
VOLUME = np.zeros((14, 12, 10), dtype=np.float32)
VOLUME[3:9, 2:7, 4:8] = 100


@pytest.mark.parametrize("pixdim", [(1.5, 3, 2), (1.1, 2.3, 1.7)])
def test_a_volume_s_boxes_lie_on_its_file_s_grid_and_follow_its_image(tmp_path, pixdim):
    write_volume(tmp_path / "ct.nii.gz", VOLUME, AFFINE)
    write_volume(tmp_path / "mask.nrrd", (VOLUME > 0).astype(np.uint8), AFFINE)
    case = boxed(
        [{"class": "car", "box": [3, 2, 4, 9, 7, 8]}],
        image=str(tmp_path / "ct.nii.gz"),
        reference=str(tmp_path / "mask.nrrd"),
    )
    process = Compose(
        [
            LoadImaged("image", reader=VolumeReader()),
            EnsureChannelFirstd("image"),
            Orientationd("image", axcodes="RAS", labels=None),
            Spacingd("image", pixdim=pixdim, mode="nearest"),
            CropForegroundd("image", source_key="image", margin=2),
            LoadLabelMapd(["label", "field_of_view", "reference"], spatial_dims=3),
            DecodeLabeld(CLASSES),
            DecodeBoxesd(CLASSES),
        ]
    )
    result = process(case)
    for key in ("positive", "negative", "sampling", "boxes", "box_layers", "reference"):
        assert result[key].shape[1:] == VOLUME.shape and (result[key].affine.numpy() == AFFINE).all()
    assert ((result["boxes"][1].numpy() == INSIDE) == (VOLUME > 0)).all()
    assert re.fullmatch(r"ct-[0-9a-f]{10}", result["case_id"])
    keys = ["positive", "negative", "sampling", "boxes", "box_layers", "reference"]
    matched = MatchGridd(keys, padding_values=[255, 0, 0, 0, 0, 255])(result)
    shown = matched["image"][0].numpy() > 50
    assert ((matched["boxes"][1].numpy() == INSIDE) == shown).all()
    assert ((matched["box_layers"][0].numpy() == 1) == shown).all()
    assert ((matched["reference"][0].numpy() == 1) == shown).all()
    assert matched["boxes"].dtype == torch.uint8 and matched["box_layers"].dtype == torch.int16
