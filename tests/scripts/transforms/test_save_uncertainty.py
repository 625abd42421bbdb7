"""Maps of the uncertainty on the grid of the source; how they are written is tested with those of probabilities."""

import nibabel as nib
import numpy as np
import torch
from monai.data import MetaTensor
from PIL import Image
from volume_files import write_volume

from scripts.scoring import uncertainty_map
from scripts.transforms import SaveUncertaintyd


def prediction(source, shape, affine=None):
    torch.manual_seed(0)
    affine = None if affine is None else torch.as_tensor(affine)
    return MetaTensor(torch.randn(3, *shape).softmax(0), affine=affine, meta={"filename_or_obj": str(source)})


def test_pictures_are_grey(tmp_path):
    pred = prediction(tmp_path / "eye.jpg", (6, 4))
    SaveUncertaintyd("pred", str(tmp_path / "out"))({"pred": pred})
    saved = np.asarray(Image.open(tmp_path / "out" / "eye_uncertainty.png"))
    assert np.allclose(saved / 255, uncertainty_map(pred).numpy().T, atol=0.5 / 255 + 1e-6)


def test_volumes_hold_the_values_themselves(tmp_path):
    affine = np.diag([-1.0, 2.0, 3.0, 1.0])
    source = write_volume(tmp_path / "liver.nii", np.zeros((2, 3, 4), np.int16), affine)
    pred = prediction(source, (2, 3, 4), affine)
    SaveUncertaintyd("pred", str(tmp_path / "out"), spatial_dims=3)({"pred": pred})
    saved = nib.load(tmp_path / "out" / "liver_uncertainty.nii.gz")
    assert saved.get_data_dtype() == np.float32 and np.array_equal(saved.affine, affine)
    assert np.array_equal(np.asarray(saved.dataobj), uncertainty_map(pred).numpy())


def test_writes_nothing_when_not_asked(tmp_path):
    pred = prediction(tmp_path / "eye.jpg", (6, 4))
    SaveUncertaintyd("pred", str(tmp_path / "out"), enabled=False)({"pred": pred})
    assert not (tmp_path / "out").exists()
