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


def test_volume_shows_the_slice_with_most_reference():
    image, label, pred = (torch.zeros(1, 6, 4, 8) for _ in range(3))
    label[0, 1:3, 0, 5] = 1
    label[0, 1, 0, 2] = 1
    pred[0, :, :, 7] = 1
    image[0, 5, 3, 5] = 1
    view = view_case({"image": image, "label": label, "pred": pred})
    assert view.image.shape == (4, 6, 3)
    assert np.argwhere(view.image[..., 0]).tolist() == [[0, 5]]  # anterior up, first axis to the right
    assert np.argwhere(view.reference).tolist() == [[3, 1], [3, 2]]
    empty = view_case({"image": image, "label": label * 0, "pred": pred})
    assert empty.prediction.all()


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
    assert abs(again.image.astype(int) - view.image).max() < 12


def test_map_of_another_size_is_refused():
    with pytest.raises(ValueError, match="'pred' has the size"):
        view_case(make_case(pred=torch.zeros(1, HEIGHT, WIDTH)))
