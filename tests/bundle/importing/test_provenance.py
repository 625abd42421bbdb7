"""What was written from what."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
from import_support import write_picture
from volume_files import write_dicom_series, write_volume

from bundle.importing.provenance import Written, image_digest, label_digest, sha256
from bundle.importing.source_image import SourceImage


def test_records_come_back_as_they_were() -> None:
    written = Written("ab", "cd", "../images/a.png", "ef", (("../a.json", "01"), ("../b.json", "23")), "2026-01-01")
    assert Written.from_dict(written.as_dict()) == written
    assert written.as_dict()["sources"][1] == {"file": "../b.json", "sha256": "23"}


def test_incomplete_records_are_refused() -> None:
    with pytest.raises(KeyError):
        Written.from_dict({"sha256": "ab"})


def test_digest_of_a_picture_is_that_of_its_file(tmp_path: Path) -> None:
    path = write_picture(tmp_path / "a.png")
    expected = hashlib.sha256(path.read_bytes()).hexdigest()
    assert sha256(path) == image_digest(SourceImage("a", path, False)) == expected


def test_digest_of_a_label_map_is_that_of_its_values_and_size() -> None:
    label = np.arange(6, dtype=np.uint8).reshape(2, 3)
    assert label_digest(label) == hashlib.sha256(b"2x3" + bytes(range(6))).hexdigest()
    assert label_digest(label) == label_digest(np.asfortranarray(label))
    assert label_digest(label) != label_digest(label.reshape(3, 2))


def test_digest_of_a_series_is_that_of_its_slices(tmp_path: Path) -> None:
    folder = write_dicom_series(tmp_path / "ct", np.zeros((4, 5, 3), dtype=np.int16))
    image = SourceImage("ct", folder, volume=True)
    before = image_digest(image)
    (folder / "drawing.seg.nrrd").touch()
    assert image_digest(image) == before
    next(folder.glob("*.dcm")).unlink()
    assert image_digest(image) != before


def test_digest_of_a_header_includes_its_voxels(tmp_path: Path) -> None:
    path = write_volume(tmp_path / "a.mhd", np.zeros((4, 5, 3), dtype=np.int16))
    image = SourceImage("a", path, volume=True)
    before = image_digest(image)
    (voxels,) = (part for part in tmp_path.iterdir() if part != path)
    voxels.write_bytes(b"\1" * voxels.stat().st_size)
    assert image_digest(image) != before
