"""The how-to pages on importing photographs: each command runs, and gives what the page promises."""

import json
import shutil

import numpy as np
import pytest
from howto_support import run_page
from PIL import Image
from tests_support import write_case

DRAWN = ("p01_left", "p01_right", "p02_left", "p03_left")
TRACED = ("p04_left", "p05_left")
SIZE = (320, 288)
# x and y count pixel edges, so these lines run through the centres of pixels; three pixels wide they fill rows 59 to 61
LINE = [[40.5, 60.5], [200.5, 60.5]]
SECOND_LINE = [[40.5, 90.5], [120.5, 90.5]]
SQUARE = [[60, 150], [140, 150], [140, 230], [60, 230]]
HOLE = [[80, 170], [120, 170], [120, 210], [80, 210]]
OTHER_SQUARE = [[200, 150], [240, 150], [240, 190], [200, 190]]
DOUBT = [[260, 20], [300, 20], [300, 60], [260, 60]]


@pytest.fixture
def mine(request, tmp_path):
    """A folder of photographs, parts of real ones where these are there, and dense masks of two subjects."""
    folder = tmp_path / "mine"
    for kind in ("images", "masks"):
        (folder / kind).mkdir(parents=True)
    try:
        real = request.getfixturevalue("les_av")
    except pytest.skip.Exception:
        real = None
    for number, name in enumerate((*DRAWN, *TRACED)):
        if real:
            photograph = sorted((real / "images").glob("*.png"))[number]
            image, mask = (
                Image.open(real / kind / photograph.name).crop((200, 200, 200 + SIZE[0], 200 + SIZE[1]))
                for kind in ("images", "masks_vessel")
            )
        else:
            arrays = write_case(tmp_path / "generated", name, seed=number, size=SIZE)
            image, mask = Image.fromarray(arrays["image"]), Image.fromarray(arrays["mask"] * 255)
        image.save(folder / "images" / f"{name}.png")
        if name in TRACED:
            mask.save(folder / "masks" / f"{name}.png")
    return folder


def write_labelme(folder):
    """As labelme 5 saves with ``--nodata`` and ``--output``."""
    folder.mkdir()
    for name in DRAWN:
        shapes = [("vessel", "linestrip", LINE), ("vessel", "line", SECOND_LINE), ("not vessel", "polygon", SQUARE)]
        content = {
            "version": "5.5.0",
            "flags": {},
            "shapes": [
                {
                    "label": label,
                    "points": points,
                    "group_id": None,
                    "description": "",
                    "shape_type": kind,
                    "flags": {},
                    "mask": None,
                }
                for label, kind, points in shapes
            ],
            "imagePath": f"..\\images\\{name}.png",
            "imageData": None,
            "imageHeight": SIZE[1],
            "imageWidth": SIZE[0],
        }
        (folder / f"{name}.json").write_text(json.dumps(content, indent=2))


def write_cvat(folder, shapes):
    """As CVAT 2 exports "CVAT for images 1.1"; it lists images without a shape too."""
    folder.mkdir()
    images = "".join(
        f'  <image id="{number}" name="{name}.png" width="{SIZE[0]}" height="{SIZE[1]}">\n'
        f"{shapes if name in DRAWN else ''}  </image>\n"
        for number, name in enumerate((*DRAWN, *TRACED))
    )
    (folder / "annotations.xml").write_text(
        '<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n  <version>1.1</version>\n'
        f"  <meta>\n    <job>\n      <id>7</id>\n    </job>\n  </meta>\n{images}</annotations>\n"
    )


def points(values):
    return ";".join(f"{x:.2f},{y:.2f}" for x, y in values)


def write_qupath(folder):
    """As QuPath 0.5 exports, with a hole, an area of two parts, and its own class ``Ignore*``."""
    folder.mkdir()

    def ring(corners):
        return [*corners, corners[0]]

    drawn = [
        ("vessel", {"type": "LineString", "coordinates": LINE}),
        ("vessel", {"type": "LineString", "coordinates": SECOND_LINE}),
        ("not vessel", {"type": "Polygon", "coordinates": [ring(SQUARE), ring(HOLE)]}),
        ("not vessel", {"type": "MultiPolygon", "coordinates": [[ring(OTHER_SQUARE)], [ring(HOLE[:3])]]}),
        ("Ignore*", {"type": "Polygon", "coordinates": [ring(DOUBT)]}),
    ]
    features = [
        {
            "type": "Feature",
            "id": f"0a1b2c3d-0000-4000-8000-{number:012d}",
            "geometry": geometry,
            "properties": {"objectType": "annotation", "classification": {"name": name, "color": [200, 0, 0]}},
        }
        for number, (name, geometry) in enumerate(drawn)
    ]
    for name in DRAWN:
        content = {"type": "FeatureCollection", "features": features}
        (folder / f"{name}.geojson").write_text(json.dumps(content))


def read_label(path):
    """`HW`, as the pictures are looked at."""
    return np.asarray(Image.open(path))


def check_data_set(mine):
    """What all pages promise: the drawings are trained on, two subjects with dense masks are measured on."""
    datalist = json.loads((mine / "set" / "datalist.json").read_text())
    assert [case["label"] for case in datalist["training"]] == [f"labels/{name}.png" for name in DRAWN]
    assert [case["subject"] for case in datalist["training"]] == ["p01", "p01", "p02", "p03"]
    assert [(case["label"], case["supervision"]) for case in datalist["validation"]] == [
        (f"masks/{name}.png", "dense") for name in TRACED
    ]
    assert datalist["unlabelled"] == [] and datalist["labels"]["vessel"] == 1 and datalist["labels"]["not vessel"] == 2
    for name in TRACED:
        traced, mask = read_label(mine / "masks" / f"{name}.png"), read_label(mine / "set" / "masks" / f"{name}.png")
        assert np.array_equal(mask, (traced > 0).astype(np.uint8))
    assert (mine / "check" / "report.html").stat().st_size > 10_000


def check_lines(label):
    """Both lines are vessel, three pixels wide."""
    assert (label[59:62, 41:200] == 1).all() and (label[89:92, 41:120] == 1).all()
    assert not label[[57, 63, 87, 93], 41:120].any()


def test_labelme(mine, tmp_path):
    write_labelme(mine / "labelme")
    blocks = run_page("import-labelme", mine, tmp_path / "root")
    assert (mine / "models" / "model.pt").exists()
    assert "cases: 4 new" in blocks[0].output and "note: each image counts" not in blocks[0].output
    check_data_set(mine)
    label = read_label(mine / "set" / "labels" / "p01_left.png")
    check_lines(label)
    assert (label[150:230, 60:140] == 2).all() and np.count_nonzero(label == 2) == 80 * 80


def test_cvat(mine, tmp_path):
    drawn = (
        f'    <polyline label="vessel" source="manual" occluded="0" points="{points(LINE)}" z_order="0">\n'
        "    </polyline>\n"
        f'    <polyline label="vessel" source="manual" occluded="0" points="{points(SECOND_LINE)}" z_order="0">\n'
        "    </polyline>\n"
        f'    <polygon label="not vessel" source="manual" occluded="0" points="{points(SQUARE)}" z_order="0">\n'
        "    </polygon>\n"
        # rows of 4 pixels: the first one is open, the other 7 are painted
        '    <mask label="not vessel" source="manual" occluded="0" rle="1, 7" left="260" top="20" width="4" height="2" '
        'z_order="0">\n    </mask>\n'
    )
    boxed = (
        '    <box label="lesion" source="manual" occluded="0" xtl="10.00" ytl="20.00" xbr="31.50" ybr="42.00" '
        'z_order="0">\n    </box>\n'
    )
    write_cvat(mine / "cvat", drawn)
    write_cvat(mine / "boxes", boxed)
    blocks = run_page("import-cvat", mine, tmp_path / "root")
    assert (mine / "models" / "model.pt").exists()
    assert "cases: 4 new" in blocks[0].output and "2 empty" in blocks[0].output
    check_data_set(mine)
    label = read_label(mine / "set" / "labels" / "p02_left.png")
    check_lines(label)
    assert (label[150:230, 60:140] == 2).all()
    assert label[20:22, 260:264].tolist() == [[0, 2, 2, 2], [2, 2, 2, 2]]

    lesions = json.loads((mine / "set_lesions" / "datalist.json").read_text())
    assert lesions["classes"] == ["background", "lesion"]
    assert all(case["boxed_classes"] == ["lesion"] for case in lesions["training"])
    assert len(lesions["training"]) == 4 and len(lesions["unlabelled"]) == 2
    boxes = json.loads((mine / "set_lesions" / lesions["training"][0]["boxes"]).read_text())
    assert boxes == [{"class": "lesion", "box": [10, 20, 31.5, 42]}]


def test_qupath(mine, tmp_path):
    write_qupath(mine / "qupath")
    run_page("import-qupath", mine, tmp_path / "root")
    assert (mine / "models" / "model.pt").exists()
    check_data_set(mine)
    label = read_label(mine / "set" / "labels" / "p03_left.png")
    check_lines(label)
    assert (label[150:170, 60:140] == 2).all() and label[205, 85] == 0  # in the hole
    assert label[172, 118] == 2  # of the second part, a triangle in the hole
    assert (label[150:190, 200:240] == 2).all()
    assert (label[20:60, 260:300] == 255).all()


def test_general_page(mine, tmp_path):
    write_labelme(mine / "annotations")
    for who, names in (("anna", DRAWN[:3]), ("ben", DRAWN[2:])):
        (mine / "people" / who).mkdir(parents=True)
        for name in names:
            shutil.copy(mine / "annotations" / f"{name}.json", mine / "people" / who)
    (mine / "fov").mkdir()
    for name in (*DRAWN, *TRACED):
        Image.new("L", SIZE, 255).save(mine / "fov" / f"{name}.png")
    dry, imported, *_ = run_page("import", mine, tmp_path / "root")
    assert "Nothing was written" in dry.output and "cases: 4 new" in imported.output
    assert (mine / "rules.csv").read_text().splitlines() == [
        "label,shape,meaning,width",
        "vessel,,vessel,",
        "not vessel,,not vessel,",
    ]
    check_data_set(mine)
    check_lines(read_label(mine / "set" / "labels" / "p01_right.png"))
    datalist = json.loads((mine / "set" / "datalist.json").read_text())
    cases = [case for section in ("training", "validation") for case in datalist[section]]
    assert all(case["field_of_view"] == case["image"].replace("/images/", "/fov/") for case in cases)

    people = json.loads((mine / "set_people" / "datalist.json").read_text())
    cases = [case for section in ("training", "validation") for case in people[section]]
    assert sorted((case["label"], case["annotator"]) for case in cases) == [
        *((f"labels/anna/{name}.png", "anna") for name in DRAWN[:3]),
        *((f"labels/ben/{name}.png", "ben") for name in DRAWN[2:]),
    ]
    # both drawings of this subject are in one list
    lists = [section for section in ("training", "validation") for case in people[section] if "p02" in case["image"]]
    assert len(lists) == 2 and len(set(lists)) == 1
