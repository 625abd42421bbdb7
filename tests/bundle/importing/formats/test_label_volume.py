"""Label maps of volumes, and of pictures that were painted in a program for volumes."""

import gzip
import struct

import numpy as np
import pytest
from volume_files import write_volume

from bundle.importing.formats import label_volume
from bundle.importing.marks import Bitmap, VoxelMask
from scripts.errors import DataError
from scripts.volumes import read_grid

VOXELS = np.zeros((4, 5, 6), dtype=np.uint8)
VOXELS[1, 2:4, 3] = 7
VOXELS[3, 4, 5] = 2
AFFINE = np.array([[-0.5, 0, 0, 10], [0, 1, 0, -20], [0, 0, 3, 30], [0, 0, 0, 1.0]])
#: As ITK takes pictures.
PICTURE = np.diag([-1.0, -1, 1, 1])
ENDINGS = ["nii", "nii.gz", "nrrd", "mha", "mhd", "nhdr"]


def size(_):
    return VOXELS.shape


@pytest.mark.parametrize("ending", ENDINGS)
def test_each_value_is_a_mask_on_its_part_of_the_grid(tmp_path, ending):
    path = write_volume(tmp_path / f"a.{ending}", VOXELS, AFFINE)
    assert label_volume.matches(path)
    (found,) = label_volume.read(path, size)
    assert (found.source, found.image, found.size, found.exhaustive) == (path, None, VOXELS.shape, False)
    assert [(mark.name, mark.where) for mark in found.marks] == [("2", "value 2"), ("7", "value 7")]
    one, two = (mark.shape for mark in found.marks)
    assert isinstance(one, VoxelMask) and one.mask.shape == (1, 1, 1) and one.mask.all()
    assert two.mask.shape == two.grid.shape == (1, 2, 1) and two.mask.all()
    np.testing.assert_allclose(two.grid.affine[:, 3], AFFINE @ [1, 2, 3, 1])
    np.testing.assert_allclose(two.grid.affine[:, :3], read_grid(path).affine[:, :3])


def test_values_above_255_are_names_like_others(tmp_path):
    path = write_volume(tmp_path / "a.nii.gz", np.where(VOXELS, 2035, 0).astype(np.int16), AFFINE)
    assert [mark.name for mark in label_volume.read(path, size)[0].marks] == ["2035"]


@pytest.mark.parametrize("shape", [(4, 5, 7), (5, 4, 6), (4, 5)])
def test_other_sizes_are_refused_before_voxels_are_read(tmp_path, shape):
    path = write_volume(tmp_path / "a.nii", VOXELS, AFFINE)
    path.write_bytes(path.read_bytes()[:352])
    with pytest.raises(DataError, match=f"a.nii: its size is 4 x 5 x 6; expected {' x '.join(map(str, shape))}"):
        label_volume.read(path, lambda _: shape)
    assert label_volume.read(path, lambda _: None)[0].size == (4, 5, 6)


def test_scans_and_interpolated_maps_are_refused(tmp_path):
    noise = np.random.default_rng(0).integers(0, 2000, (20, 20, 20)).astype(np.int16)
    with pytest.raises(DataError, match="scan.nii.gz: holds .* different colours or values"):
        label_volume.read(write_volume(tmp_path / "scan.nii.gz", noise), lambda _: noise.shape)
    with pytest.raises(DataError, match="values that are not integers"):
        label_volume.read(write_volume(tmp_path / "a.nii.gz", VOXELS / 2), size)


@pytest.mark.parametrize("ending", ["nii.gz", "nrrd", "mha"])
def test_a_picture_that_was_painted_as_one_slice(tmp_path, ending):
    path = write_volume(tmp_path / f"a.{ending}", VOXELS[:, :, 3:4], PICTURE)
    (found,) = label_volume.read(path, lambda _: (4, 5))
    (mark,) = found.marks
    assert found.size == (4, 5) and mark.name == "7"
    assert isinstance(mark.shape, Bitmap) and mark.shape.origin == (1, 2) and mark.shape.mask.tolist() == [[True, True]]


@pytest.mark.parametrize("affine", [np.eye(4), np.diag([-1.0, 1, 1, 1]), PICTURE[[1, 0, 2, 3]]])
def test_a_picture_that_may_be_turned_or_flipped_is_refused(tmp_path, affine):
    path = write_volume(tmp_path / "a.nii.gz", VOXELS[:, :, 3:4], affine)
    with pytest.raises(DataError, match="belongs to a picture, but its axes lead .* instead of L-P.*PNG"):
        label_volume.read(path, lambda _: (4, 5))


def test_a_volume_of_one_slice(tmp_path):
    path = write_volume(tmp_path / "a.nii.gz", VOXELS[:, :, 3:4], AFFINE)
    (found,) = label_volume.read(path, lambda _: (4, 5, 1))
    assert found.size == (4, 5, 1) and isinstance(found.marks[0].shape, VoxelMask)


@pytest.mark.parametrize("ending", ["nii", "nii.gz", "nrrd", "mha"])
@pytest.mark.parametrize("keep", [0, 3, 60, -2])
def test_damaged_files_are_refused(tmp_path, ending, keep):
    noise = np.random.default_rng(0).integers(0, 9, VOXELS.shape).astype(np.uint8)
    path = write_volume(tmp_path / f"a.{ending}", noise)
    path.write_bytes(path.read_bytes()[:keep])
    label_volume.matches(path)
    with pytest.raises(DataError, match=f"a.{ending}"):
        label_volume.read(path, size)


def test_damaged_remarks_in_a_header_are_refused_by_name(tmp_path):
    path = write_volume(tmp_path / "a.nrrd", VOXELS)
    head, data = path.read_bytes().split(b"\n\n", 1)
    path.write_bytes(head + b"\n\xff\xfe:=damaged\n\n" + data)
    with pytest.raises(DataError, match="a.nrrd: cannot be read as a label map"):
        label_volume.read(path, size)


def test_a_header_that_declares_too_much_is_refused(tmp_path):
    path = write_volume(tmp_path / "a.nii", VOXELS, AFFINE)
    content = bytearray(path.read_bytes())
    content[40:56] = struct.pack("<8h", 3, 30_000, 30_000, 30_000, 1, 1, 1, 1)
    path.write_bytes(content)
    with pytest.raises(DataError, match="a.nii: its size is 30000 x 30000 x 30000; expected 4 x 5 x 6"):
        label_volume.read(path, size)


def test_what_is_no_label_map_is_left_to_others(tmp_path):
    segmentation = write_volume(tmp_path / "a.seg.nrrd", VOXELS)
    head, data = segmentation.read_bytes().split(b"\n\n", 1)
    segmentation.write_bytes(head + b"\nSegment0_ID:=Segment_1\nSegment0_Name:=tumour\n\n" + data)
    (tmp_path / "a.txt").write_text("no volume")
    (tmp_path / "b.gz").write_bytes(gzip.compress(b"no volume"))
    (tmp_path / "c.gz").write_bytes(b"\x1f\x8bdamaged")
    for name in ("a.seg.nrrd", "a.txt", "b.gz", "c.gz", "missing.nii"):
        assert not label_volume.matches(tmp_path / name)
