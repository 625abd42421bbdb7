"""Probability maps as grey pictures on the grid of the source."""

import numpy as np
import torch
from monai.data import MetaTensor
from PIL import Image

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
