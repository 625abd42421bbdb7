"""Label maps that lie where their image does, and others."""

from pathlib import Path

import numpy as np
import pytest
from volume_files import write_dicom_series, write_volume

from bundle.importing.same_volume import check_same_volume
from scripts.errors import DataError
from scripts.volumes import read_grid

AFFINE = np.diag([1.0, 2, 3, 1])


def check(tmp_path: Path, affine: np.ndarray, shape: tuple[int, int, int] = (4, 4, 3)) -> None:
    image = write_volume(tmp_path / "image.nii.gz", np.zeros((4, 4, 3), dtype=np.int16), AFFINE)
    check_same_volume(write_volume(tmp_path / "label.nii.gz", np.zeros(shape, dtype=np.uint8), affine), image)


def test_the_same_place_however_it_is_stored(tmp_path: Path) -> None:
    check(tmp_path, AFFINE)
    flipped = np.diag([-1.0, 2, 3, 1])
    flipped[0, 3] = 3
    check(tmp_path, flipped)
    check(tmp_path, AFFINE[:, [1, 0, 2, 3]])


@pytest.mark.parametrize("shift", [1, 0.5, 100])
def test_a_place_beside_it(tmp_path: Path, shift: float) -> None:
    moved = AFFINE.copy()
    moved[0, 3] = shift
    with pytest.raises(DataError, match="label.nii.gz: does not lie where its image .*image.nii.gz does: "):
        check(tmp_path, moved)


def test_other_voxels(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="does not lie where its image"):
        check(tmp_path, np.diag([1.0, 1, 3, 1]))


def test_the_thickness_of_a_single_slice_is_not_looked_at(tmp_path: Path) -> None:
    image = write_dicom_series(tmp_path / "ct", np.zeros((4, 5, 1), dtype=np.int16))
    affine = read_grid(image).affine @ np.diag([1, 1, 7, 1])
    check_same_volume(write_volume(tmp_path / "label.nii", np.zeros((4, 5, 1), dtype=np.uint8), affine), image)
