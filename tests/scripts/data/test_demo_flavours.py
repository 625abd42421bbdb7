import nibabel as nib
import numpy as np
import pytest
from PIL import Image

from scripts.data.demo_flavours import FLAVOURS
from scripts.drawing import drawing_labels, measure_drawing
from scripts.drawing.plan import DrawingPlan

SIZES = {"fundus": (80, 88), "volume": (28, 34, 28)}


@pytest.fixture(scope="module", params=list(FLAVOURS))
def written(request, tmp_path_factory):
    """A drawn case of each flavour: its folder and its entry."""
    folder, kind = tmp_path_factory.mktemp(request.param), FLAVOURS[request.param]
    for name in kind.folders:
        (folder / name).mkdir()
    plan = DrawingPlan(kind.classes, background=kind.background)
    return request.param, folder, kind.write(folder, "a", 5, SIZES[request.param], plan), plan


def _read(path):
    return np.asarray(Image.open(path) if path.suffix == ".png" else nib.load(path).dataobj)


def _header(path):
    return nib.load(path).header


def test_a_case_names_its_files(written):
    flavour, folder, case, _ = written
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert files == {value for key, value in case.items() if key not in ("subject", "statistics", "plane")}
    assert {name.split("/")[0] for name in files} == set(FLAVOURS[flavour].folders)
    assert case["subject"] == "a"
    assert case.get("plane") == {"fundus": None, "volume": "volume"}[flavour]


def test_masks_hold_the_classes_and_drawings_the_labels(written):
    flavour, folder, case, plan = written
    kind = FLAVOURS[flavour]
    assert set(np.unique(_read(folder / case["mask"]))) == {0, *kind.classes.values()}
    assert set(np.unique(_read(folder / case["drawing"]))) == {0, *plan.labels.values()}


def test_statistics_are_those_of_the_files(written):
    flavour, folder, case, plan = written
    mask = _read(folder / case["mask"])
    view = _read(folder / case["field_of_view"]) if "field_of_view" in case else None
    dense = {name: mask == value for name, value in plan.classes.items()}
    figures = measure_drawing(_read(folder / case["drawing"]), dense, plan.labels, view)
    assert {key: case["statistics"][key] for key in figures} == figures
    assert case["statistics"]["ratio"] == pytest.approx(0.3, abs=0.05)


def test_the_drawing_is_optional_and_changes_nothing_else(written, tmp_path):
    flavour, folder, case, _ = written
    for name in FLAVOURS[flavour].folders:
        (tmp_path / name).mkdir()
    other = FLAVOURS[flavour].write(tmp_path, "a", 5, SIZES[flavour], None)
    assert set(case) - set(other) - {"plane"} == {"drawing", "statistics"}
    for key in ("image", "mask"):
        assert (tmp_path / other[key]).read_bytes() == (folder / case[key]).read_bytes()


def test_labels_of_the_volumes():
    kind = FLAVOURS["volume"]
    assert drawing_labels(list(kind.classes), kind.background > 0) == {
        "anterior": 1,
        "not anterior": 2,
        "posterior": 3,
        "not posterior": 4,
        "background": 5,
    }


@pytest.mark.parametrize("written", ["volume"], indirect=True)
def test_files_of_a_volume_share_a_grid_in_millimetres(written):
    _, folder, case, _ = written
    headers = {key: _header(folder / case[key]) for key in ("image", "mask", "drawing")}
    for header in headers.values():
        assert header.get_data_shape() == headers["image"].get_data_shape()
        assert header.get_xyzt_units()[0] == "mm"
        np.testing.assert_array_equal(header.get_sform(), headers["image"].get_sform())
        # programs that read the quaternion see the same place
        np.testing.assert_allclose(header.get_qform(), header.get_sform(), atol=1e-4)
    assert headers["mask"].get_data_dtype() == headers["drawing"].get_data_dtype() == np.uint8


@pytest.mark.parametrize("written", ["volume"], indirect=True)
def test_no_time_and_no_name_in_the_archive(written):
    _, folder, case, _ = written
    start = (folder / case["image"]).read_bytes()[:8]
    # RFC 1952: magic number, deflate, no flags (such as a name), time 0
    assert start == bytes([0x1F, 0x8B, 8, 0, 0, 0, 0, 0])
