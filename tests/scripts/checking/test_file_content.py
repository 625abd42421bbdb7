"""Formats by magic bytes, and digests."""

import gzip
import hashlib
import io

import nibabel as nib
import numpy as np
import pytest
from PIL import Image
from volume_files import write_dicom_slice, write_volume

from scripts.checking import file_content
from scripts.checking.file_content import file_format, folder_digest, read_content


@pytest.mark.parametrize("name", ["PNG", "JPEG", "TIFF", "BMP", "GIF", "WebP", "JPEG2000", "PPM"])
def test_pictures(name):
    stream = io.BytesIO()
    Image.new("RGB", (40, 40)).save(stream, name)
    expected = {"JPEG2000": "JPEG 2000", "PPM": "PNM"}.get(name, name)
    assert file_format(stream.getvalue()) == expected


@pytest.mark.parametrize(
    ("ending", "expected"),
    [
        (".nii", "NIfTI"),
        (".nii.gz", "NIfTI"),
        (".nrrd", "NRRD"),
        (".nhdr", "NRRD"),
        (".mha", "MetaImage"),
        (".mhd", "MetaImage"),
    ],
)
def test_volumes(tmp_path, ending, expected):
    path = write_volume(tmp_path / f"a{ending}", np.zeros((3, 4, 5), dtype=np.uint8))
    assert read_content(path).file_format == expected


def test_other_volumes(tmp_path):
    nib.save(nib.Nifti2Image(np.zeros((3, 4, 5), np.uint8), np.eye(4)), tmp_path / "second.nii")
    assert read_content(tmp_path / "second.nii").file_format == "NIfTI"
    slice_path = write_dicom_slice(tmp_path / "slice.dcm", np.zeros((4, 4)), (0, 0, 0))
    assert read_content(slice_path).file_format == "DICOM"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", ""),
        (b"abc", ""),
        (b"<!DOCTYPE html><html>", "HTML"),
        (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS pointer"),
        (gzip.compress(b"text", mtime=0), "gzip"),
        (b"\x1f\x8bdamaged", "gzip"),
        (b"%PDF-1.4", "PDF"),
    ],
)
def test_what_is_no_image(content, expected):
    assert file_format(content) == expected


def test_content_is_kept_if_it_is_small(tmp_path, monkeypatch):
    path = tmp_path / "a"
    path.write_bytes(b"content")
    kept = read_content(path)
    monkeypatch.setattr(file_content, "_IN_MEMORY", 3)
    large = read_content(path)
    assert kept.data == b"content" and large.data is None
    assert kept.sha256 == large.sha256 == hashlib.sha256(b"content").hexdigest()
    for content in (kept, large):
        with content.open() as stream:
            assert stream.read() == b"content"


def test_a_folder_is_known_by_its_files_whatever_their_names(tmp_path):
    for folder, names in {"a": "12", "b": "34"}.items():
        (tmp_path / folder).mkdir()
        for name, content in zip(names, (b"x", b"y")):
            (tmp_path / folder / name).write_bytes(content)
    (tmp_path / "b" / ".hidden").write_bytes(b"z")
    assert folder_digest(tmp_path / "a") == folder_digest(tmp_path / "b")
    (tmp_path / "b" / "5").write_bytes(b"z")
    assert folder_digest(tmp_path / "a") != folder_digest(tmp_path / "b")
