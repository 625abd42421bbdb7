"""Predictions of the first cases, from real evaluator runs."""

import numpy as np
import pytest
import torch
from monai.data import DataLoader, Dataset, MetaTensor
from monai.engines import SupervisedEvaluator
from PIL import Image

from scripts.handlers import SavePredictions


def case(name, classes=2, shape=(12, 20)):
    """The network's probabilities rise along the first axis; the reference is at its end, one corner ignored."""
    rise = torch.linspace(0, 1, shape[0]).reshape(-1, *[1] * (len(shape) - 1)).expand(shape)
    probability = torch.stack([1 - rise, *[rise / (classes - 1) * k for k in range(1, classes)]])
    label = torch.zeros(classes, *shape)
    label[-1, -3:, -5:] = 1
    label[0] = 1 - label[1:].sum(0)
    ignored = torch.zeros(1, *shape, dtype=torch.bool)
    ignored[(0, -1, *[-1] * (len(shape) - 1))] = True
    image = MetaTensor(probability[:1].clone(), meta={"filename_or_obj": f"/data/{name}.png"})
    return {
        "image": image,
        "original": image.clone(),
        "probability": probability,
        "label": MetaTensor(label),
        "ignored": ignored,
    }


def evaluate(cases, handler, batch_size=1):
    SupervisedEvaluator(
        device=torch.device("cpu"),
        val_data_loader=DataLoader(Dataset(cases), batch_size=batch_size),
        network=torch.nn.Identity(),
        val_handlers=[handler],
    ).run()


def read(path):
    return np.asarray(Image.open(path))


@pytest.mark.parametrize("batch_size", [1, 3])
def test_the_first_cases_are_kept(tmp_path, batch_size):
    evaluate([case(name) for name in "bac"], SavePredictions(tmp_path / "out", count=2), batch_size)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a_probability.png", "b_probability.png"]


def test_the_probability_of_the_foreground_as_displayed(tmp_path):
    evaluate([case("a")], SavePredictions(tmp_path))
    picture, expected = read(tmp_path / "a_probability.png"), case("a")["probability"][1].numpy().T.copy()
    assert picture.dtype == np.uint8 and picture.shape == (20, 12)
    expected[-1, -1] = 0  # ignored
    assert np.allclose(picture / 255, expected, atol=0.5 / 255 + 1e-6)


def test_the_classes_where_there_are_several(tmp_path):
    evaluate([case("a", classes=3)], SavePredictions(tmp_path))
    picture, expected = read(tmp_path / "a_classes.png"), case("a", 3)["probability"].argmax(0).numpy().T
    assert set(np.unique(picture)) == {0, 2}
    assert (picture != expected).sum() == 1 and picture[-1, -1] == 0


@pytest.mark.parametrize("classes", [2, 3])
def test_of_a_volume_the_slice_with_its_image_and_reference(tmp_path, classes):
    evaluate([case("a", classes, shape=(12, 20, 8))], SavePredictions(tmp_path))
    kind = "probability" if classes == 2 else "classes"
    sizes = {path.stem: Image.open(path).size for path in tmp_path.iterdir()}
    assert set(sizes) == {"a_image", "a_truth", f"a_{kind}"} and len(set(sizes.values())) == 1
    truth = read(tmp_path / "a_truth.png")
    assert set(np.unique(truth)) == {0, classes - 1}
    found = read(tmp_path / f"a_{kind}.png")
    assert found[truth > 0].mean() > found[truth == 0].mean()


def test_files_of_one_name_are_told_apart(tmp_path):
    evaluate([case("left/a"), case("right/a")], SavePredictions(tmp_path))
    assert {path.name for path in tmp_path.iterdir()} == {"a_probability.png", "right_a_probability.png"}
