"""Label maps in the file formats of annotation tools, in MONAI's axis order (x first)."""

import itk
import nibabel as nib
import numpy as np
import pytest
from PIL import Image

from scripts.errors import DataError
from scripts.labels import load_label_map

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
