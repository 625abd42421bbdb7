"""What a server gives for a request."""

import pytest
import torch
from monai.data import MetaTensor

from scripts.errors import SettingError
from scripts.scoring import uncertainty_map
from scripts.transforms import ChooseOutputd


def probabilities(*shape):
    torch.manual_seed(0)
    return MetaTensor(torch.rand(3, *shape).softmax(0), meta={"filename_or_obj": "scan.png"})


def choose(request, pred=None, **settings):
    pred = probabilities(6, 4) if pred is None else pred
    return ChooseOutputd("pred", **settings)({"pred": pred, **request})


@pytest.mark.parametrize("output", [{}, {"output": None}, {"output": ["segmentation", "probability"]}])
def test_class_indices_unless_something_else_is_asked_for(output):
    pred = probabilities(6, 4)
    found = choose(output, pred)["pred"]
    assert found.dtype == torch.uint8 and found.shape == (1, 6, 4)
    assert torch.equal(found[0].as_tensor().long(), pred.as_tensor().argmax(0))
    assert found.meta["filename_or_obj"] == "scan.png"


def test_pictures_get_grey_values():
    pred = probabilities(6, 4)
    probability = choose({"output": "probability"}, pred)["pred"]
    uncertainty = choose({"output": "uncertainty"}, pred)["pred"]
    assert probability.dtype == uncertainty.dtype == torch.uint8
    assert torch.allclose(probability[0].as_tensor() / 255, pred[1].as_tensor(), atol=0.5 / 255 + 1e-6)
    assert torch.allclose(uncertainty[0].as_tensor() / 255, uncertainty_map(pred), atol=0.5 / 255 + 1e-6)


def test_volumes_get_fractions():
    pred = probabilities(6, 4, 5)
    probability = choose({"output": "probability"}, pred, spatial_dims=3)["pred"]
    uncertainty = choose({"output": "uncertainty"}, pred, spatial_dims=3)["pred"]
    assert probability.dtype == uncertainty.dtype == torch.float32 and probability.shape == (1, 6, 4, 5)
    assert torch.equal(probability[0].as_tensor(), pred[1].as_tensor())
    assert torch.equal(uncertainty[0].as_tensor(), uncertainty_map(pred))


@pytest.mark.parametrize(("requested", "index"), [(None, 1), (2, 2), ("2", 2), (0, 0)])
def test_the_request_may_name_the_class(requested, index):
    pred = probabilities(6, 4, 5)
    found = choose({"output": "probability", "probability_class": requested}, pred, spatial_dims=3)["pred"]
    assert torch.allclose(found[0].as_tensor(), pred[index].as_tensor(), atol=1e-6)


def test_what_was_cropped_away_is_background():
    found = choose(
        {"output": "probability", "probability_class": 0}, MetaTensor(torch.zeros(3, 2, 2, 2)), spatial_dims=3
    )
    assert (found["pred"] == 1).all()


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"output": "entropy"}, "'entropy'; expected one of segmentation, probability, uncertainty"),
        ({"output": "probability", "probability_class": 3}, "probability_class is 3; .* 0 to 2"),
        ({"output": "probability", "probability_class": "vessel"}, "probability_class is 'vessel'"),
    ],
)
def test_what_is_unknown_is_refused_by_name(request_, message):
    with pytest.raises(SettingError, match=message):
        choose(request_)


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ({"image_path": "a.jpg"}, ".png"),
        ({"image_path": "a.JPEG", "result_extension": ""}, ".png"),
        ({"image_path": "a.png", "result_extension": ".jpg"}, ".png"),
        ({"image_path": "a.jpg", "result_extension": ".nrrd"}, ".nrrd"),
        ({"image_path": "a.png"}, None),
        ({}, None),
    ],
)
def test_a_mask_is_never_stored_as_jpeg(request_, expected):
    assert choose(request_).get("result_extension") == expected
