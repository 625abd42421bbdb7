"""labelme's JSON files, as labelme writes them."""

import base64
import copy
import io
import json
import logging
import math

import numpy as np
import pytest
from PIL import Image

from bundle.importing.formats import labelme
from bundle.importing.marks import AREA, BOX, LINE, Bitmap, PictureBox, PictureLine, PictureRegion
from scripts.errors import DataError


def shape(kind, *points, label="vessel", **more):
    content = {"label": label, "points": [list(point) for point in points], "group_id": None, "description": ""}
    return {**content, "shape_type": kind, "flags": {}, "mask": None, **more}


def painted(mask, x0, y0):
    """A mask as labelme writes it; ``mask`` has rows first."""
    stream = io.BytesIO()
    Image.fromarray(mask).save(stream, format="PNG")
    last = [float(x0 + mask.shape[1] - 1), float(y0 + mask.shape[0] - 1)]
    return shape("mask", [float(x0), float(y0)], last, mask=base64.b64encode(stream.getvalue()).decode())


def document(*shapes, **more):
    """A file's content with the keys and their order as of labelme."""
    content = {"version": "5.5.0", "flags": {}, "shapes": list(shapes), "imagePath": "01.jpg", "imageData": None}
    return {**content, "imageHeight": 60, "imageWidth": 100, **more}


SQUARE = shape("polygon", [10.0, 10.0], [20.5, 10.0], [20.5, 20.0], [10.0, 20.0])


@pytest.fixture
def write(tmp_path):
    def write_file(content):
        path = tmp_path / "01.json"
        path.write_text(json.dumps(content, ensure_ascii=False, indent=2), encoding="utf-8")
        return path

    return write_file


@pytest.fixture
def read(write):
    return lambda content: labelme.read(write(content), lambda name: (100, 60))[0]


def test_a_file_gives_one_picture_with_its_name_and_size(read, tmp_path):
    found = read(document(SQUARE))
    assert (found.source, found.image, found.size) == (tmp_path / "01.json", "01.jpg", (100, 60))
    assert [(mark.name, mark.where) for mark in found.marks] == [("vessel", "shape 1")]
    assert not found.exhaustive


def test_a_polygon_is_an_area(read):
    found = read(document(SQUARE)).marks[0].shape
    assert isinstance(found, PictureRegion)
    assert found.kind == AREA
    assert found.geometry.bounds == (10, 10, 20.5, 20)
    assert found.geometry.area == 105


@pytest.mark.parametrize("corners", [([4, 5], [10, 9]), ([10, 9], [4, 5]), ([4, 5], [10, 5], [10, 9], [4, 9])])
def test_a_rectangle_is_a_box_from_two_corners_or_four(read, corners):
    found = read(document(shape("rectangle", *corners))).marks[0].shape
    assert isinstance(found, PictureBox)
    assert (found.kind, found.corners) == (BOX, (4, 5, 10, 9))


def test_a_circle_goes_through_the_point_on_its_rim(read):
    found = read(document(shape("circle", [50, 30], [53, 34]))).marks[0].shape
    assert found.geometry.area == pytest.approx(math.pi * 25, rel=1e-3)
    assert found.geometry.bounds == pytest.approx((45, 25, 55, 35))


@pytest.mark.parametrize("kind", ["line", "linestrip"])
def test_lines_have_no_width(read, kind):
    found = read(document(shape(kind, [1, 2], [3.5, 4], description="width=5"))).marks[0].shape
    assert isinstance(found, PictureLine)
    assert (found.kind, found.width) == (LINE, None)
    np.testing.assert_array_equal(found.points, [[1, 2], [3.5, 4]])


@pytest.mark.parametrize("kind", ["oriented_rectangle", "rotation"])
def test_a_turned_rectangle_is_an_area(read, kind):
    found = read(document(shape(kind, [10, 0], [20, 10], [10, 20], [0, 10]))).marks[0].shape
    assert found.geometry.area == 200


def test_a_mask_is_a_bitmap_x_first(read):
    mask = np.zeros((5, 8), dtype=np.uint8)
    mask[1, 2:6] = 1
    found = read(document(painted(mask, 12, 30))).marks[0].shape
    assert isinstance(found, Bitmap)
    assert found.origin == (12, 30)
    np.testing.assert_array_equal(found.mask, mask.T.astype(bool))


def test_points_are_left_out_with_one_warning(read, tmp_path, caplog):
    with caplog.at_level(logging.WARNING):
        marks = read(document(shape("point", [1, 1]), SQUARE, shape("points", [1, 1], [2, 2]))).marks
    assert [mark.where for mark in marks] == ["shape 2"]
    assert [record.getMessage() for record in caplog.records] == [
        f"{tmp_path / '01.json'}: 2 point shape(s) left out; a point says nothing of an area."
    ]


def test_names_are_stripped_and_kept(read):
    assert read(document({**SQUARE, "label": "  Gefäß A "})).marks[0].name == "Gefäß A"


def test_no_shapes_are_no_marks(read):
    assert read(document()).marks == []


def test_files_of_old_versions_are_read(read):
    old = {"label": "vessel", "line_color": None, "fill_color": None, "points": SQUARE["points"]}
    content = {"flags": {}, "shapes": [old], "lineColor": [0, 255, 0, 128], "imagePath": "01.jpg", "imageData": "AAAA"}
    found = read(content)
    assert found.size is None
    assert found.marks[0].shape.geometry.area == 105


@pytest.mark.parametrize(
    ("stated", "name"),
    [
        ("01.jpg", "01.jpg"),
        ("p01/left.jpg", "p01/left.jpg"),
        ("p01\\left.jpg", "p01/left.jpg"),
        ("./p01//left.jpg", "p01/left.jpg"),
        ("../images/a.jpg", "a.jpg"),
        ("..\\..\\images\\a.jpg", "a.jpg"),
        ("p01/../../../etc/passwd", "passwd"),
        ("/etc/passwd", "passwd"),
        ("C:\\Users\\me\\a.jpg", "a.jpg"),
        ("C:a.jpg", "a.jpg"),
        ("\\\\server\\share\\a.jpg", "a.jpg"),
        ("10:30.jpg", "10:30.jpg"),
        ("Bild ä.jpg", "Bild ä.jpg"),
    ],
)
def test_the_picture_s_name_never_leads_out_of_its_folder(read, stated, name):
    assert read(document(SQUARE, imagePath=stated)).image == name


@pytest.mark.parametrize("stated", [None, 3, "", "  ", "..", "a/..", "/", ".", "C:", "C:\\", "a\0.jpg", "a\n.jpg", []])
def test_a_file_without_a_picture_s_name_is_refused(read, stated):
    with pytest.raises(DataError, match='as "imagePath"'):
        read(document(SQUARE, imagePath=stated))


@pytest.mark.parametrize("width", [0, -3, 10.5, "100", True, math.nan, math.inf, None, []])
def test_a_size_that_is_none_is_refused(read, width):
    with pytest.raises(DataError, match='"imageWidth"'):
        read(document(SQUARE, imageWidth=width))


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (shape("polygon", [0, 0], [1, 1]), "at least 3"),
        (shape("polygon", [0, 0], [1, 1], [2, 2]), "around an area"),
        (shape("rectangle", [0, 0]), "two opposite corners"),
        (shape("rectangle", [0, 0], [4, 1], [5, 5], [1, 4]), "two opposite corners"),
        (shape("rectangle", [0, 0], [0, 4]), "sides above 0"),
        (shape("circle", [0, 0]), "centre"),
        (shape("circle", [2, 2], [2, 2]), "centre"),
        (shape("line", [2, 2]), "at least 2"),
        (shape("point"), "at least 1"),
        (shape("ellipse", [2, 2]), "shape_type"),
        (shape(["polygon"], [2, 2]), "shape_type"),
        (shape("polygon", [0, 0], [0, math.nan], [2, 2]), "within"),
        (shape("polygon", [0, 0], [0, math.inf], [2, 2]), "within"),
        (shape("polygon", [0, 0], [0, 1e7], [2, 2]), "within"),
        (shape("mask", [0, 0], [3, 3]), "PNG"),
        ({**SQUARE, "label": None}, '"label"'),
        ({**SQUARE, "label": " "}, '"label"'),
        ({**SQUARE, "label": 7}, '"label"'),
        ({**SQUARE, "points": None}, "list of points"),
        ({**SQUARE, "points": [[1, "2"]]}, "list of points"),
        (None, "expected an object"),
        ([], "expected an object"),
        (painted(np.ones((61, 8), dtype=np.uint8), 0, 0), "no more than its picture has"),
    ],
)
def test_a_bad_shape_is_refused_by_file_and_shape(read, tmp_path, bad, message):
    with pytest.raises(DataError, match=message) as error:
        read(document(SQUARE, bad))
    assert str(error.value).startswith(f"{tmp_path / '01.json'}: shape 2: ")


def test_all_problems_are_listed_together(read):
    with pytest.raises(DataError, match="4 problems") as error:
        read(document(shape("line", [2, 2]), SQUARE, {**SQUARE, "label": ""}, imagePath=None, imageWidth=0))
    assert all(part in str(error.value) for part in ("shape 1", "shape 3", "imagePath", "imageWidth"))


def test_a_mask_must_fit_the_picture_whatever_the_file_states(write):
    path = write(document(painted(np.ones((50, 8), dtype=np.uint8), 0, 0)))
    with pytest.raises(DataError, match="its picture has, 100 x 40"):
        labelme.read(path, lambda name: (100, 40))
    assert labelme.read(path, lambda name: None)[0].marks[0].shape.mask.sum() == 400


@pytest.mark.parametrize("wrong", [None, 0, -1, "x", True, [], {}, [[]], [None], {"a": 1}, 1e300])
def test_any_value_at_any_key_is_read_or_refused(read, wrong):
    """Never another error than a DataError, whatever stands where."""
    whole = document(SQUARE, painted(np.ones((2, 2), dtype=np.uint8), 0, 0))
    for key in whole:
        refused_or_read(read, {**whole, key: wrong})
    for number, part in enumerate(whole["shapes"]):
        for key in part:
            content = copy.deepcopy(whole)
            content["shapes"][number][key] = wrong
            refused_or_read(read, content)
            del content["shapes"][number][key]
            refused_or_read(read, content)


def refused_or_read(read, content):
    try:
        read(content)
    except DataError as error:
        assert "01.json" in str(error)


def test_a_file_cut_anywhere_is_refused(write):
    path = write(document(SQUARE))
    whole = path.read_bytes()
    for end in range(0, len(whole) - 1, 40):
        path.write_bytes(whole[:end])
        with pytest.raises(DataError, match=str(path)):
            labelme.read(path, lambda name: None)


def test_nesting_and_other_bytes_are_refused(tmp_path):
    path = tmp_path / "a.json"
    for content in (b'{"shapes":' + b"[" * 100_000, b"\xff\xfe\x00", b"", b"[]"):
        path.write_bytes(content)
        with pytest.raises(DataError, match=str(path)):
            labelme.read(path, lambda name: None)


def test_files_are_told_by_their_content(write):
    long = [shape("polygon", *np.arange(2000).reshape(-1, 2).tolist()) for _ in range(5)]
    assert labelme.matches(write(document(SQUARE)))
    assert labelme.matches(write(document(*long)))
    assert labelme.matches(write(document(*long, imageData="A" * 50_000)))
    assert labelme.matches(write({"imageData": "A" * 50_000, **document(*long)}))
    assert labelme.matches(write({"shapes": [], "imagePath": "a.jpg", "imageData": None}))


@pytest.mark.parametrize(
    "content",
    [
        {"images": [{"id": 1, "file_name": "a.jpg"}], "annotations": [], "categories": []},
        {"type": "FeatureCollection", "features": []},
        {"@schema": "https://slicer.org/markups-schema-v1.0.3.json#", "markups": [{"type": "Fiducial"}]},
        [document(SQUARE)],
        {},
        "imagePath shapes",
    ],
)
def test_other_files_are_not_taken_for_it(write, content):
    assert not labelme.matches(write(content))


def test_matching_never_raises(tmp_path):
    (tmp_path / "a.json").write_bytes(b"\xff{" * 9)
    (tmp_path / "b.json").mkdir()
    assert not any(labelme.matches(tmp_path / name) for name in ("a.json", "b.json", "none.json", "a.txt"))
