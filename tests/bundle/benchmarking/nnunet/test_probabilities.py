import json

import numpy as np
import pytest
import torch
from monai.data import MetaTensor

from bundle.benchmarking.nnunet.probabilities import StoredProbabilitiesd, read_probabilities
from scripts.errors import DataError


@pytest.fixture
def stored(tmp_path):
    """A picture of 5 x 3 and nnU-Net's probabilities of it, which grow along the rows."""
    values = np.arange(15, dtype=np.float32).reshape(1, 3, 5) / 15
    np.savez_compressed(tmp_path / "a.npz", probabilities=np.stack([1 - values, values]))
    (tmp_path / "index.json").write_text(json.dumps({"/images/a.png": str(tmp_path / "a.npz")}))
    return tmp_path, values[0]


def case(name, size):
    image = MetaTensor(torch.zeros(3, *size), meta={"filename_or_obj": name})
    return {"image": image, "pred": image, "label": MetaTensor(torch.zeros(1, *size))}


def test_the_axes_are_the_products(stored):
    folder, values = stored
    found = read_probabilities(folder / "a.npz")
    assert found.shape == (2, 5, 3) and (found[1] == values.T).all()


def test_volumes_keep_three_axes(tmp_path):
    np.savez_compressed(tmp_path / "v.npz", probabilities=np.zeros((3, 4, 5, 6)))
    assert read_probabilities(tmp_path / "v.npz").shape == (3, 6, 5, 4)


def test_they_take_the_place_of_the_output(stored):
    folder, values = stored
    done = StoredProbabilitiesd(str(folder / "index.json"), 2)(case("/images/a.png", (5, 3)))
    assert torch.equal(done["pred"][1].as_tensor(), torch.from_numpy(values.T.copy()))


@pytest.mark.parametrize(
    ("name", "size", "classes", "told"),
    [
        ("/images/b.png", (5, 3), 2, "predicted nothing"),
        ("/images/a.png", (3, 5), 2, r"shape \(2, 5, 3\)"),
        ("/images/a.png", (5, 3), 3, r"expected \(3, 5, 3\)"),
    ],
)
def test_what_does_not_fit_is_refused(stored, name, size, classes, told):
    with pytest.raises(DataError, match=told):
        StoredProbabilitiesd(str(stored[0] / "index.json"), classes)(case(name, size))


def test_a_file_without_probabilities_is_named(tmp_path):
    np.savez_compressed(tmp_path / "a.npz", softmax=np.zeros(3))
    with pytest.raises(DataError, match=r"a\.npz: holds no probabilities"):
        read_probabilities(tmp_path / "a.npz")
