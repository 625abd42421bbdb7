"""QuPath's GeoJSON, as QuPath writes it."""

import copy
import gzip
import json
import logging
import math

import numpy as np
import pytest

from bundle.importing.formats import qupath
from bundle.importing.marks import AREA, LINE, PictureLine, PictureRegion
from scripts.errors import DataError

RING = [[10, 10], [20.5, 10], [20.5, 20], [10, 20], [10, 10]]
HOLE = [[12, 12], [14, 12], [14, 18], [12, 18], [12, 12]]
TUMOR = {"name": "Tumor", "color": [200, 0, 0]}


def feature(kind="Polygon", coordinates=(RING,), classification=TUMOR, **more):
    """An object as of QuPath 0.4 and later."""
    properties = {"objectType": "annotation", "classification": classification, **more.pop("properties", {})}
    if classification is None:
        del properties["classification"]
    identity = "2b1a9c52-8fd5-4a9c-8a86-5a2c7a1c1f6e"
    geometry = {"type": kind, "coordinates": list(coordinates), **more.pop("geometry", {})}
    return {"type": "Feature", "id": identity, "geometry": geometry, "properties": properties, **more}


def collection(*features):
    return {"type": "FeatureCollection", "features": list(features)}


@pytest.fixture
def write(tmp_path):
    def write_file(content, name="slide.geojson"):
        path = tmp_path / name
        path.write_text(json.dumps(content), encoding="utf-8")
        return path

    return write_file


@pytest.fixture
def read(write):
    return lambda content: qupath.read(write(content), lambda name: None)[0]


def test_a_file_names_no_picture(read, tmp_path):
    found = read(collection(feature()))
    assert (found.source, found.image, found.size) == (tmp_path / "slide.geojson", None, None)
    assert [(mark.name, mark.where) for mark in found.marks] == [("Tumor", "feature 1")]
    assert not found.exhaustive


@pytest.mark.parametrize("content", [collection(feature()), [feature()], feature()], ids=["collection", "list", "one"])
def test_features_come_in_three_ways(read, content):
    assert [mark.name for mark in read(content).marks] == ["Tumor"]


def test_a_polygon_is_an_area_without_its_holes(read):
    found = read(collection(feature(coordinates=[RING, HOLE]))).marks[0].shape
    assert isinstance(found, PictureRegion)
    assert found.kind == AREA
    assert found.geometry.bounds == (10, 10, 20.5, 20)
    assert found.geometry.area == 105 - 12


def test_an_ellipse_is_the_polygon_that_it_is_written_as(read):
    assert read(collection(feature(geometry={"isEllipse": True}))).marks[0].shape.geometry.area == 105


def test_several_polygons_are_one_area(read):
    shifted = [[x + 100, y] for x, y in RING]
    found = read(collection(feature("MultiPolygon", [[RING, HOLE], [shifted]]))).marks
    assert [mark.shape.geometry.area for mark in found] == [105 - 12 + 105]


def test_lines_have_no_width(read):
    found = read(collection(feature("LineString", [[1, 2], [3.5, 4]]))).marks[0].shape
    assert isinstance(found, PictureLine)
    assert (found.kind, found.width) == (LINE, None)
    np.testing.assert_array_equal(found.points, [[1, 2], [3.5, 4]])


def test_several_lines_are_a_mark_each(read):
    found = read(collection(feature("MultiLineString", [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]))).marks
    assert [(mark.name, mark.where) for mark in found] == [
        ("Tumor", "feature 1, line 1"),
        ("Tumor", "feature 1, line 2"),
    ]


def test_a_collection_of_geometries_is_a_mark_each(read):
    parts = [feature()["geometry"], {"type": "Point", "coordinates": [1, 1]}]
    parts += [{"type": "LineString", "coordinates": [[1, 2], [3, 4]]}]
    whole = {"type": "GeometryCollection", "geometries": [*parts, {"type": "GeometryCollection", "geometries": parts}]}
    found = read(collection({**feature(), "geometry": whole})).marks
    assert [mark.shape.kind for mark in found] == [AREA, LINE, AREA, LINE]
    assert found[3].where == "feature 1, part 4, part 3"


@pytest.mark.parametrize(
    ("properties", "name"),
    [
        ({"classification": TUMOR, "name": "Region 1"}, "Tumor"),
        ({"classification": {"name": " Tumor "}}, "Tumor"),
        ({"classification": {"names": ["Tumor", "Positive"], "color": [1, 2, 3]}}, "Tumor: Positive"),
        ({"classification": {"name": "Tumor", "colorRGB": -3670016}}, "Tumor"),
        (
            {"classification": {"parentClass": {"name": "Tumor", "colorRGB": -1}, "name": "Positive", "colorRGB": -2}},
            "Tumor: Positive",
        ),
        ({"classification": {"name": "Tumor: Positive", "color": [1, 2, 3]}}, "Tumor: Positive"),
        ({"classification": "Stroma"}, "Stroma"),
        ({"name": " Region 1"}, "Region 1"),
        ({"classification": None, "name": "Region 1"}, "Region 1"),
        ({"classification": {}, "name": "Region 1"}, "Region 1"),
        ({"name": None}, "Unclassified"),
        ({}, "Unclassified"),
        (None, "Unclassified"),
    ],
)
def test_the_name_is_that_of_the_class_else_the_object_s_own(read, properties, name):
    assert [mark.name for mark in read(collection({**feature(), "properties": properties})).marks] == [name]


@pytest.mark.parametrize("classification", [3, [], True, {"name": 3}, {"name": []}, {"names": 3}, {"names": [None]}])
def test_a_class_that_is_no_text_is_refused(read, classification):
    with pytest.raises(DataError, match="feature 1: expected text as the name of its class"):
        read(collection({**feature(), "properties": {"classification": classification}}))


def test_features_of_version_0_2_are_read(read):
    old = {**feature(), "id": "PathAnnotationObject", "properties": {"isLocked": True, "measurements": []}}
    assert [mark.name for mark in read([old]).marks] == ["Unclassified"]


def test_measurements_that_are_no_numbers_do_no_harm(read):
    assert len(read(collection(feature(properties={"measurements": {"Area": math.nan}}))).marks) == 1


def test_children_are_marks_too(read):
    child = feature(properties={"childObjects": [feature(classification={"name": "Necrosis"})]})
    found = read(collection(feature(properties={"childObjects": [child, feature()]}), feature())).marks
    assert [mark.where for mark in found] == [
        "feature 1",
        "feature 1, child 1",
        "feature 1, child 1, child 1",
        "feature 1, child 2",
        "feature 2",
    ]
    assert found[2].name == "Necrosis"


def test_what_says_nothing_is_left_out_with_one_warning_for_each_kind(read, caplog):
    cell = feature(nucleusGeometry=feature()["geometry"], properties={"objectType": "cell"})
    core, root = feature(properties={"objectType": "tmaCore"}), feature(properties={"objectType": "root"})
    point, points = feature("Point", [3, 4]), feature("MultiPoint", [[3, 4], [5, 6]])
    with caplog.at_level(logging.WARNING):
        marks = read(collection(cell, core, root, point, points, {**feature(), "geometry": None})).marks
    assert [mark.where for mark in marks] == ["feature 1"]
    messages = [record.getMessage().split(": ", 1)[1] for record in caplog.records]
    assert messages == [
        "1 nuclei of cells (the cells are kept) left out.",
        "2 object(s) that are no drawings (root, microarray cores) left out.",
        "1 object(s) without a geometry left out.",
        "2 point object(s) left out.",
    ]


@pytest.mark.parametrize("content", [[], collection()])
def test_no_objects_are_no_marks(read, content):
    assert read(content).marks == []


def test_the_first_plane_is_read_and_others_are_refused(read):
    assert len(read(collection(feature(geometry={"plane": {"c": -1, "z": 0, "t": 0}}))).marks) == 1
    for plane in ({"c": -1, "z": 3, "t": 0}, {"c": -1, "z": 0, "t": 1}, {"z": "0"}, [0, 1], "first"):
        with pytest.raises(DataError, match="feature 1: was drawn on the plane"):
            read(collection(feature(geometry={"plane": plane})))


@pytest.mark.parametrize(
    ("geometry", "message"),
    [
        ({"type": "Polygon", "coordinates": []}, "list of rings"),
        ({"type": "Polygon", "coordinates": None}, "list of rings"),
        ({"type": "Polygon"}, "list of rings"),
        ({"type": "Polygon", "coordinates": RING}, "list of points"),
        ({"type": "Polygon", "coordinates": [RING[:2]]}, "at least 3"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [2, 2], [0, 0]]]}, "around an area"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, math.nan], [2, 2]]]}, "within"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, -math.inf], [2, 2]]]}, "within"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 1e9], [2, 2]]]}, "within"),
        ({"type": "Polygon", "coordinates": [RING, [[1, 1]]]}, "hole 1"),
        ({"type": "MultiPolygon", "coordinates": [[RING], []]}, "polygon 2"),
        ({"type": "MultiLineString", "coordinates": [[[1, 1], [2, 2]], [[1, 1]]]}, "line 2: expected at least 2"),
        ({"type": "LineString", "coordinates": [[1, 1]]}, "at least 2"),
        ({"type": "LineString", "coordinates": [[1, 1, 0], [2, 2, 0]]}, "list of points"),
        ({"type": "GeometryCollection", "geometries": [3]}, "part 1: expected a geometry"),
        ({"type": "GeometryCollection"}, "list of parts"),
        ({"type": "Circle", "coordinates": [1, 1]}, "Circle"),
        ({"type": ["Polygon"], "coordinates": [1, 1]}, "as type of its geometry"),
        ({}, "as type of its geometry"),
        ([], "expected a geometry"),
    ],
)
def test_a_bad_geometry_is_refused_by_file_and_feature(read, tmp_path, geometry, message):
    with pytest.raises(DataError, match=message) as error:
        read(collection(feature(), {**feature(), "geometry": geometry}))
    assert str(error.value).startswith(f"{tmp_path / 'slide.geojson'}: feature 2")


def test_all_problems_are_listed_together(read):
    without = feature()
    del without["geometry"]
    with pytest.raises(DataError, match="3 problems") as error:
        read(collection(3, without, feature(), {**feature(), "type": "Polygon"}))
    assert all(f"feature {number}: " in str(error.value) for number in (1, 2, 4))


@pytest.mark.parametrize("wrong", [None, 0, -1, "x", True, [], {}, [[]], [None], {"a": 1}, 1e300])
def test_any_value_at_any_key_is_read_or_refused(read, wrong):
    """Never another error than a DataError, whatever stands where."""
    more = {"childObjects": [feature()], "name": "a"}
    whole = collection(feature(properties=more, geometry={"plane": {"c": -1, "z": 0, "t": 0}}))
    for place in ((), ("features", 0), ("features", 0, "properties"), ("features", 0, "geometry")):
        keys = whole
        for step in place:
            keys = keys[step]
        for key in keys:
            content = copy.deepcopy(whole)
            part = content
            for step in place:
                part = part[step]
            part[key] = wrong
            refused_or_read(read, content)
            del part[key]
            refused_or_read(read, content)
    refused_or_read(read, wrong)


def refused_or_read(read, content):
    try:
        read(content)
    except DataError as error:
        assert "slide.geojson" in str(error)


def test_a_file_cut_anywhere_is_refused(write):
    path = write(collection(feature()))
    whole = path.read_bytes()
    for end in range(0, len(whole) - 1, 20):
        path.write_bytes(whole[:end])
        with pytest.raises(DataError, match=str(path)):
            qupath.read(path, lambda name: None)


def test_nesting_is_read_or_refused(read, write):
    deep, children = feature()["geometry"], feature()
    for _ in range(150):
        deep = {"type": "GeometryCollection", "geometries": [deep]}
        children = feature(properties={"children": [children]})
    assert len(read({**feature(), "geometry": deep}).marks) == 1
    assert len(read(children).marks) == 151
    path = write({})
    for content in ("[" * 100_000, '{"type": "Feature", "geometry": ' * 100_000):
        path.write_text(content)
        with pytest.raises(DataError, match="nested too deeply"):
            qupath.read(path, lambda name: None)


def test_a_packed_file_is_recognised_and_refused(tmp_path):
    path = tmp_path / "slide.geojson.gz"
    path.write_bytes(gzip.compress(json.dumps(collection(feature())).encode()))
    assert qupath.matches(path)
    with pytest.raises(DataError, match="Unpack it"):
        qupath.read(path, lambda name: None)


def test_files_are_told_by_their_content(write):
    many = [feature() for _ in range(100)]
    assert qupath.matches(write(collection(*many)))
    assert qupath.matches(write({"features": many, "type": "FeatureCollection"}))
    assert qupath.matches(write(many, "slide.json"))
    assert qupath.matches(write(feature(), "slide.json"))
    assert qupath.matches(write(collection(), "slide.json"))
    assert qupath.matches(write([], "slide.geojson"))


@pytest.mark.parametrize(
    "content",
    [
        {"images": [{"id": 1, "file_name": "a.jpg"}], "annotations": [], "categories": []},
        {"version": "5.5.0", "flags": {}, "shapes": [], "imagePath": "a.jpg", "imageData": None},
        {"@schema": "https://slicer.org/markups-schema-v1.0.3.json#", "markups": [{"type": "Fiducial"}]},
        [],
        {},
        "FeatureCollection",
    ],
)
def test_other_files_are_not_taken_for_it(write, content):
    assert not qupath.matches(write(content, "a.json"))


def test_matching_never_raises(tmp_path):
    (tmp_path / "a.json").write_bytes(b"\xff{" * 9)
    (tmp_path / "b.geojson").mkdir()
    assert not any(qupath.matches(tmp_path / name) for name in ("a.json", "b.geojson", "none.json", "a.txt"))
