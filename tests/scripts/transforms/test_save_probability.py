"""Probability maps on the grid of the source: grey pictures, and volumes."""

import nibabel as nib
import numpy as np
import pytest
import torch
from monai.data import MetaTensor
from PIL import Image
from volume_files import write_volume

from scripts.errors import DataError
from scripts.transforms import SaveProbabilityd


def probability(tmp_path):
    foreground = torch.linspace(0, 1, 24).reshape(1, 6, 4)
    return MetaTensor(torch.cat([1 - foreground, foreground]), meta={"filename_or_obj": str(tmp_path / "eye.jpg")})


def test_saves_the_chosen_class_in_the_orientation_of_the_source(tmp_path):
    pred = probability(tmp_path)
    SaveProbabilityd("pred", 1, str(tmp_path / "out"))({"pred": pred})
    saved = np.asarray(Image.open(tmp_path / "out" / "eye_probability.png"))
    assert np.allclose(saved / 255, pred[1].numpy().T, atol=0.5 / 255 + 1e-6)


def test_writes_nothing_when_not_asked(tmp_path):
    SaveProbabilityd("pred", 1, str(tmp_path / "out"), enabled=False)({"pred": probability(tmp_path)})
    assert not (tmp_path / "out").exists()


def volume_probability(tmp_path, affine):
    source = write_volume(tmp_path / "liver.nii", np.zeros((2, 3, 4), np.int16), affine)
    foreground = torch.linspace(0, 1, 24).reshape(1, 2, 3, 4)
    meta = {"filename_or_obj": str(source)}
    return MetaTensor(torch.cat([1 - foreground, foreground]), affine=torch.as_tensor(affine), meta=meta)


def test_volumes_keep_the_probabilities_themselves_and_the_grid_of_the_source(tmp_path):
    affine = np.diag([-1.0, 2.0, 3.0, 1.0])
    pred = volume_probability(tmp_path, affine)
    SaveProbabilityd("pred", 1, str(tmp_path / "out"), spatial_dims=3)({"pred": pred})
    saved = nib.load(tmp_path / "out" / "liver_probability.nii.gz")
    assert saved.get_data_dtype() == np.float32
    assert np.array_equal(np.asarray(saved.dataobj), pred[1].numpy())
    assert np.array_equal(saved.affine, affine)


def test_volumes_on_another_grid_are_refused(tmp_path):
    pred = volume_probability(tmp_path, np.eye(4))[..., :3]
    with pytest.raises(DataError, match="liver.nii: .*not on the grid"):
        SaveProbabilityd("pred", 1, str(tmp_path / "out"), spatial_dims=3)({"pred": pred})
