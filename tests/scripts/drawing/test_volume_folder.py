import nibabel as nib
import numpy as np
import pytest

from scripts.drawing.volume_folder import find_masked_volumes, holds_volumes, is_volume
from scripts.errors import DataError

AFFINE = np.diag([1.0, 1.0, 2.0, 1.0])


def _save(path, affine=AFFINE, shape=(6, 7, 5)):
    path.parent.mkdir(parents=True, exist_ok=True)
    nib.save(nib.Nifti1Image(np.zeros(shape, np.uint8), affine), path)


@pytest.fixture
def folders(tmp_path):
    for stem in ("b.1", "a"):
        _save(tmp_path / "images" / f"{stem}.nii.gz")
        _save(tmp_path / "masks" / f"{stem}.nii")
        _save(tmp_path / "views" / f"{stem}.nii.gz")
    return tmp_path


def _find(folder, views=False):
    return find_masked_volumes(folder / "images", folder / "masks", folder / "views" if views else None)


def test_matches_by_name_without_the_whole_ending(folders):
    first, second = _find(folders, views=True)
    assert (first.stem, first.image.name, first.mask.name, first.field_of_view.name) == (
        "a",
        "a.nii.gz",
        "a.nii",
        "a.nii.gz",
    )
    assert second.stem == "b.1"


def test_a_mask_without_an_image_is_named(folders):
    (folders / "images" / "a.nii.gz").unlink()
    with pytest.raises(DataError, match=r"masks.a\.nii has no image: expected .*images.a with"):
        _find(folders)


def test_an_image_may_be_a_folder_of_slices(folders):
    (folders / "images" / "a.nii.gz").unlink()
    (folders / "images" / "a").mkdir()
    with pytest.raises(DataError, match="holds no DICOM slices"):
        _find(folders)


@pytest.mark.parametrize("folder, name", [("masks", "a.nii"), ("views", "a.nii.gz")])
@pytest.mark.parametrize(
    "affine, shape",
    [(AFFINE, (6, 7, 4)), (np.diag([-1.0, 1.0, 2.0, 1.0]), (6, 7, 5)), (np.diag([1.0, 1.0, 2.1, 1.0]), (6, 7, 5))],
    ids=["shape", "flipped", "spacing"],
)
def test_another_grid_names_both_files(folders, folder, name, affine, shape):
    _save(folders / folder / name, affine, shape)
    with pytest.raises(DataError, match=rf"{folder}.{name}: is not on the voxel grid of its image .*images.a\.nii\.gz"):
        _find(folders, views=True)


def test_two_formats_of_one_name_are_refused(folders):
    _save(folders / "masks" / "a.nii.gz")
    with pytest.raises(DataError, match="same name"):
        _find(folders)


def test_what_is_a_volume(tmp_path, folders):
    assert is_volume(tmp_path / "x.NRRD") and is_volume(tmp_path / "x.nii.gz") and not is_volume(tmp_path / "x.png")
    assert holds_volumes(folders / "masks")
    assert not holds_volumes(tmp_path / "nowhere") and not holds_volumes(tmp_path)


def test_a_folder_without_volumes(folders):
    (folders / "empty").mkdir()
    with pytest.raises(DataError, match=r"holds no volume \(\.nii"):
        find_masked_volumes(folders / "empty", folders / "masks")
