"""What an image still knows of its file after it was processed."""

import numpy as np
import torch
from monai.data import MetaTensor
from monai.transforms import Compose, CropForeground, LoadImage, Orientation, Spacing
from volume_files import write_volume

from scripts.transforms.file_grid import file_grid, file_name, file_size
from scripts.volumes import VolumeReader

AFFINE = np.array([[-1.5, 0, 0, 20], [0, 0, 3, -30], [0, 2, 0, 7], [0, 0, 0, 1]])


def test_the_grid_of_a_volume_s_file_outlasts_what_is_done_to_the_volume(tmp_path):
    values = np.zeros((8, 9, 10), dtype=np.float32)
    values[2:5, 3:6, 4:8] = 1
    path = write_volume(tmp_path / "ct.nii.gz", values, AFFINE)
    image = LoadImage(reader=VolumeReader(), ensure_channel_first=True)(path)
    processed = Compose([Orientation("RAS", labels=None), Spacing((1, 1, 1)), CropForeground()])(image)
    assert tuple(processed.shape[1:]) != values.shape
    for known in (processed, path, str(path)):
        grid = file_grid(known)
        assert grid.shape == values.shape
        np.testing.assert_allclose(grid.affine, AFFINE)
        assert file_name(known) == str(path)
    assert file_size(processed) == values.shape


def test_without_metadata_the_volume_itself_is_the_file():
    volume = torch.zeros(1, 4, 5, 6)
    assert file_size(volume) == file_grid(volume).shape == (4, 5, 6) and file_name(volume) == ""
    assert (file_grid(volume).affine == np.eye(4)).all()


def test_a_picture_has_its_own_size():
    assert file_size(MetaTensor(torch.zeros(3, 7, 5), meta={"spatial_shape": (9, 9)})) == (7, 5)
