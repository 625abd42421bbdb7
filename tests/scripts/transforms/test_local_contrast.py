"""Local contrast: light is evened out, structure stays, the black surround is no edge."""

import numpy as np
import pytest
import torch
from monai.data import MetaTensor

from scripts.errors import SettingError
from scripts.transforms import NormalizeLocalContrastd
from scripts.transforms.local_contrast import normalize_local_contrast, visible_field

ROWS, COLUMNS = np.mgrid[:120, :160]
DISC = (ROWS - 60) ** 2 + (COLUMNS - 80) ** 2 < 55**2


def texture(seed=0):
    return np.random.default_rng(seed).normal(size=(3, 120, 160))


def test_uneven_light_vanishes():
    flat = 100 + 10 * texture()
    shaded = flat + 60 * np.sin(ROWS / 60)
    difference = normalize_local_contrast(flat) - normalize_local_contrast(shaded)
    assert np.abs(difference[:, 10:-10, 10:-10]).mean() < 0.1


@pytest.mark.parametrize(("gain", "offset"), [(3.0, 0.0), (0.25, 40.0)])
def test_brightness_and_gain_of_the_camera_do_not_matter(gain, offset):
    image = 100 + 10 * texture()
    changed = normalize_local_contrast(gain * image + offset)
    assert np.allclose(normalize_local_contrast(image), changed, atol=1e-4)


def test_result_has_about_zero_mean_and_unit_variance():
    result = normalize_local_contrast(100 + 10 * texture())
    assert abs(result.mean()) < 0.05 and abs(result.std() - 1) < 0.05


def test_border_of_the_field_is_no_edge():
    image = np.where(DISC, 150 + 10 * texture(), 0)
    result = normalize_local_contrast(image)
    rim = DISC & ((ROWS - 60) ** 2 + (COLUMNS - 80) ** 2 > 51**2)
    assert (result[:, ~DISC] == 0).all()
    assert abs(result[:, rim].mean()) < 0.1


def test_field_is_the_disc_with_its_dark_parts():
    image = np.where(DISC, 150.0, 0)[None]
    image[:, 50:70, 60:90] = 1  # a dark patch within
    assert (visible_field(image) == DISC).mean() > 0.99


def test_a_photograph_without_surround_is_visible_everywhere():
    assert visible_field(100 + texture()).all()


def test_metadata_are_kept():
    image = MetaTensor(torch.rand(3, 20, 30), meta={"filename_or_obj": "eye.png"})
    result = NormalizeLocalContrastd("image")({"image": image, "image_path": "eye.png"})["image"]
    assert result.meta["filename_or_obj"] == "eye.png" and result.dtype == torch.float32
    assert result.affine.equal(image.affine)


@pytest.mark.parametrize("share", [0, -1, 0.6])
def test_bad_share(share):
    with pytest.raises(SettingError, match="share"):
        NormalizeLocalContrastd("image", share)


def test_a_picture_smaller_than_its_rim_is_still_normalised():
    assert np.abs(normalize_local_contrast(texture()[:, :1, :3])).max() > 0
