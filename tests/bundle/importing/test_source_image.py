"""What the header of an image says."""

from pathlib import Path

import numpy as np
import pydicom
import pytest
from import_support import write_picture
from PIL import ExifTags, Image
from volume_files import write_dicom_series, write_volume

from bundle.importing.source_image import SourceImage, is_image_slice
from scripts.errors import DataError


def test_sizes_are_x_first(tmp_path: Path) -> None:
    picture = write_picture(tmp_path / "a.jpg", (12, 8))
    volume = write_volume(tmp_path / "a.nii.gz", np.zeros((3, 4, 5), dtype=np.int16))
    assert SourceImage("a", picture, volume=False).size == (12, 8)
    assert SourceImage("a", volume, volume=True).size == (3, 4, 5)


def test_series_of_dicom_alone(tmp_path: Path) -> None:
    folder = write_dicom_series(tmp_path / "ct", np.zeros((4, 5, 3), dtype=np.int16))
    assert SourceImage("ct", folder, volume=True).series == "1.2.3.4"
    assert SourceImage("ct", folder, volume=True).size == (4, 5, 3)
    assert SourceImage("a", write_picture(tmp_path / "a.png"), volume=False).series == ""


def test_damaged_pictures_are_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    with pytest.raises(DataError, match="a.png: cannot be read as a picture"):
        _ = SourceImage("a", tmp_path / "a.png", volume=False).size


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.tif"])
def test_pictures_that_are_turned_for_display_are_refused(tmp_path: Path, name: str) -> None:
    for orientation in (1, 6):
        exif = Image.Exif()
        exif[ExifTags.Base.Orientation] = orientation
        Image.new("RGB", (12, 8)).save(tmp_path / name, exif=exif)
        image = SourceImage("a", tmp_path / name, volume=False)
        if orientation == 1:
            assert image.size == (12, 8)
        else:
            with pytest.raises(DataError, match="is to be turned for display"):
                _ = image.size


def test_dicom_segmentations_are_no_images(tmp_path: Path) -> None:
    folder = write_dicom_series(tmp_path / "ct", np.zeros((4, 5, 1), dtype=np.int16))
    (path,) = folder.iterdir()
    assert is_image_slice(path)
    data = pydicom.dcmread(path)
    data.Modality = "SEG"
    data.save_as(tmp_path / "seg.dcm")
    assert not is_image_slice(tmp_path / "seg.dcm")
    (tmp_path / "damaged.dcm").write_bytes(b"x" * 200)
    assert is_image_slice(tmp_path / "damaged.dcm")
    (tmp_path / "notes.txt").write_text("x")
    assert not is_image_slice(tmp_path / "notes.txt")
