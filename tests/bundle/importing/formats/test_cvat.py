"""CVAT for images 1.1, as its documentation and its exports are."""

import logging

import numpy as np
import pytest
from shapely.geometry import Polygon

from bundle.importing.formats import cvat
from bundle.importing.marks import Bitmap, PictureBox, PictureLine, PictureRegion
from scripts.errors import DataError

# the example of CVAT's documentation, with what later releases write besides
META = """  <version>1.1</version>
  <meta>
    <task>
      <id>4</id>
      <name>segmentation</name>
      <size>2</size>
      <mode>annotation</mode>
      <overlap>0</overlap>
      <bugtracker></bugtracker>
      <created>2018-09-25 11:34:24.617558+03:00</created>
      <updated>2018-09-25 11:38:27.301183+03:00</updated>
      <labels>
        <label>
          <name>car</name>
          <color>#c06060</color>
          <type>any</type>
          <attributes>
          </attributes>
        </label>
      </labels>
      <segments>
        <segment>
          <id>4</id>
          <start>0</start>
          <stop>1</stop>
          <url>http://localhost:8080/?id=4</url>
        </segment>
      </segments>
      <owner>
        <username>admin</username>
        <email></email>
      </owner>
    </task>
    <dumped>2018-09-25 11:38:28.799808+03:00</dumped>
  </meta>
"""
SHAPES = """
    <box label="plate" source="manual" occluded="0" xtl="2.00" ytl="3.50" xbr="10.00" ybr="7.00" z_order="4">
    </box>
    <polygon label="car" source="manual" occluded="0" points="1.00,1.00;5.00,1.00;5.00,4.00" z_order="1">
      <attribute name="colour">red</attribute>
    </polygon>
    <polyline label=" traffic line " source="manual" occluded="1" points="0.00,0.00;12.50,9.00;3.00,9.00" z_order="3">
    </polyline>
    <mask label="road" source="semi-auto" occluded="0" rle="1, 2, 2, 1" left="4" top="5" width="3" height="2"
      z_order="3">
    </mask>
    <points label="wheel" source="manual" occluded="0" points="574.90,939.48;1170.16,907.90" z_order="5">
    </points>
    <points label="wheel" source="manual" occluded="0" points="574.90,939.48" z_order="5">
    </points>
    <skeleton label="person" source="manual" z_order="0">
      <points label="head" source="manual" outside="0" occluded="0" points="5.00,5.00">
      </points>
    </skeleton>
    <tag label="good_frame" source="manual">
    </tag>
"""


def image(shapes="", name="p01/left.png", size=(20, 10)):
    return f'  <image id="0" name="{name}" width="{size[0]}" height="{size[1]}">{shapes}</image>\n'


def write(tmp_path, *images, meta=META):
    path = tmp_path / "annotations.xml"
    path.write_text(f'<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n{meta}{"".join(images)}</annotations>\n')
    return path


def size_of(name):
    return {"p01/left.png": (20, 10), "p01/right.png": (20, 10)}.get(name)


def read_shape(tmp_path, shape):
    (found,) = cvat.read(write(tmp_path, image(shape)), size_of)
    (mark,) = found.marks
    return mark.shape


def refuse(tmp_path, shapes, message):
    with pytest.raises(DataError, match=message) as error:
        cvat.read(write(tmp_path, image(shapes)), size_of)
    assert "annotations.xml" in str(error.value)


def test_every_image_is_given_with_its_marks_from_low_to_high(tmp_path):
    path = write(tmp_path, image(SHAPES), image(name="p01/right.png"))
    left, right = cvat.read(path, size_of)
    assert (left.source, left.image, left.size) == (path, "p01/left.png", (20, 10))
    assert (right.image, right.marks) == ("p01/right.png", [])
    assert not left.exhaustive and not right.exhaustive
    assert [mark.name for mark in left.marks] == ["car", "traffic line", "road", "plate"]
    car, line, road, plate = (mark.shape for mark in left.marks)
    assert isinstance(car, PictureRegion) and car.geometry.equals(Polygon([(1, 1), (5, 1), (5, 4)]))
    assert isinstance(line, PictureLine) and line.points.tolist() == [[0, 0], [12.5, 9], [3, 9]] and line.width is None
    assert isinstance(road, Bitmap) and road.origin == (4, 5)
    assert road.mask.T.tolist() == [[False, True, True], [False, False, True]]
    assert plate == PictureBox((2, 3.5, 10, 7))
    assert left.marks[0].where == 'image "p01/left.png", shape 2 (polygon)'


def test_what_covers_no_pixels_is_left_out_with_one_warning_for_each_kind(tmp_path, caplog):
    path = write(tmp_path, image(SHAPES), image('<tag label="a"></tag>', name="p01/right.png"))
    with caplog.at_level(logging.WARNING):
        cvat.read(path, size_of)
    said = sorted(record.getMessage().removeprefix(f"{path}: ").split(" left")[0] for record in caplog.records)
    assert said == ["1 skeleton(s)", "2 points(s)", "2 tag(s)"]


def test_turned_boxes_are_regions(tmp_path):
    turned = read_shape(tmp_path, '<box label="a" xtl="4" ytl="2" xbr="10" ybr="4" rotation="90.00" z_order="0"/>')
    assert turned.geometry.symmetric_difference(Polygon([(6, 0), (8, 0), (8, 6), (6, 6)])).area < 1e-9
    # CVAT turns clockwise, as seen on the picture: the end to the right goes down
    turned = read_shape(tmp_path, '<box label="a" xtl="0" ytl="4" xbr="10" ybr="6" rotation="30" z_order="0"/>')
    right_end = np.array([5 + 5 * np.cos(np.pi / 6), 5 + 5 * np.sin(np.pi / 6)])
    assert turned.geometry.exterior.distance(Polygon([right_end] * 3).centroid) < 1e-9


def test_a_box_turned_by_nothing_is_a_box(tmp_path):
    assert read_shape(tmp_path, '<box label="a" xtl="4" ytl="2" xbr="10" ybr="4" rotation="360"/>') == PictureBox(
        (4, 2, 10, 4)
    )


def test_ellipses(tmp_path):
    shape = read_shape(tmp_path, '<ellipse label="a" occluded="0" cx="9.0" cy="5.0" rx="4" ry="2" z_order="0"/>')
    assert shape.geometry.bounds == pytest.approx((5, 3, 13, 7))
    assert shape.geometry.area == pytest.approx(np.pi * 4 * 2, rel=2e-4)
    turned = read_shape(tmp_path, '<ellipse label="a" cx="9" cy="5" rx="4" ry="2" rotation="90.00" z_order="0"/>')
    assert turned.geometry.bounds == pytest.approx((7, 1, 11, 9))


def test_project_exports_name_subset_and_task(tmp_path):
    path = write(tmp_path, '<image id="0" name="a.png" subset="Train" task_id="7" width="3" height="2"></image>')
    assert [found.image for found in cvat.read(path, size_of)] == ["a.png"]


def test_names_are_only_names(tmp_path):
    (found,) = cvat.read(write(tmp_path, image(name="../../etc/passwd")), lambda name: None)
    assert found.image == "../../etc/passwd" and found.marks == []


def test_tracks_are_refused_with_what_to_export(tmp_path):
    track = """<track id="0" label="car" source="manual">
    <box frame="0" keyframe="1" outside="0" occluded="0" xtl="1.00" ytl="1.00" xbr="2.00" ybr="2.00" z_order="0">
    </box></track>"""
    with pytest.raises(DataError, match='tracks of a video.*"CVAT for images 1.1"'):
        cvat.read(write(tmp_path, track), size_of)


def test_a_file_without_images_is_refused(tmp_path):
    with pytest.raises(DataError, match="lists no image"):
        cvat.read(write(tmp_path), size_of)


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ('<polygon label="a" points="1,1;2,2"/>', "at least 3 point"),
        ('<polygon label="a"/>', "at least 3 point"),
        ('<polygon label="a" points="1,1;2,x;3,3"/>', 'got "2,x" as point 2'),
        ('<polygon label="a" points="1,1;2;3,3"/>', 'got "2" as point 2'),
        ('<polygon label="a" points="1,1;nan,2;3,3"/>', "expected coordinates"),
        ('<polyline label="a" points="1,1;1e999,2"/>', "expected coordinates"),
        ('<polyline label="a" points="1,1"/>', "at least 2 point"),
        ('<polygon points="1,1;2,2;3,1"/>', "has no label"),
        ('<polygon label=" " points="1,1;2,2;3,1"/>', "has no label"),
        ('<polygon label="a" points="1,1;2,2;3,1" z_order="top"/>', "a whole number as z_order"),
        ('<box label="a" xtl="1" ytl="1" xbr="2"/>', "a number as ybr, got nothing"),
        ('<box label="a" xtl="1" ytl="1" xbr="2" ybr="2" rotation="inf"/>', "shape 1 .box.: expected"),
        ('<ellipse label="a" cx="1" cy="1" rx="0" ry="1"/>', "radii must be above 0"),
        ('<ellipse label="a" cx="1" cy="1" rx="1e7" ry="1"/>', "expected coordinates"),
        ('<ellipse label="a" cx="1" cy="1" rx="nan" ry="1"/>', "expected coordinates"),
        ('<mask label="a" rle="1, -2, 3" left="0" top="0" width="2" height="1"/>', "whole numbers from 0 on, got -2"),
        ('<mask label="a" rle="1, 2" left="0" top="0" width="2" height="1"/>', "add up to 3 pixels; expected 2"),
        ('<mask label="a" rle="" left="0" top="0" width="2" height="1"/>', "whole numbers"),
        ('<mask label="a" rle="1, x" left="0" top="0" width="2" height="1"/>', "got ' x'"),
        ('<mask label="a" rle="2" left="0" top="0" width="-2" height="-1"/>', "at least 1 x 1"),
        ('<mask label="a" rle="2" left="0" width="2" height="1"/>', "a whole number as top, got nothing"),
        ('<mask label="a" rle="2" left="99999999" top="0" width="2" height="1"/>', "expected coordinates"),
        (
            '<mask label="a" rle="1000000000000" left="0" top="0" width="1000000" height="1000000"/>',
            "has 1000000 x 1000000 pixels; expected at most those of its image, 20 x 10",
        ),
        ('<star label="a"/>', "expected one of polygon, polyline, box, ellipse, mask"),
    ],
)
def test_shapes_that_are_none_are_refused(tmp_path, shape, message):
    refuse(tmp_path, shape, message)


def test_all_problems_are_listed(tmp_path):
    shapes = '<polygon label="a" points="1,1"/><box label="a"/>'
    path = write(tmp_path, image(shapes), image(), '<image name="c.png" width="0" height="x"/>', "<image/>")
    with pytest.raises(DataError) as error:
        cvat.read(path, size_of)
    for part in ("5 problems", "shape 1 (polygon)", "shape 2 (box)", "listed 2 times", "as height", "has no name"):
        assert part in str(error.value)


@pytest.mark.parametrize("keep", [0, 40, 700, 1200, -3])
def test_cut_off_files_are_refused(tmp_path, keep):
    path = write(tmp_path, image(SHAPES))
    path.write_text(path.read_text()[:keep])
    with pytest.raises(DataError, match="annotations.xml: is damaged or cut off"):
        cvat.read(path, size_of)


def test_entities_are_refused(tmp_path):
    path = tmp_path / "annotations.xml"
    path.write_text('<!DOCTYPE annotations [<!ENTITY x SYSTEM "file:///etc/passwd">]><annotations>&x;</annotations>')
    assert cvat.matches(path)
    with pytest.raises(DataError, match="document type definition"):
        cvat.read(path, size_of)


def test_the_format_is_known_by_its_outermost_element(tmp_path):
    assert cvat.matches(write(tmp_path, image()))
    other = tmp_path / "voc.xml"
    other.write_text("<annotation><filename>a.png</filename></annotation>")
    assert not cvat.matches(other) and not cvat.matches(tmp_path / "missing.xml")
