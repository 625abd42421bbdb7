import nibabel as nib
import numpy as np
import pytest
from scipy import ndimage

from scripts.data.volume_phantom import PARTS, make_volume

SIZE = (28, 34, 28)


@pytest.fixture(scope="module")
def volumes():
    return [make_volume(SIZE, np.random.default_rng(seed)) for seed in range(8)]


def _spacing(volume):
    return np.linalg.norm(volume.affine[:3, :3], axis=0)


def test_one_grid_for_image_and_mask(volumes):
    for volume in volumes:
        assert volume.image.shape == volume.mask.shape
        assert volume.mask.dtype == np.uint8 and volume.affine.dtype == np.float64
        assert volume.affine.shape == (4, 4) and volume.affine[3].tolist() == [0, 0, 0, 1]


def test_extent_to_the_right_front_and_up(volumes):
    for volume in volumes:
        axes = nib.io_orientation(volume.affine)[:, 0].astype(int)
        extent = (np.array(volume.image.shape) * _spacing(volume))[np.argsort(axes)]
        # 2 mm of variation, and half a voxel of rounding
        assert (abs(extent - SIZE) < 2.7).all()


def test_orientation_obliqueness_and_voxels_vary(volumes):
    assert len({nib.aff2axcodes(volume.affine) for volume in volumes}) >= 3
    turned = [np.count_nonzero(abs(volume.affine[:3, :3]) > 1e-9) > 3 for volume in volumes]
    assert any(turned) and not all(turned)
    for volume in volumes:
        spacing = _spacing(volume)
        assert spacing[0] == pytest.approx(spacing[1]) and 0.9 <= spacing[0] <= 1.05 and 1.0 <= spacing[2] <= 1.3
        cosines = abs(volume.affine[:3, :3] / spacing).max(axis=0)
        assert np.rad2deg(np.arccos(cosines.min().clip(max=1))) <= 8.0 + 1e-6


def test_a_body_in_two_parts_that_touch(volumes):
    for volume in volumes:
        assert set(np.unique(volume.mask)) == {0, *PARTS.values()}
        assert ndimage.label(volume.mask > 0, np.ones((3, 3, 3)))[1] == 1
        head, tail = (np.count_nonzero(volume.mask == value) for value in PARTS.values())
        assert head > tail > 100
        # inside the volume: no voxel of the outermost layer
        assert not np.pad(np.zeros(np.array(volume.mask.shape) - 2, bool), 1, constant_values=True)[
            volume.mask > 0
        ].any()


def test_the_head_is_in_front_and_below(volumes):
    for volume in volumes:
        place = {
            name: nib.affines.apply_affine(volume.affine, np.argwhere(volume.mask == value)).mean(axis=0)
            for name, value in PARTS.items()
        }
        _, front, up = place["anterior"] - place["posterior"]
        assert front > 5 and up < -2


def test_gain_and_type_of_the_values_vary(volumes):
    assert {volume.image.dtype for volume in volumes} == {np.dtype(np.int16), np.dtype(np.float32)}
    assert min(volume.image.min() for volume in volumes) >= 0
    medians = [float(np.median(volume.image)) for volume in volumes]
    assert max(medians) > 10 * min(medians)


def test_grey_values_alone_do_not_show_the_body(volumes):
    for volume in volumes:
        image, body = volume.image / np.median(volume.image), volume.mask > 0
        low, high = np.quantile(image[body], [0.1, 0.9])
        alike = (image > low) & (image < high)
        # the body is darker than most, but a good part of what is as dark as the body is something else
        assert np.median(image[body]) < 0.95
        assert (alike & ~body).sum() > 0.5 * (alike & body).sum()


def test_same_generator_same_volume(volumes):
    again = make_volume(SIZE, np.random.default_rng(0))
    for name in ("image", "mask", "affine"):
        np.testing.assert_array_equal(getattr(again, name), getattr(volumes[0], name))
    assert not np.array_equal(volumes[0].affine, volumes[1].affine)


@pytest.mark.parametrize("size", [(20, 40, 40), (40, 40)])
def test_refuses_tiny_volumes(size):
    with pytest.raises(ValueError, match="at least 24 mm"):
        make_volume(size, np.random.default_rng(0))
