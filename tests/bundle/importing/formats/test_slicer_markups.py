"""Markups of 3D Slicer."""

import json
import logging

import numpy as np
import pytest

from bundle.importing.formats.slicer_markups import matches, read
from bundle.importing.marks import VolumeBox, VolumeContour, VolumeLine
from bundle.importing.rasterise_volume import box_of_volume, rasterise_volume
from scripts.errors import DataError
from scripts.volumes import VolumeGrid

SCHEMA = "https://raw.githubusercontent.com/slicer/slicer/master/Modules/Loadable/Markups/Resources/Schema/markups-schema-v1.0.3.json#"
POINTS = [[10.0, 0, 4], [0, 10, 4], [-10, 0, 4], [0, -10, 4]]
TO_RAS = np.array([-1, -1, 1])


def control(position, number=1, label="vessel", status="defined"):
    return {
        "id": str(number),
        "label": f"{label}-{number}",
        "description": "",
        "associatedNodeID": "",
        "position": position,
        "orientation": [-1.0, -0.0, -0.0, -0.0, -1.0, -0.0, 0.0, 0.0, 1.0],
        "selected": True,
        "locked": False,
        "visibility": True,
        "positionStatus": status,
    }


def markup(kind, points=POINTS, label="vessel", **more):
    return {
        "type": kind,
        "coordinateSystem": "LPS",
        "coordinateUnits": "mm",
        "locked": False,
        "fixedNumberOfControlPoints": False,
        "labelFormat": "%N-%d",
        "lastUsedControlPointNumber": len(points),
        "controlPoints": [control(point, number, label) for number, point in enumerate(points, 1)],
        "measurements": [],
        **more,
    }


def roi(center=(1.0, 2, 3), size=(4.0, 6, 8), orientation=(-1.0, 0, 0, 0, -1, 0, 0, 0, 1), **more):
    values = {"center": list(center), "size": list(size), "orientation": list(orientation)}
    return markup("ROI", [center], "R", roiType="Box", **values, insideOut=False, **more)


def write(path, *markups):
    path.write_text(json.dumps({"@schema": SCHEMA, "markups": list(markups)}, indent=2))
    return path


def read_marks(path, *markups):
    [image] = read(write(path / "a.mrk.json", *markups), lambda _: None)
    assert image.image is None
    return image.marks


def test_a_closed_curve_is_a_contour_in_ras(tmp_path):
    [mark] = read_marks(tmp_path, markup("ClosedCurve"))
    assert (mark.name, mark.where) == ("vessel", "markup 1")
    assert isinstance(mark.shape, VolumeContour)
    np.testing.assert_allclose(mark.shape.points[::10], np.array(POINTS) * TO_RAS, atol=1e-12)


def test_the_area_of_a_circle(tmp_path):
    angles = np.arange(10) * np.pi / 5
    points = np.stack([20 * np.cos(angles), 20 * np.sin(angles), np.full(10, 6.0)], axis=1).tolist()
    [mark] = read_marks(tmp_path, markup("ClosedCurve", points))
    grid = VolumeGrid((100, 110, 5), np.array([[-0.5, 0, 0, 25], [0, 0.4, 0, -22], [0, 0, 3, 0], [0, 0, 0, 1]]))
    placed = rasterise_volume(mark.shape, grid, 1.0)
    assert placed.origin[2] == 2 and placed.mask.shape[2] == 1
    assert placed.mask.sum() * 0.5 * 0.4 == pytest.approx(np.pi * 20**2, rel=0.01)


def test_lines_are_straight_and_curves_smooth(tmp_path):
    line, curve = read_marks(tmp_path, markup("Line", POINTS[:2]), markup("Curve"))
    assert isinstance(line.shape, VolumeLine) and isinstance(curve.shape, VolumeLine)
    assert line.shape.points.tolist() == [[-10, 0, 4], [0, -10, 4]]
    assert line.shape.width is None
    assert len(curve.shape.points) == 31


@pytest.mark.parametrize(
    ("system", "signs"), [("LPS", TO_RAS), ("RAS", 1), ("1", TO_RAS), ("0", 1), (1, TO_RAS), (0, 1), (None, TO_RAS)]
)
def test_coordinate_systems(tmp_path, system, signs):
    """As numbers in old files; LPS where nothing is stated."""
    content = markup("Line", POINTS[:2], coordinateSystem=system)
    if system is None:
        del content["coordinateSystem"]
    [mark] = read_marks(tmp_path, content)
    assert (mark.shape.points == np.array(POINTS[:2]) * signs).all()


def test_a_box(tmp_path):
    [mark] = read_marks(tmp_path, roi())
    assert isinstance(mark.shape, VolumeBox) and mark.name == "R"
    box = box_of_volume(mark.shape, VolumeGrid((9, 9, 9), np.eye(4)))
    assert box.corners == [-2.5, -4.5, -0.5, 1.5, 1.5, 7.5] and not box.turned


def test_the_columns_of_an_orientation_are_the_axes_of_the_box(tmp_path):
    """The first side leads to (0.6, 0.8, 0) in LPS."""
    orientation = [0.6, -0.8, 0, 0.8, 0.6, 0, 0, 0, 1]
    [mark] = read_marks(tmp_path, roi((0.0, 0, 0), (10.0, 2, 4), orientation, coordinateSystem="RAS"))
    ends = [corner for corner in mark.shape.corners.tolist() if corner[0] > 0 and corner[2] > 0]
    np.testing.assert_allclose(sorted(ends), [[2.2, 4.6, 2], [3.8, 3.4, 2]])
    [lps] = read_marks(tmp_path, roi((0.0, 0, 0), (10.0, 2, 4), orientation))
    np.testing.assert_allclose(lps.shape.corners, mark.shape.corners * TO_RAS)


def test_names(tmp_path):
    """Stated, else those of the points, else the file's."""
    marks = read_marks(
        tmp_path,
        markup("Line", POINTS[:2], name=" artery "),
        markup("Line", POINTS[:2], "vein_2"),
        markup("Line", POINTS[:2], "", name=""),
        markup("Line", POINTS[:2], controlPoints=[control(POINTS[0], 1, "a"), control(POINTS[1], 2, "b")]),
    )
    assert [mark.name for mark in marks] == ["artery", "vein_2", "a", "a"]


def test_points_that_were_never_placed_are_left_out(tmp_path):
    """3D Slicer writes their position as text."""
    content = markup("Line", POINTS[:2])
    content["controlPoints"][1:1] = [control("", 7, status="undefined"), control(POINTS[3], 8, status="preview")]
    [mark] = read_marks(tmp_path, content)
    assert len(mark.shape.points) == 2


def test_points_on_their_predecessor_count_once(tmp_path):
    [mark] = read_marks(tmp_path, markup("Line", [POINTS[0], POINTS[0], POINTS[1]]))
    assert len(mark.shape.points) == 2
    with pytest.raises(DataError, match=r"markup 1 \(Line\): has 1 placed control point"):
        read_marks(tmp_path, markup("Line", [POINTS[0], POINTS[0]]))


def test_points_angles_and_planes_are_skipped_with_one_warning_each(tmp_path, caplog):
    with caplog.at_level(logging.WARNING):
        marks = read_marks(
            tmp_path,
            markup("Fiducial"),
            markup("Fiducial"),
            markup("Angle"),
            markup("Plane"),
            markup("Line", POINTS[:2]),
        )
    assert [mark.where for mark in marks] == ["markup 5"]
    assert len(caplog.records) == 3 and "2 markup(s) of type Fiducial" in caplog.text


def test_which_files_match(tmp_path):
    assert matches(write(tmp_path / "a.mrk.json", markup("Line")))
    assert matches(write(tmp_path / "a.json"))
    for content in ("", "{", '{"shapes": []}', '{"@schema": "other-schema-v1.0.0.json"}'):
        (tmp_path / "b.json").write_text(content)
        assert not matches(tmp_path / "b.json")
    assert not matches(write(tmp_path / "a.txt")) and not matches(tmp_path / "missing.mrk.json")


def test_the_old_format_is_refused_with_advice(tmp_path):
    (tmp_path / "a.fcsv").write_text("# Markups fiducial file version = 4.10\n")
    assert matches(tmp_path / "a.fcsv")
    with pytest.raises(DataError, match="a.fcsv: is in the old format.* save them as .mrk.json"):
        read(tmp_path / "a.fcsv", lambda _: None)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (markup("ClosedCurve", POINTS[:2]), r"\(ClosedCurve\): has 2 placed control point\(s\), expected at least 3"),
        (markup("Curve", POINTS[:1]), "has 1 placed"),
        (markup("Line", []), "has 0 placed"),
        (markup("Line", [[1, 2, float("nan")], [1, 2, 3]]), "expected 3 numbers .* position of control point 1"),
        (markup("Line", [[1, 2, 1e7], [1, 2, 3]]), "expected 3 numbers"),
        (markup("Line", [[1, 2, 10**400], [1, 2, 3]]), "expected 3 numbers"),
        (markup("Line", [[1, 2], [1, 2, 3]]), "expected 3 numbers"),
        (markup("Line", [[1, 2, "3"], [1, 2, 3]]), "expected 3 numbers"),
        (markup("Line", [[1, 2, True], [1, 2, 3]]), "expected 3 numbers"),
        (markup("Line", ["", [1, 2, 3]]), "expected 3 numbers"),
        (markup("Line", coordinateSystem="LAS"), 'expected the coordinateSystem "LPS" or "RAS"'),
        (markup("Line", coordinateUnits="um"), "coordinateUnits in \"mm\", got 'um'"),
        (markup("Line", controlPoints={}), "list of objects"),
        (markup("Line", controlPoints=[1]), "list of objects"),
        (markup("Line", controlPoints=[control(POINTS[0], status="odd")]), "expected a positionStatus"),
        (markup("Mesh"), "expected the type"),
        (markup(None), "expected the type"),
        (markup([]), "expected the type"),
        (roi(size=(1.0, 0, 1)), "size above 0"),
        (roi(size=(1.0, 1)), "expected 3 numbers .* for size"),
        (roi(orientation=(1.0,) * 9), "unit vectors at right angles"),
        (roi(orientation=(float("inf"),) * 9), "expected 9 numbers"),
        ({**roi(), "center": None}, "for center"),
        ({**roi(), "roiType": "Sphere"}, "expected a roiType"),
    ],
)
def test_markups_that_make_no_sense(tmp_path, content, expected):
    with pytest.raises(DataError, match=f"(?s)a.mrk.json: .*markup 1.*{expected}"):
        read_marks(tmp_path, content)


def test_all_problems_are_listed(tmp_path):
    with pytest.raises(DataError) as error:
        read_marks(tmp_path, markup("Line", POINTS[:1]), markup("Line", POINTS[:2]), roi(size=(0, 0, 0)))
    assert "markup 1" in str(error.value) and "markup 3" in str(error.value) and "markup 2" not in str(error.value)


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "null", '{"@schema": "a"}', '{"markups": {}}', '{"markups": [1]}', "[" * 100_000]
)
def test_damaged_files(tmp_path, content):
    path = tmp_path / "a.mrk.json"
    path.write_text(content)
    with pytest.raises(DataError, match="a.mrk.json"):
        read(path, lambda _: None)


def test_bytes_that_are_no_text(tmp_path):
    path = tmp_path / "a.mrk.json"
    path.write_bytes(b'{"markups": "\xff\xfe"}')
    assert not matches(path)
    with pytest.raises(DataError, match="a.mrk.json"):
        read(path, lambda _: None)
