import hashlib
import json
from concurrent.futures import ThreadPoolExecutor

import nibabel as nib
import numpy as np
import pytest
from PIL import Image

from scripts.data.demo import _publish, ensure_demo, make_demo
from scripts.drawing import measure_drawing
from scripts.errors import DataError, SettingError

SMALL_VOLUMES = {"flavour": "volume", "cases": (2, 1, 0), "size": (26, 32, 26), "progress": False}
SMALL = {"cases": (2, 1, 1), "size": (80, 88), "progress": False}


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    return make_demo(tmp_path_factory.mktemp("data") / "demo", **SMALL).parent


@pytest.fixture(scope="module")
def volumes(tmp_path_factory):
    return make_demo(tmp_path_factory.mktemp("data") / "demo_volume", **SMALL_VOLUMES).parent


def _read(path):
    return np.asarray(Image.open(path))


def _digests(folder):
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_files_and_datalists(demo):
    datalist, dense = (json.loads((demo / name).read_text()) for name in ("datalist.json", "datalist_dense.json"))
    assert [len(datalist[section]) for section in ("training", "validation", "test")] == [2, 1, 1]
    assert datalist["labels"] == {"vessel": 1, "not vessel": 2, "background": 3, "ignore": 255}
    assert datalist["dense_labels"] == {"background": 0, "vessel": 255}
    for content in (datalist, dense):
        for section in ("training", "validation", "test"):
            for case in content[section]:
                assert all((demo / case[key]).is_file() for key in ("image", "label", "field_of_view"))
    assert {case["supervision"] for case in datalist["training"]} == {"coarse"}
    assert {case["supervision"] for case in dense["training"] + datalist["validation"]} == {"dense"}
    assert len(list((demo / "drawings").iterdir())) == 2


def test_pictures(demo):
    stem = "training_001.png"
    assert _read(demo / "images" / stem).shape == (80, 88, 3)
    assert set(np.unique(_read(demo / "masks" / stem))) == {0, 255}
    assert set(np.unique(_read(demo / "fields_of_view" / stem))) == {0, 255}
    assert set(np.unique(_read(demo / "drawings" / stem))) == {0, 1, 2}


def test_statistics_are_those_of_the_files(demo):
    datalist = json.loads((demo / "datalist.json").read_text())
    for case in datalist["training"]:
        mask = _read(demo / "masks" / f"{case['subject']}.png") > 0
        view = _read(demo / case["field_of_view"]) > 0
        figures = measure_drawing(_read(demo / case["label"]), {"vessel": mask}, datalist["labels"], view)
        assert {key: case["drawing"][key] for key in figures} == figures


def test_more_cases_change_no_other(demo, tmp_path):
    other = make_demo(tmp_path / "demo", **SMALL | {"cases": (3, 1, 0)}).parent
    stem = "training_002.png"
    for folder in ("images", "masks", "drawings"):
        assert (other / folder / stem).read_bytes() == (demo / folder / stem).read_bytes()


def test_a_complete_folder_is_left_untouched(demo):
    before = _digests(demo)
    make_demo(demo, **SMALL | {"cases": (1, 0, 0)})
    assert _digests(demo) == before


def test_refuses_a_folder_with_something_else(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(DataError, match="holds no complete demo"):
        make_demo(tmp_path, **SMALL)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_an_error_leaves_nothing_behind(tmp_path):
    with pytest.raises(ValueError, match="quality"):
        make_demo(tmp_path / "demo", **SMALL, quality="perfect")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("cases", [(0, 1, 1), (1, -1, 0), (1, 1)])
def test_refuses_wrong_numbers_of_cases(tmp_path, cases):
    with pytest.raises(DataError, match="numbers of cases"):
        make_demo(tmp_path / "demo", cases=cases)


def test_whoever_renames_second_uses_the_first(demo, tmp_path):
    late = tmp_path / "late"
    late.mkdir()
    before = _digests(demo)
    _publish(late, demo)
    assert _digests(demo) == before


def test_two_at_once(tmp_path):
    settings = SMALL | {"cases": (1, 0, 0)}
    with ThreadPoolExecutor(2) as pool:
        results = [pool.submit(make_demo, tmp_path / "demo", **settings) for _ in range(2)]
        assert [result.result() for result in results] == [tmp_path / "demo" / "datalist.json"] * 2
    assert [path.name for path in tmp_path.iterdir()] == ["demo"]


def test_volumes_and_their_datalists(volumes):
    datalist, dense = (json.loads((volumes / name).read_text()) for name in ("datalist.json", "datalist_dense.json"))
    assert [len(datalist[section]) for section in ("training", "validation", "test")] == [2, 1, 0]
    assert datalist["labels"] == {
        "anterior": 1,
        "not anterior": 2,
        "posterior": 3,
        "not posterior": 4,
        "background": 5,
        "ignore": 255,
    }
    assert datalist["dense_labels"] == {"background": 0, "anterior": 1, "posterior": 2}
    assert "no real anatomy" in datalist["provenance"]["images"]
    for content, folder, supervision in ((datalist, "drawings", "coarse"), (dense, "masks", "dense")):
        for case in content["training"]:
            assert case["label"] == f"{folder}/{case['subject']}.nii.gz" and case["supervision"] == supervision
            image, label = (nib.load(volumes / case[key]) for key in ("image", "label"))
            assert image.shape == label.shape
            np.testing.assert_array_equal(image.affine, label.affine)
    assert datalist["validation"] == dense["validation"]
    assert {path.name for path in volumes.iterdir()} == {
        "images",
        "masks",
        "drawings",
        "datalist.json",
        "datalist_dense.json",
    }


def test_same_seed_same_bytes(volumes, tmp_path):
    again = make_demo(tmp_path / "demo", **SMALL_VOLUMES).parent
    assert _digests(again) == _digests(volumes)
    other = make_demo(tmp_path / "other", **SMALL_VOLUMES | {"seed": 1}).parent
    assert _digests(other).keys() == _digests(volumes).keys()
    assert not set(_digests(other).values()) & set(_digests(volumes).values())


def test_ensure_demo_leaves_its_own_flavour_and_refuses_the_other(demo, volumes):
    before = _digests(demo), _digests(volumes)
    assert ensure_demo(demo) == demo / "datalist.json"
    assert ensure_demo(volumes, "volume") == volumes / "datalist.json"
    with pytest.raises(DataError, match='demo of flavour "fundus", but "volume" is wanted'):
        ensure_demo(demo, "volume")
    with pytest.raises(DataError, match='demo of flavour "volume", but "fundus" is wanted'):
        ensure_demo(volumes)
    assert (_digests(demo), _digests(volumes)) == before


@pytest.mark.parametrize("text", ['{"name": "mine"}', "[]", "no JSON"])
def test_own_data_are_taken_as_they_are(tmp_path, text):
    for name in ("datalist.json", "datalist_dense.json"):
        (tmp_path / name).write_text(text)
    assert ensure_demo(tmp_path, "volume") == tmp_path / "datalist.json"
    assert (tmp_path / "datalist.json").read_text() == text


def test_refuses_an_unknown_flavour(tmp_path):
    with pytest.raises(SettingError, match="one of fundus, volume, got 'brain'"):
        make_demo(tmp_path / "demo", flavour="brain")
    assert list(tmp_path.iterdir()) == []
