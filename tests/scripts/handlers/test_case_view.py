"""Orientation, forms of label maps, reduction and compression of what pictures show."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from monai.data import MetaTensor
from monai.transforms import LoadImage
from PIL import Image

from scripts.constants import IGNORE
from scripts.handlers.case_view import view_case

WIDTH, HEIGHT = 9, 5


def make_case(**more) -> dict[str, torch.Tensor]:
    """An image 9 wide and 5 high, bright at x = 7, y = 1, where the reference is; prediction at x = 2, y = 3."""
    image, label, pred = (torch.zeros(1, WIDTH, HEIGHT) for _ in range(3))
    image[0, 7, 1] = label[0, 7, 1] = pred[0, 2, 3] = 1
    return {"image": MetaTensor(image), "label": label, "pred": pred, **more}


def one_hot(labels: torch.Tensor, classes: int = 2) -> torch.Tensor:
    return torch.cat([labels == k for k in range(classes)]).float()


def test_rows_first_and_upright():
    view = view_case(make_case())
    assert view.image.shape == (HEIGHT, WIDTH, 3)
    assert np.argwhere(view.image[..., 0]).tolist() == [[1, 7]]
    assert np.argwhere(view.reference).tolist() == [[1, 7]]
    assert np.argwhere(view.prediction).tolist() == [[3, 2]]


def test_file_is_shown_as_any_viewer_shows_it(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)
    pixels[0, 0], pixels[0, 1] = 0, 255
    Image.fromarray(pixels).save(tmp_path / "a.png")
    image = LoadImage(reader="PILReader", ensure_channel_first=True)(tmp_path / "a.png")
    shown = view_case(make_case(image=image)).image
    assert np.mean(abs(shown.astype(int) - pixels)) < 2


def test_index_maps_and_one_hot_show_the_same():
    case = make_case()
    hot = {**case, "label": one_hot(case["label"]), "pred": one_hot(case["pred"])}
    a, b = view_case(case), view_case(hot)
    assert np.array_equal(a.reference, b.reference)
    assert np.array_equal(a.prediction, b.prediction)
    assert a.classes == b.classes == 2


def test_number_of_classes():
    case = make_case()
    assert view_case({**case, "pred": case["pred"] * 3}).classes == 4
    assert view_case({**case, "label": one_hot(case["label"], 5)}).classes == 5


@pytest.mark.parametrize("form", ["value", "mask", "no channel"])
def test_what_is_not_labelled(form):
    case = make_case()
    if form == "value":
        case["label"][0, 4, 2] = IGNORE
    elif form == "mask":
        case["ignored"] = torch.zeros(1, WIDTH, HEIGHT, dtype=torch.bool)
        case["ignored"][0, 4, 2] = True
    else:
        case["label"] = one_hot(case["label"])
        case["label"][:, 4, 2] = 0
    reference = view_case(case).reference
    assert np.argwhere(reference == IGNORE).tolist() == [[2, 4]]
    assert view_case(case).classes == 2


def test_probability_of_the_foreground():
    case = make_case()
    foreground = torch.linspace(0, 1, WIDTH * HEIGHT).reshape(1, WIDTH, HEIGHT)
    alone = view_case({**case, "probability": foreground}).probability
    softmax = view_case({**case, "probability": torch.cat([1 - foreground, foreground])}).probability
    assert np.array_equal(alone, softmax)
    assert alone[0, 0] == 0
    assert alone[-1, -1] == 255
    assert view_case(case).probability is None


def make_volume(**more) -> dict[str, torch.Tensor]:
    """6 x 4 x 8 voxels, reference on two of them in slice 5, brightest in that slice's back right corner."""
    image, label, pred = (torch.zeros(1, 6, 4, 8) for _ in range(3))
    label[0, 1:3, 0, 5] = 1
    label[0, 1, 0, 2] = 1
    pred[0, :, :, 7] = 1
    image[0, 5, 0, 5] = 1
    return {"image": image, "label": label, "pred": pred, **more}


def squares(picture: np.ndarray, rows: int, columns: int) -> np.ndarray:
    """The middle pixel of every voxel of an enlarged picture."""
    height, width = picture.shape[:2]
    y, x = ((np.arange(count) + 0.5) * size / count for count, size in ((rows, height), (columns, width)))
    return picture[y.astype(int)][:, x.astype(int)]


def test_volume_shows_the_slice_with_most_reference_enlarged():
    case = make_volume()
    view = view_case(case)
    assert view.slice_name == "axial 6 of 8"
    assert view.image.shape == (341, 512, 3)
    assert view.reference.shape == view.prediction.shape == (341, 512)
    assert squares(view.image[..., 0], 4, 6).argmax() == 4 * 6 - 1  # right is right, back is down
    assert np.argwhere(squares(view.reference, 4, 6)).tolist() == [[3, 1], [3, 2]]
    assert view_case({**case, "label": case["label"] * 0}).prediction.all()
    assert view_case(make_case()).slice_name == ""


def test_label_maps_are_enlarged_without_new_values():
    case = make_volume(label=make_volume()["label"] * 5)
    assert set(np.unique(view_case(case).reference)) == {0, 5}


def test_volume_of_any_storage_looks_the_same():
    expected = view_case(make_volume())
    # axes to the left, to the back and upwards
    stored = {
        key: MetaTensor(array.flip(1, 2), affine=torch.diag(torch.tensor([-1.0, -1, 1, 1])))
        for key, array in make_volume().items()
    }
    mixed = {**stored, "image": MetaTensor(make_volume()["image"], affine=torch.eye(4))}
    bare = {"image": stored["image"], **{key: stored[key].as_tensor() for key in ("label", "pred")}}
    for case in (stored, mixed, bare):
        shown = view_case(case)
        assert np.array_equal(shown.image, expected.image)
        assert np.array_equal(shown.reference, expected.reference)
        assert np.array_equal(shown.prediction, expected.prediction)


def test_volume_with_thick_slices_has_true_proportions():
    affine = torch.diag(torch.tensor([1.0, 4.0, 2.0, 1.0]))
    case = {key: MetaTensor(array, affine=affine) for key, array in make_volume().items()}
    view = view_case(case)
    assert view.slice_name == "coronal 1 of 4"
    assert view.reference.shape == (512, 192)  # 16 mm high, 6 mm wide


def test_volume_without_reference_and_what_is_not_labelled():
    case = make_volume()
    case["label"][0, :, :, :3] = IGNORE
    case["ignored"] = torch.zeros(1, 6, 4, 8)
    case["ignored"][0, 0, :, 5] = 1
    affine = torch.diag(torch.tensor([-1.0, 1.0, 1.0, 1.0]))
    case["label"] = MetaTensor(case["label"].flip(1), affine=affine)
    case["ignored"] = case["ignored"].flip(1)  # lies as the label does
    shown = squares(view_case(case).reference, 4, 6)
    assert np.argwhere(shown == IGNORE)[:, 1].tolist() == [0] * 4
    assert np.argwhere(shown == 1).tolist() == [[3, 1], [3, 2]]


def test_large_pictures_are_reduced_in_proportion():
    case = {key: torch.zeros(1, 300, 120) for key in ("image", "label", "pred", "probability")}
    view = view_case(case, longest=100)
    shapes = {array.shape[:2] for array in (view.image, view.reference, view.prediction, view.probability)}
    assert shapes == {(40, 100)}


def test_packing_keeps_maps_exactly_and_the_image_nearly():
    y, x = np.mgrid[:48, :80]
    image = torch.from_numpy(np.stack([x, y, x + y]).astype(np.float32)).transpose(1, 2)
    label = torch.randint(0, 3, (1, 80, 48), generator=torch.Generator().manual_seed(0))
    view = view_case({"image": image, "label": label, "pred": (label + 1) % 3})
    again = view.pack().unpack()
    assert np.array_equal(again.reference, view.reference)
    assert np.array_equal(again.prediction, view.prediction)
    assert again.classes == 3
    assert again.slice_name == ""
    assert abs(again.image.astype(int) - view.image).max() < 12


def test_packing_keeps_the_name_of_the_slice():
    view = view_case(make_volume())
    assert view.pack().unpack().slice_name == view.slice_name == "axial 6 of 8"


def test_map_of_another_size_is_refused():
    with pytest.raises(ValueError, match="'pred' has the size"):
        view_case(make_case(pred=torch.zeros(1, HEIGHT, WIDTH)))
