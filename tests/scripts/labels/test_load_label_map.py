"""Label maps in the file formats of annotation tools, in MONAI's axis order (x first)."""

import itk
import nibabel as nib
import numpy as np
import pytest
from PIL import Image
from volume_files import write_dicom_series, write_volume

from scripts.errors import DataError
from scripts.labels import load_label_map, load_label_volume

ROWS = np.zeros((4, 6), dtype=np.uint8)
ROWS[1, 5] = 2
ROWS[3, 0] = 255


@pytest.mark.parametrize("suffix", ["png", "bmp", "tif"])
def test_pictures(tmp_path, suffix):
    Image.fromarray(ROWS).save(tmp_path / f"a.{suffix}")
    assert (load_label_map(tmp_path / f"a.{suffix}") == ROWS.T).all()


def test_palette_png_gives_indices(tmp_path):
    picture = Image.fromarray(np.minimum(ROWS, 2), mode="P")
    picture.putpalette([0, 0, 0, 255, 0, 0, 0, 255, 0])
    picture.save(tmp_path / "a.png")
    assert (load_label_map(tmp_path / "a.png") == np.minimum(ROWS, 2).T).all()


@pytest.mark.parametrize("shape", [(6, 4), (6, 4, 1)])
def test_nifti_of_one_slice(tmp_path, shape):
    nib.save(nib.Nifti1Image(ROWS.T.reshape(shape), np.diag([-1.0, -1, 1, 1])), tmp_path / "a.nii.gz")
    assert (load_label_map(tmp_path / "a.nii.gz") == ROWS.T).all()


def test_nrrd_of_one_slice(tmp_path):
    itk.imwrite(itk.image_from_array(ROWS[None].copy()), str(tmp_path / "a.nrrd"))
    assert (load_label_map(tmp_path / "a.nrrd") == ROWS.T).all()


def test_colour_pictures_are_refused(tmp_path):
    Image.fromarray(np.stack([ROWS] * 3, axis=-1)).save(tmp_path / "a.png")
    with pytest.raises(DataError, match="single-channel"):
        load_label_map(tmp_path / "a.png")


@pytest.mark.parametrize("name", ["a.png", "a.nii.gz", "a.nrrd", "a.xyz"])
def test_broken_files_are_named(tmp_path, name):
    (tmp_path / name).write_bytes(b"not an image")
    with pytest.raises(DataError, match=name):
        load_label_map(tmp_path / name)


def test_jpeg_is_refused_whatever_it_holds(tmp_path):
    Image.fromarray(ROWS).save(tmp_path / "a.JPG")
    with pytest.raises(DataError, match="a.JPG: a JPEG file cannot hold a label map"):
        load_label_map(tmp_path / "a.JPG")


VOLUME = np.arange(4 * 5 * 6, dtype=np.uint8).reshape(4, 5, 6)


@pytest.mark.parametrize("ending", ["nii", "nii.gz", "nrrd", "mha"])
def test_volumes_come_with_their_affine(tmp_path, ending):
    affine = np.diag([-0.5, 1, 3, 1])
    path = write_volume(tmp_path / f"a.{ending}", VOLUME, affine)
    label, found = load_label_volume(path)
    assert (label == VOLUME).all() and label.dtype == np.uint8
    assert (found == affine).all()
    assert (load_label_map(path, spatial_dims=3) == VOLUME).all()


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int16, np.uint16])
def test_integers_of_any_type_are_labels(tmp_path, dtype):
    label, _ = load_label_volume(write_volume(tmp_path / "a.nii.gz", VOLUME.astype(dtype)))
    assert (label == VOLUME).all() and label.dtype == np.uint8


def test_values_that_no_table_can_name_are_kept_for_its_error(tmp_path):
    label, _ = load_label_volume(write_volume(tmp_path / "a.nii.gz", VOLUME.astype(np.int16) - 300))
    assert label.min() == -300 and label.dtype == np.int32


def test_a_scale_that_gives_integers_is_fine(tmp_path):
    image = nib.Nifti1Image(VOLUME.astype(np.int16) * 3, np.eye(4))
    image.header.set_slope_inter(1 / 3, 0)
    nib.save(image, tmp_path / "a.nii.gz")
    assert (nib.load(tmp_path / "a.nii.gz").get_fdata() != VOLUME).any()  # 32 bits of a third
    assert (load_label_volume(tmp_path / "a.nii.gz")[0] == VOLUME).all()


@pytest.mark.parametrize(("value", "shown"), [(0.37, "0.37"), (np.nan, "nan"), (np.inf, "inf"), (-1.5, "-1.5")])
def test_values_between_labels_were_interpolated(tmp_path, value, shown):
    values = VOLUME.astype(np.float32)
    values[1, 2, 3] = value
    path = write_volume(tmp_path / "a.nii.gz", values)
    with pytest.raises(DataError, match=f"a.nii.gz: holds values that are not integers, {shown} for one"):
        load_label_volume(path)


def test_huge_values_are_no_labels(tmp_path):
    path = write_volume(tmp_path / "a.nii.gz", np.full((2, 2, 2), 1e20))
    with pytest.raises(DataError, match="a.nii.gz: holds values from 1e.20 to 1e.20; expected labels from 0 to 255"):
        load_label_volume(path)


def test_a_folder_is_no_label(tmp_path):
    folder = write_dicom_series(tmp_path / "seg", VOLUME)
    with pytest.raises(DataError, match="seg: is a folder; expected the label in one file"):
        load_label_volume(folder)


@pytest.mark.parametrize("name", ["a.nii.gz", "a.nrrd", "a.png", "a.jpg"])
def test_files_that_are_no_volumes_are_named(tmp_path, name):
    (tmp_path / name).write_bytes(b"not a volume")
    with pytest.raises(DataError, match=name):
        load_label_map(tmp_path / name, spatial_dims=3)
