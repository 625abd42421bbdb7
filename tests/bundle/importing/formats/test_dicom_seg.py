"""DICOM segmentations as highdicom writes them, on series of CT slices."""

import logging

import highdicom
import numpy as np
import pydicom
import pytest
from highdicom.seg import Segmentation, SegmentDescription
from pydicom.sr.codedict import codes
from pydicom.uid import DeflatedExplicitVRLittleEndian, RLELossless
from volume_files import write_dicom_series

from bundle.importing.formats.dicom_seg import matches, read
from bundle.importing.rasterise_volume import rasterise_volume
from scripts.errors import DataError
from scripts.volumes import read_grid, read_volume

SHAPE = (7, 5, 6)
# oblique, with pixels that are not square
TURNED = np.array([[-0.6, 0, 1.6, 1], [-0.8, 0, -1.2, 2], [0, -1.5, 0, 3], [0, 0, 0, 1]])
AXIAL = np.array([[-0.5, 0, 0, 10], [0, -0.75, 0, 20], [0, 0, 2.5, -30], [0, 0, 0, 1]])
STATED = {
    "0020|0052": "1.2.3.4.5",
    "0008|0020": "20240101",
    "0008|0030": "120000",
    "0010|0010": "A^B",
    "0010|0020": "1",
    "0010|0030": "19700101",
    "0010|0040": "O",
    "0008|0050": "1",
    "0008|0090": "B^C",
    "0020|0010": "1",
    "0020|0011": "1",
}
MASKS = np.random.default_rng(0).random((2, *SHAPE)) < 0.3
MASKS[:, :, :, 2] = False
MASKS[1] &= ~MASKS[0]


def series_of(folder, affine=AXIAL):
    """The folder of a CT series, and its slices from below as highdicom needs them."""
    write_dicom_series(folder, np.zeros(SHAPE, dtype=np.int16), affine)
    thickness = str(np.linalg.norm(affine[:3, 2]))
    slices = []
    for path in folder.iterdir():
        data = pydicom.dcmread(path)
        for tag, value in {**STATED, "0018|0050": thickness, "0018|0088": thickness}.items():
            group, element = (int(part, 16) for part in tag.split("|"))
            data.add_new((group, element), pydicom.datadict.dictionary_VR((group, element)), value)
        slices.append(data)
    normal = np.cross(*np.array(slices[0].ImageOrientationPatient).reshape(2, 3))
    return folder, sorted(slices, key=lambda data: np.array(data.ImagePositionPatient) @ normal)


def segment(number, label):
    return SegmentDescription(
        number,
        label,
        codes.cid7150.Tissue,
        codes.cid7166.ConnectiveTissue,
        highdicom.seg.SegmentAlgorithmTypeValues.MANUAL,
    )


def write_seg(path, slices, pixels, kind="BINARY", labels=("vessel", " nerve "), **kwargs):
    """``pixels`` in the order of highdicom: slices, rows, columns (, segments)."""
    Segmentation(
        slices,
        pixels,
        kind,
        [segment(number, label) for number, label in enumerate(labels, 1)],
        highdicom.UID(),
        1,
        highdicom.UID(),
        1,
        "Maker",
        "Model",
        "1",
        "1",
        **kwargs,
    ).save_as(path)
    return path


def in_highdicom_order(masks):
    """`SHWD` to slices, rows, columns, segments."""
    return masks.transpose(3, 2, 1, 0).astype(np.uint8)


@pytest.fixture
def written(tmp_path):
    folder, slices = series_of(tmp_path / "ct")
    return folder, write_seg(tmp_path / "a.dcm", slices, in_highdicom_order(MASKS))


def no_image(_):
    return None


def on_image(folder, *marks):
    """The masks on the grid of the series."""
    grid = read_grid(folder)
    full = np.zeros(grid.shape, dtype=bool)
    for mark in marks:
        placed = rasterise_volume(mark.shape, grid, 0)
        assert placed.outside == 0
        full[tuple(slice(a, a + n) for a, n in zip(placed.origin, placed.mask.shape))] |= placed.mask
    return full


@pytest.mark.parametrize("affine", [AXIAL, TURNED])
def test_voxels_are_those_of_the_series(tmp_path, affine):
    folder, slices = series_of(tmp_path / "ct", affine)
    path = write_seg(tmp_path / "a.dcm", slices, in_highdicom_order(MASKS))
    assert matches(path)
    [image] = read(path, lambda _: SHAPE)
    assert (image.image, image.series) == (None, "1.2.3.4")
    assert [(mark.name, mark.where) for mark in image.marks] == [("vessel", "segment 1"), ("nerve", "segment 2")]
    array, read_affine = read_volume(folder)
    assert array.shape == SHAPE
    np.testing.assert_allclose(read_affine, affine, atol=1e-6)
    for mark, mask in zip(image.marks, MASKS):
        assert (on_image(folder, mark) == mask).all()


def test_frames_may_be_few_and_in_any_order(tmp_path):
    """Slices 1 and 5 alone tell no distance of slices."""
    folder, slices = series_of(tmp_path / "ct")
    masks = np.zeros((1, *SHAPE), dtype=bool)
    masks[0, 2:4, 1:3, 1] = masks[0, 3:6, 2:4, 5] = True
    path = write_seg(tmp_path / "a.dcm", slices, in_highdicom_order(masks), labels=("vessel",))
    data = pydicom.dcmread(path)
    assert data.NumberOfFrames == 2
    pixels = data.pixel_array[::-1]
    data.PixelData = np.packbits(pixels.ravel(), bitorder="little").tobytes() + b"\0"
    data.PerFrameFunctionalGroupsSequence = list(data.PerFrameFunctionalGroupsSequence)[::-1]
    data.save_as(path)
    marks = read(path, no_image)[0].marks
    assert [mark.where for mark in marks] == ["segment 1, slice 1", "segment 1, slice 2"]
    assert (on_image(folder, *marks) == masks[0]).all()


@pytest.mark.parametrize("stated", [None, 1.0, 2.5, 5.0])
def test_a_wrong_distance_of_slices_is_not_believed(tmp_path, stated):
    folder, slices = series_of(tmp_path / "ct")
    path = write_seg(tmp_path / "a.dcm", slices, in_highdicom_order(MASKS))
    data = pydicom.dcmread(path)
    measures = data.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0]
    measures.SpacingBetweenSlices = stated
    measures.SliceThickness = 2.5 if stated else 1
    data.save_as(path)
    marks = read(path, no_image)[0].marks
    assert len(marks) == (2 if stated == 2.5 else 10)
    for name, mask in zip(("vessel", "nerve"), MASKS):
        assert (on_image(folder, *(mark for mark in marks if mark.name == name)) == mask).all()


@pytest.mark.parametrize("position", [[-10, -20, -29], [-9.8, -20, -30]])
def test_a_frame_beside_the_slices_is_refused_by_the_grid_of_its_image(written, position):
    folder, path = written
    data = pydicom.dcmread(path)
    shift(data, 0, position)
    data.save_as(path)
    with pytest.raises(DataError, match="is not on the voxel grid of its image: it is shifted by"):
        on_image(folder, *read(path, no_image)[0].marks)


def test_a_single_slice_of_a_stated_thickness_alone(tmp_path):
    folder, slices = series_of(tmp_path / "ct")
    masks = np.zeros((1, *SHAPE), dtype=bool)
    masks[0, 2:4, 1:3, 3] = True
    path = write_seg(tmp_path / "a.dcm", slices, in_highdicom_order(masks), labels=("vessel",))
    data = pydicom.dcmread(path)
    measures = data.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0]
    del measures.SpacingBetweenSlices
    measures.SliceThickness = 7
    data.save_as(path)
    [mark] = read(path, no_image)[0].marks
    assert (on_image(folder, mark) == masks[0]).all()


def test_label_maps(tmp_path):
    folder, slices = series_of(tmp_path / "ct")
    pixels = (MASKS[0] + 2 * MASKS[1]).transpose(2, 1, 0).astype(np.uint8)
    path = write_seg(tmp_path / "a.dcm", slices, pixels, "LABELMAP")
    for mark, mask in zip(read(path, no_image)[0].marks, MASKS, strict=True):
        assert (on_image(folder, mark) == mask).all()


def test_fractions_count_from_one_half_with_a_warning(tmp_path, caplog):
    folder, slices = series_of(tmp_path / "ct")
    fractions = np.zeros((6, 5, 7), dtype=np.float32)
    fractions[3, 2, 1:5] = 0.2, 0.45, 0.55, 1
    path = write_seg(tmp_path / "a.dcm", slices, fractions, "FRACTIONAL", labels=("vessel",), max_fractional_value=100)
    with caplog.at_level(logging.WARNING):
        [mark] = read(path, no_image)[0].marks
    assert np.argwhere(on_image(folder, mark)).tolist() == [[3, 2, 3], [4, 2, 3]]
    assert "from one half on count as painted" in caplog.text


def test_a_segment_without_pixels_gives_no_mark(tmp_path):
    _, slices = series_of(tmp_path / "ct")
    masks = np.stack([MASKS[0], np.zeros(SHAPE, dtype=bool)])
    path = write_seg(tmp_path / "a.dcm", slices, in_highdicom_order(masks))
    assert [mark.name for mark in read(path, no_image)[0].marks] == ["vessel"]


def test_other_files_are_not_of_this_format(tmp_path, written):
    folder, _ = written
    assert not any(matches(path) for path in folder.iterdir())
    for name, content in {"a.dcm": b"", "b.dcm": b"\0" * 128 + b"DICM\x02", "c.txt": b"DICM"}.items():
        (tmp_path / name).write_bytes(content)
        assert not matches(tmp_path / name)
    assert not matches(tmp_path / "missing.dcm")


def test_larger_than_its_image(written):
    """Where a series is named, the image of the file's own name need not be it."""
    read(written[1], lambda _: (7, 5, 5))
    data = pydicom.dcmread(written[1])
    del data.ReferencedSeriesSequence
    data.save_as(written[1])
    assert read(written[1], lambda _: SHAPE)[0].series is None
    with pytest.raises(DataError, match=r"a.dcm: reaches over 7 x 5 x 6 voxels, its image over 7 x 5 x 5"):
        read(written[1], lambda _: (7, 5, 5))


def change(data, **values):
    for name, value in values.items():
        setattr(data, name, value)


def shift(data, number, position):
    place = data.PerFrameFunctionalGroupsSequence[number].PlanePositionSequence[0]
    place.ImagePositionPatient = position


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        (lambda data: change(data, NumberOfFrames=10**6), "declares 1000000 frames of 7 x 5 pixels"),
        (lambda data: change(data, Rows=65535, Columns=65535), "declares 10 frames of 65535 x 65535 pixels"),
        (lambda data: change(data, Rows=0), "declares 10 frames of 7 x 0 pixels"),
        (lambda data: change(data, PixelData=b"\0\0"), "but holds 2; it is cut off"),
        (lambda data: change(data, BitsAllocated=8), "of type BINARY with 8 bits per pixel; expected BINARY with 1"),
        (lambda data: change(data, SegmentationType="ODD"), "type ODD"),
        (lambda data: delattr(data, "PixelData"), "but holds 0"),
        (lambda data: delattr(data, "SegmentSequence"), "is no complete DICOM segmentation.*SegmentSequence"),
        (lambda data: delattr(data, "PerFrameFunctionalGroupsSequence"), "is no complete DICOM segmentation"),
        (lambda data: data.PerFrameFunctionalGroupsSequence.pop(), "describes 9 frames of 10"),
        (lambda data: data.SegmentSequence.pop(), r"segments that it does not describe: \[2\]"),
        (lambda data: shift(data, 0, [2e6, 20, -30]), "not finite or beyond 1 km"),
    ],
)
def test_files_that_contradict_themselves(written, damage, expected):
    path = written[1]
    data = pydicom.dcmread(path)
    damage(data)
    data.save_as(path)
    with pytest.raises(DataError, match=f"a.dcm: .*{expected}"):
        read(path, no_image)


@pytest.mark.parametrize("syntax", [RLELossless, DeflatedExplicitVRLittleEndian])
def test_compressed_files_are_refused_unread(written, syntax):
    path = written[1]
    data = pydicom.dcmread(path)
    data.file_meta.TransferSyntaxUID = syntax
    if syntax == RLELossless:
        data.PixelData = pydicom.encaps.encapsulate([b"\0" * 64] * data.NumberOfFrames)
    data.save_as(path)
    with pytest.raises(DataError, match=f"is stored as {syntax.name}; expected an uncompressed"):
        read(path, no_image)


@pytest.mark.parametrize("share", [0, 0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
def test_truncated_files(written, share):
    path = written[1]
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(DataError, match="a.dcm: "):
        read(path, no_image)
