"""Values of volumes between 0 and 1."""

import pytest
import torch
from monai.data import MetaTensor
from monai.transforms import Flip, ScaleIntensityRangePercentiles

from scripts.errors import DataError, SettingError
from scripts.transforms import ScaleVolumeIntensityd


def scale(values, window=None):
    volume = MetaTensor(torch.as_tensor(values), meta={"filename_or_obj": "liver.nii.gz"})
    return ScaleVolumeIntensityd("image", window)({"image": volume})["image"]


def test_percentiles_become_0_and_1():
    values = torch.arange(1001.0).reshape(1, 7, 11, 13)
    scaled = scale(values)
    assert torch.allclose(scaled.as_tensor(), ((values - 5) / 990).clip(0, 1))
    reference = ScaleIntensityRangePercentiles(0.5, 99.5, 0, 1, clip=True)(values)
    assert torch.allclose(scaled.as_tensor(), reference)


def test_channels_are_scaled_each_by_itself():
    ramp = torch.arange(1000.0).reshape(1, 10, 10, 10)
    scaled = scale(torch.cat([ramp, 5 * ramp - 3]))
    assert torch.allclose(scaled[0], scaled[1], atol=1e-5)


def test_a_window_becomes_0_to_1():
    values = torch.tensor([-1024.0, -160.0, 40.0, 240.0, 3000.0])[None, :, None, None]
    assert torch.allclose(scale(values, [-160, 240]).flatten().as_tensor(), torch.tensor([0, 0, 0.5, 1, 1]))


def test_integers_become_float32():
    assert scale(torch.arange(27, dtype=torch.int16).reshape(1, 3, 3, 3)).dtype == torch.float32


def test_metadata_and_the_trace_of_transforms_are_kept():
    volume = MetaTensor(torch.rand(1, 4, 4, 4), affine=torch.diag(torch.tensor([1.0, 2.0, 3.0, 1.0])))
    volume = Flip(0)(volume)
    scaled = ScaleVolumeIntensityd("image")({"image": volume})["image"]
    assert scaled.applied_operations == volume.applied_operations != []
    assert torch.equal(scaled.affine, volume.affine)


def test_where_nearly_all_voxels_hold_one_value_the_extremes_take_the_place_of_the_percentiles():
    values = torch.zeros(1, 10, 10, 10)
    values[0, 0, 0, :2] = torch.tensor([4.0, 2.0])
    scaled = scale(values)
    assert scaled[0, 0, 0, :3].tolist() == [1.0, 0.5, 0.0]


def test_a_binary_volume_stays_binary():
    values = (torch.arange(1000) % 3 == 0).reshape(1, 10, 10, 10).float()
    assert torch.equal(scale(7 * values - 2).as_tensor(), values)


def test_a_volume_outside_the_window_is_named():
    with pytest.raises(DataError, match=r"liver.nii.gz: .*\[-160.0, 240.0\], they run from 300 to 326. .*Hounsfield"):
        scale(torch.arange(300.0, 327.0).reshape(1, 3, 3, 3), [-160, 240])


def test_a_constant_volume_is_named():
    with pytest.raises(DataError, match=r"liver.nii.gz: the volume is constant \(every value is 3\)"):
        scale(torch.full((1, 3, 3, 3), 3.0))


@pytest.mark.parametrize("window", [[1], [240, -160], [0, 0], [0, float("inf")], "soft tissue", 3.0, [None, 1]])
def test_windows_that_cannot_be_meant(window):
    with pytest.raises(SettingError, match="`window` must be null"):
        ScaleVolumeIntensityd("image", window)
