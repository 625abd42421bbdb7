"""Volumes read alike from every format, and what is said of files that cannot be used."""

import subprocess
import sys

import nibabel as nib
import numpy as np
import pytest
from monai.data import MetaTensor
from monai.transforms import (
    Compose,
    CropForegroundd,
    EnsureChannelFirstd,
    LoadImage,
    LoadImaged,
    Orientationd,
    Spacingd,
)
from tests_support import ROOT
from volume_files import write_dicom_series, write_volume

from scripts.errors import DataError, root_user_error
from scripts.volumes import VolumeReader

VALUES = np.random.default_rng(0).integers(-1000, 1000, (5, 6, 4)).astype(np.int16)
ORIGIN = [12.5, -30, 7]


def rotation(degrees):
    """About all three axes."""
    result = np.eye(3)
    for axis, angle in enumerate(np.deg2rad(degrees)):
        i, j = [k for k in range(3) if k != axis]
        turn = np.eye(3)
        turn[[i, j, i, j], [i, j, j, i]] = np.cos(angle), np.cos(angle), -np.sin(angle), np.sin(angle)
        result = turn @ result
    return result


def affine(directions, spacing):
    result = np.eye(4)
    result[:3, :3] = directions * np.asarray(spacing)
    result[:3, 3] = ORIGIN
    return result


GEOMETRIES = {
    "plain": affine(np.eye(3), (1, 1, 1)),
    "anisotropic": affine(np.eye(3), (0.7, 0.7, 5)),
    "oblique": affine(rotation([10, 20, -35]), (0.5, 1.25, 3)),
    "left-handed": affine(np.diag([-1, 1, 1]), (1, 2, 3)),
    "oblique and left-handed": affine(rotation([5, -15, 25]) @ np.diag([1, 1, -1]), (0.9, 0.8, 2)),
    "axes in another order": affine(np.eye(3)[[2, 0, 1]], (1, 2, 3)),
}


def read(path):
    reader = VolumeReader()
    return reader.get_data(reader.read(str(path)))


@pytest.mark.parametrize("geometry", GEOMETRIES)
@pytest.mark.parametrize("ending", ["nii", "nii.gz", "nrrd", "nhdr", "mha", "mhd"])
def test_every_format_gives_the_same_array_and_affine(tmp_path, ending, geometry):
    array, meta = read(write_volume(tmp_path / f"a.{ending}", VALUES, GEOMETRIES[geometry]))
    assert (array == VALUES).all() and array.dtype == np.int16
    for key in ("affine", "original_affine"):
        np.testing.assert_allclose(meta[key], GEOMETRIES[geometry], atol=2e-5)
    assert meta["spatial_shape"].tolist() == [5, 6, 4]


@pytest.mark.parametrize("geometry", ["plain", "anisotropic", "oblique"])
def test_a_dicom_folder_gives_the_same_too(tmp_path, geometry):
    expected = GEOMETRIES[geometry] @ np.diag([-1.0, -1, 1, 1])  # right-handed, as series are
    array, meta = read(write_dicom_series(tmp_path / "ct", VALUES, expected))
    assert (array == VALUES).all() and array.dtype == np.float32
    np.testing.assert_allclose(meta["affine"], expected, atol=1e-6)


# how the types are called in NRRD and in MetaImage
TYPES = {
    "u1": ("uint8", "UCHAR"),
    "i1": ("int8", "CHAR"),
    "u2": ("uint16", "USHORT"),
    "i2": ("int16", "SHORT"),
    "u4": ("uint32", "UINT"),
    "i4": ("int32", "INT"),
    "u8": ("uint64", "ULONG_LONG"),
    "i8": ("int64", "LONG_LONG"),
    "f4": ("float", "FLOAT"),
    "f8": ("double", "DOUBLE"),
}


@pytest.mark.parametrize("big_endian", [False, True])
@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("ending", ["nii", "nrrd", "mha"])
def test_every_type_of_number(tmp_path, ending, dtype, big_endian):
    values = np.arange(24).reshape(2, 3, 4).astype((">" if big_endian else "<") + dtype)
    path = tmp_path / f"a.{ending}"
    nrrd, meta_image = TYPES[dtype]
    if ending == "nii":
        header = nib.Nifti1Header(endianness=">" if big_endian else "<")
        nib.save(nib.Nifti1Image(values, np.eye(4), header, dtype=dtype), path)
    elif ending == "nrrd":
        header = f"NRRD0004\ntype: {nrrd}\ndimension: 3\nsizes: 2 3 4\nendian: {'big' if big_endian else 'little'}\n"
        path.write_bytes(f"{header}encoding: raw\n\n".encode() + values.tobytes("F"))
    else:
        header = f"ObjectType = Image\nNDims = 3\nBinaryData = True\nBinaryDataByteOrderMSB = {big_endian}\n"
        header += f"DimSize = 2 3 4\nElementType = MET_{meta_image}\nElementDataFile = LOCAL\n"
        path.write_bytes(header.encode() + values.tobytes("F"))
    loaded = LoadImage(reader=VolumeReader())(path)
    assert (loaded.numpy() == np.arange(24).reshape(2, 3, 4)).all()


def test_scaled_values_are_what_the_scale_gives(tmp_path):
    image = nib.Nifti1Image(np.arange(8, dtype=np.int16).reshape(2, 2, 2), np.eye(4))
    image.header.set_slope_inter(0.5, -1)
    nib.save(image, tmp_path / "a.nii.gz")
    scaled = nib.load(tmp_path / "a.nii.gz").get_fdata()
    assert (read(tmp_path / "a.nii.gz")[0] == scaled).all()


def test_a_single_slice_stays_a_volume(tmp_path):
    for ending in ("nii.gz", "nrrd", "mha"):
        assert read(write_volume(tmp_path / f"a.{ending}", VALUES[:, :, :1]))[0].shape == (5, 6, 1)


def test_a_trailing_axis_of_one_is_dropped(tmp_path):
    nib.save(nib.Nifti1Image(VALUES[..., None], np.eye(4)), tmp_path / "a.nii")
    array, meta = read(tmp_path / "a.nii")
    assert (array == VALUES).all() and meta["spatial_shape"].tolist() == [5, 6, 4]


def test_reads_as_part_of_a_config_and_reports_one_clear_error(tmp_path):
    load = LoadImaged("image", reader=VolumeReader())
    path = write_volume(tmp_path / "a.nii.gz", np.random.default_rng(0).normal(size=(20, 20, 20)))
    image = load({"image": str(path)})["image"]
    assert isinstance(image, MetaTensor) and image.meta["filename_or_obj"] == str(path)
    path.write_bytes(path.read_bytes()[:-6000])
    with pytest.raises(Exception) as error:
        Compose([load])({"image": str(path)})
    assert "a.nii.gz: its voxels cannot be read" in str(root_user_error(error.value))


def test_metadata_of_the_file_outlive_turning_resampling_and_cropping(tmp_path):
    stored = np.zeros((20, 24, 16), dtype=np.float32)
    stored[5:9, 6:15, 4:8] = 7
    path = write_volume(tmp_path / "a.nii.gz", stored, GEOMETRIES["left-handed"])
    steps = [
        LoadImaged("image", reader=VolumeReader()),
        EnsureChannelFirstd("image"),
        Orientationd("image", axcodes="RAS", labels=None),
        Spacingd("image", pixdim=(1, 1, 1)),
        CropForegroundd("image", source_key="image"),
    ]
    image = Compose(steps)({"image": str(path)})["image"]
    assert tuple(image.shape[1:]) != stored.shape
    assert tuple(image.meta["spatial_shape"]) == stored.shape
    np.testing.assert_allclose(image.meta["original_affine"], GEOMETRIES["left-handed"])


@pytest.mark.parametrize("ending", ["nii", "nii.gz", "nrrd", "mha"])
@pytest.mark.parametrize("kept", [0.0, 0.01, 0.7])
def test_files_that_are_cut_off_are_named(tmp_path, ending, kept):
    path = write_volume(tmp_path / f"a.{ending}", np.random.default_rng(0).normal(size=(20, 20, 20)))
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * kept)])
    with pytest.raises(DataError, match=f"a.{ending}: .*Export it again"):
        read(path)


@pytest.mark.parametrize("ending", ["mhd", "nhdr"])
def test_a_header_without_its_data_file_is_named(tmp_path, ending):
    path = write_volume(tmp_path / f"a.{ending}", VALUES)
    (tmp_path / "a.raw").unlink()
    with pytest.raises(DataError, match=f"a.{ending}: .*data file that its header names is missing"):
        read(path)


@pytest.mark.parametrize("name", ["a.png", "a.dcm", "a.hdr"])
def test_other_formats_are_refused(tmp_path, name):
    (tmp_path / name).write_bytes(b"x")
    with pytest.raises(DataError, match=f"{name}: is no volume that can be read. Expected a file that ends in .nii"):
        read(tmp_path / name)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DataError, match="a.nii: does not exist"):
        read(tmp_path / "a.nii")


def test_one_volume_per_image(tmp_path):
    with pytest.raises(DataError, match="one volume per image, got 2 files"):
        VolumeReader().get_data(VolumeReader().read(["a.nii", "b.nii"]))


def test_verify_suffix(tmp_path):
    assert VolumeReader().verify_suffix(["a.NII.GZ", tmp_path])
    assert not VolumeReader().verify_suffix("a.png")


def test_reading_does_not_change_the_working_directory(tmp_path):
    """Other threads may open files with relative paths meanwhile; ITK changes it while it loads parts of itself."""
    for name in ("a.nrrd", "b.mha", "c.nii.gz"):
        write_volume(tmp_path / name, VALUES)
    write_dicom_series(tmp_path / "ct", VALUES)
    code = f"""
import os
from scripts.volumes import VolumeReader
reader = VolumeReader()
os.chdir({str(tmp_path)!r})
def refuse(path):
    raise SystemExit(f"changed to {{path}}")
os.chdir = refuse
for name in ("ct", "a.nrrd", "b.mha", "c.nii.gz"):
    assert reader.get_data(reader.read(name))[0].shape == (5, 6, 4)
"""
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
