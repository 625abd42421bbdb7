"""Labels follow the image through every random transform of the config."""

from pathlib import Path

import numpy as np
import pytest
import torch
from monai.bundle import ConfigParser
from monai.transforms import Compose

CONFIGS = Path(__file__).resolve().parents[2] / "configs"


@pytest.mark.parametrize("patch_size", [[32, 32], [32, 48]])
def test_labels_follow_the_image(patch_size):
    parser = ConfigParser()
    parser.read_config(str(CONFIGS / "train.json"))
    parser["patch_size"] = patch_size
    transforms = Compose(
        parser.get_parsed_content("train#label_transforms")[3:] + parser.get_parsed_content("train#random_transforms")
    ).set_random_state(0)
    rng = np.random.default_rng(0)
    label = (rng.random((1, 60, 44)) < 0.3).astype(np.uint8)  # without any symmetry
    label = torch.as_tensor(label)
    for _ in range(10):
        case = {
            "image": label.float().repeat(3, 1, 1),
            "positive": label.clone(),
            "negative": torch.cat([label, 1 - label]),
            "sampling": label + 1,
            "dense": torch.tensor(False),
        }
        for patch in transforms(case):
            image, positive, negative = patch["image"][0], patch["positive"][0], patch["negative"]
            assert positive.shape == tuple(patch_size)
            drawn = positive != 255  # the rest is padding
            assert drawn.any() and not negative[:, ~drawn].any()
            # brightness and contrast may change, the order of the two values may not
            assert image[drawn & (positive == 1)].min() > image[drawn & (positive == 0)].max()
            assert torch.equal(negative[0][drawn], positive[drawn])
            assert torch.equal(negative[1][drawn], 1 - positive[drawn])
