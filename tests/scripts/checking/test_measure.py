"""Whole cases: what is measured, and what is found by reading them."""

import json

import nibabel as nib
import numpy as np
import pytest
from PIL import ExifTags, Image, ImageFilter
from volume_files import write_dicom_series, write_volume

from scripts.checking.measure import measure_case
from scripts.checking.record import CaseRecord
from scripts.checking.settings import CheckSettings

CLASSES = ["background", "vessel"]
COARSE = {"vessel": 1, "not vessel": 2, "background": 3, "ignore": 255}
DENSE = {"background": 0, "vessel": 1}
AFFINE = np.diag([-1.0, -1, 2, 1])
WIDTH, HEIGHT = 40, 30


def settings(**changed):
    return CheckSettings(**{"classes": CLASSES, "labels": COARSE, "dense_labels": DENSE, **changed})


def save(path, array, **options):
    Image.fromarray(array).save(path, **options)
    return str(path)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def drawing():
    """5 pixels of vessel and 6 of not vessel in `HW`."""
    label = np.zeros((HEIGHT, WIDTH), dtype=np.uint8)
    label[3, 10:15] = 1
    label[20, 10:16] = 2
    return label


@pytest.fixture
def case(tmp_path, rng, drawing):
    """A photograph with a drawing."""
    image = rng.integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)
    return {
        "image": save(tmp_path / "image.png", image),
        "label": save(tmp_path / "label.png", drawing),
        "supervision": "coarse",
        "where": "training[3]",
        "section": "training",
        "subject": "p1",
        "keys": ["image", "label", "subject"],
    }


@pytest.fixture
def volume(tmp_path, rng):
    """A volume with a drawing of 4 voxels of vessel."""
    label = np.zeros((6, 7, 5), dtype=np.uint8)
    label[1:3, 2:4, 2] = 1
    image = rng.normal(size=label.shape).astype(np.float32)
    return {
        "image": str(write_volume(tmp_path / "image.nii.gz", image, AFFINE)),
        "label": str(write_volume(tmp_path / "label.nrrd", label, AFFINE)),
        "supervision": "coarse",
        "where": "training[0]",
        "section": "training",
    }


def checks(case, **changed):
    record = measure_case(case, settings(**changed))
    assert all(finding.where == case["where"] for finding in record.findings)
    return [finding.check for finding in record.findings]


def test_a_clean_case(case, tmp_path):
    record = measure_case(case, settings(), tmp_path / "thumbnails")
    assert (record.where, record.section, record.supervision) == ("training[3]", "training", "coarse")
    assert (record.subject, record.annotator, record.keys) == ("p1", None, ["image", "label", "subject"])
    assert record.findings == [] and record.boxes is None
    assert record.image.readable and record.image.size == [WIDTH, HEIGHT]
    assert record.label.values == {0: 1189, 1: 5, 2: 6}
    assert (record.label.positive, record.label.negative) == ([0, 5], [0, 6])
    assert (tmp_path / "thumbnails" / record.thumbnail).stat().st_size > 0
    assert CaseRecord.from_dict(json.loads(json.dumps(record.as_dict()))) == record


def test_a_clean_volume(volume, tmp_path):
    record = measure_case(volume, settings(spatial_dims=3), tmp_path / "thumbnails")
    assert record.findings == []
    assert (record.image.size, record.image.spacing, record.image.orientation) == ([6, 7, 5], [1, 1, 2], "LPS")
    assert (record.label.file_format, record.label.values) == ("NRRD", {0: 206, 1: 4})
    assert record.label.positive == [0, 4]
    assert (tmp_path / "thumbnails" / record.thumbnail).stat().st_size > 0


def test_a_folder_of_slices_with_its_label(tmp_path, volume):
    array = np.random.default_rng(1).integers(-50, 50, (6, 7, 5))
    volume["image"] = str(write_dicom_series(tmp_path / "series", array, AFFINE))
    record = measure_case(volume, settings(spatial_dims=3), tmp_path / "thumbnails")
    assert record.findings == [] and record.thumbnail
    assert (record.image.file_format, record.label.positive) == ("DICOM", [0, 4])


@pytest.mark.parametrize("key", ["image", "label", "field_of_view", "reference"])
def test_missing_files(case, tmp_path, key):
    assert checks({**case, key: str(tmp_path / "missing.png")}) == ["file-missing"]
    (tmp_path / "link.png").symlink_to("nowhere.png")
    assert checks({**case, key: str(tmp_path / "link.png")}) == ["broken-link"]
    (tmp_path / "empty.png").touch()
    assert checks({**case, key: str(tmp_path / "empty.png")}) == ["file-empty"]


def test_all_that_is_wrong_is_found(case, tmp_path):
    """An unreadable image hides nothing of the label, and a missing label nothing of the boxes."""
    (tmp_path / "image.png").write_bytes(b"no picture")
    assert checks({**case, "label": save(tmp_path / "label.png", np.full((9, 9), 7, np.uint8))}) == [
        "image-unreadable",
        "label-values",
    ]
    case |= {"label": str(tmp_path / "missing.png"), "boxes": [{"class": "x", "box": [0, 0, 1, 1]}]}
    assert checks(case) == ["file-missing", "image-unreadable", "box-class"]


def test_images(case, tmp_path, rng):
    values = rng.random((HEIGHT, WIDTH)).astype(np.float32)
    values[0, 0] = np.nan
    case["image"] = save(tmp_path / "a.tif", values)
    assert checks(case) == ["image-not-finite"]
    case["image"] = save(tmp_path / "a.png", np.zeros((HEIGHT, WIDTH), np.uint8))
    assert checks(case) == ["image-constant"]
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 3
    case["image"] = save(tmp_path / "a.jpg", (values[1:] * 255).astype(np.uint8), exif=exif)
    assert checks(case) == ["image-turned", "label-size"]


def test_labels(case, tmp_path, drawing):
    for name, array, expected, options in [
        ("size.png", drawing.T, ["label-size"], {}),
        ("values.png", drawing + 9, ["label-values"], {}),
        ("colour.png", np.dstack([drawing] * 3), ["label-unreadable"], {}),
        ("lossy.png", drawing, ["label-lossy"], {"format": "JPEG"}),
    ]:
        assert checks({**case, "label": save(tmp_path / name, array, **options)}) == expected
    (tmp_path / "broken.png").write_bytes((tmp_path / "values.png").read_bytes()[:60])
    assert checks({**case, "label": str(tmp_path / "broken.png")}) == ["label-unreadable"]


def test_a_smoothed_label(case, tmp_path, drawing):
    drawing[:] = 0
    drawing[8:20, 10:25] = 255
    smoothed = Image.fromarray(drawing).filter(ImageFilter.GaussianBlur(1))
    smoothed.save(tmp_path / "label.png")
    assert checks(case) == ["label-damaged"]


def test_a_drawing_that_is_marked_dense(case):
    assert checks({**case, "supervision": "dense"}) == ["coarse-marked-dense"]
    assert checks({**case, "supervision": "dense", "dense_labels": {"background": [0, 2], "vessel": 1}}) == []


def test_tables(case):
    assert checks({**case, "labels": {"artery": 1}}) == ["label-table"]
    assert checks({**case, "labels": {"vessel": 1, "background": 1}}) == ["label-table"]
    assert checks({**case, "labels": 5}) == ["label-table"]
    assert checks({**case, "dense_labels": {"artery": 1}}) == []
    record = measure_case({**case, "labels": {"background": 1, "vessel": 2}}, settings())
    assert record.label.positive == [5, 6] and record.labels == {"background": 1, "vessel": 2}


def test_fields_of_view(case, tmp_path, drawing):
    view = np.full_like(drawing, 255)
    view[:10] = 0
    case["field_of_view"] = save(tmp_path / "view.png", view)
    record = measure_case(case, settings())
    assert record.findings == []
    assert (record.label.positive, record.label.negative, record.label.outside_view) == ([0, 0], [0, 6], 5)
    save(tmp_path / "view.png", np.zeros_like(view))
    assert checks(case) == ["view-empty"]
    save(tmp_path / "view.png", view.T)
    assert checks(case) == ["view-unreadable"]


def test_boxes(case, tmp_path):
    boxes = [{"class": "vessel", "box": [12, 0, 50, 10]}]
    record = measure_case({**case, "boxes": boxes}, settings(), tmp_path)
    assert record.findings == []
    assert (record.boxes.count, record.boxes.cut, record.boxes.complete) == ([0, 1], 1, ["vessel"])
    assert record.label.outside_boxes == 2
    wrong = [{"class": "vessel", "box": corners} for corners in ([5, 5, 1, 1], [50, 0, 60, 1])]
    assert checks({**case, "boxes": wrong}) == ["box-degenerate", "box-outside"]
    assert checks({**case, "boxes": str(tmp_path / "boxes.json")}) == ["file-missing"]
    (tmp_path / "boxes.json").write_text("no boxes")
    assert checks({**case, "boxes": str(tmp_path / "boxes.json")}) == ["boxes-unreadable"]


def test_boxes_that_are_not_used(case, tmp_path):
    case |= {"boxes": [{"class": "x", "box": [1]}], "reference": save(tmp_path / "r.png", np.ones((3, 3), np.uint8))}
    assert measure_case(case, settings(use_boxes=False)).boxes is None
    assert checks(case, use_boxes=False) == []


def test_references(case, tmp_path, drawing):
    case |= {"boxes": [], "reference": save(tmp_path / "reference.png", (drawing == 1).astype(np.uint8))}
    assert checks(case) == []
    save(tmp_path / "reference.png", np.full((3, 3), 9, np.uint8))
    assert checks(case) == ["reference-unusable"] * 2
    (tmp_path / "reference.png").write_bytes(b"none")
    assert checks(case) == ["reference-unusable"]


def test_volumes(volume, tmp_path, rng):
    image = rng.normal(size=(6, 7, 5)).astype(np.float32)
    image[0, 0, 0] = np.inf
    assert checks({**volume, "image": str(write_volume(tmp_path / "a.nii", image, AFFINE))}, spatial_dims=3) == [
        "image-not-finite"
    ]
    flipped = write_volume(tmp_path / "b.nii", np.ones((6, 7, 5), np.uint8), np.diag([1.0, -1, 2, 1]))
    assert checks({**volume, "label": str(flipped)}, spatial_dims=3) == ["label-grid"]
    assert checks({**volume, "field_of_view": str(flipped)}, spatial_dims=3) == ["view-unreadable"]
    half = write_volume(tmp_path / "c.nii", np.full((6, 7, 5), 0.5, np.float32), AFFINE)
    assert checks({**volume, "label": str(half)}, spatial_dims=3) == ["label-damaged"]


def test_a_volume_that_is_cut_off_is_still_compared_with_its_label(volume, tmp_path):
    path = write_volume(tmp_path / "a.nii", np.zeros((6, 7, 5), np.float32), np.diag([1.0, -1, 2, 1]))
    path.write_bytes(path.read_bytes()[:-40])
    assert checks({**volume, "image": str(path)}, spatial_dims=3) == ["image-unreadable", "label-grid"]


def test_labels_in_floating_point_numbers(volume, tmp_path):
    array = np.zeros((6, 7, 5), dtype=np.float64)
    array[0] = 1.0002
    nib.save(nib.Nifti1Image(array, AFFINE), tmp_path / "a.nii.gz")
    record = measure_case({**volume, "label": str(tmp_path / "a.nii.gz")}, settings(spatial_dims=3))
    assert record.findings == [] and record.label.positive == [0, 35]


def test_nonsense_is_no_error(tmp_path):
    record = measure_case({"image": None, "label": 3, "boxes": 7, "where": "test[0]", "section": "test"}, settings())
    assert record.supervision == "dense" and record.label is None
    assert [finding.check for finding in record.findings] == ["boxes-unreadable"]


def test_a_thumbnail_that_cannot_be_written_hides_nothing(case, tmp_path):
    (tmp_path / "file").write_bytes(b"x")
    record = measure_case(case, settings(), tmp_path / "file")
    assert record.thumbnail == "" and record.findings == [] and record.label.positive == [0, 5]


@pytest.mark.parametrize(("dims", "found"), [(2, []), (3, ["entry-incomplete"])])
def test_a_plane_that_is_none_matters_in_volumes(dims, found):
    record = measure_case({"where": "training[0]", "plane": "axail"}, settings(spatial_dims=dims))
    assert [finding.check for finding in record.findings] == found
