import json

import pytest
from benchmark_data import write_bar

from bundle.benchmarking.draw_set import draw_set, drawing_settings, drawings_folder, is_complete
from scripts.drawing.mask_folder import find_masked_images
from scripts.drawing.plan import DrawingPlan

PLAN = DrawingPlan({"bar": 255}, ratio=0.5, quality="clean", seed=3)


@pytest.fixture
def cases(tmp_path):
    for number in range(8):
        write_bar(tmp_path / "data", {"image": "images", "mask": "masks", "view": "views"}, number)
    return find_masked_images(*(tmp_path / "data" / name for name in ("images", "masks", "views")))


def read(folder, name):
    return json.loads((folder / f"datalist{name}.json").read_text())


@pytest.mark.parametrize("ratio, name", [(1.0, "1"), (0.3, "0.3"), (0.05, "0.05"), (0.01, "0.01")])
def test_name_of_the_folder(tmp_path, ratio, name):
    assert drawings_folder(tmp_path, "bad", ratio, 2) == tmp_path / "drawings" / f"bad-r{name}-s2"


def test_dense_cells_use_any_drawings(tmp_path):
    assert drawing_settings("dense", None) == ("realistic", 0.3)
    assert drawings_folder(tmp_path, "dense", None, 1) == drawings_folder(tmp_path, "realistic", 0.3, 1)


def test_datalists(cases, tmp_path):
    folder = draw_set(cases[:5], cases[5:], tmp_path / "out", PLAN)
    assert folder == tmp_path / "out" / "drawings" / "clean-r0.5-s3"
    coarse, dense, semi = (read(folder, name) for name in ("", "_dense", "_semi"))
    assert [case["supervision"] for case in coarse["training"]] == ["coarse"] * 5
    assert [case["supervision"] for case in dense["training"]] == ["dense"] * 5
    assert sorted(case["supervision"] for case in semi["training"]) == ["coarse"] * 3 + ["dense"] * 2
    for content in (coarse, dense, semi):
        assert content["validation"] == dense["training"][:1]
        assert [case["subject"] for case in content["test"]] == ["05", "06", "07"]
        assert {case["supervision"] for case in content["test"]} == {"dense"}
        assert content["labels"] == {"bar": 1, "not bar": 2, "background": 3, "ignore": 255}
        assert content["dense_labels"] == {"background": 0, "bar": 255}
        for case in [*content["training"], *content["validation"], *content["test"]]:
            assert all((folder / case[key]).is_file() for key in ("image", "label", "field_of_view"))
    assert dense["test"][0].keys() == dense["training"][0].keys()
    assert all(case["drawing"]["ratio"] > 0 for case in coarse["training"])


def test_two_test_cases_are_drawn_to_be_shown(cases, tmp_path):
    folder = draw_set(cases[:5], cases[5:], tmp_path / "out", PLAN)
    drawn = sorted(path.stem for path in (folder / "drawings").iterdir())
    assert drawn == ["00", "01", "02", "03", "04", "05", "06"]


def test_made_once_and_what_a_stopped_run_left_is_made_again(cases, tmp_path):
    folder = draw_set(cases[:5], cases[5:], tmp_path / "out", PLAN)
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    times = {path: path.stat().st_mtime_ns for path in before}
    draw_set(cases[:5], cases[5:], tmp_path / "out", PLAN)
    assert {path: path.stat().st_mtime_ns for path in before} == times
    (folder / "datalist_semi.json").unlink()
    (folder / "drawings" / "00.png").write_bytes(b"half")
    assert not is_complete(folder)
    draw_set(cases[:5], cases[5:], tmp_path / "out", PLAN)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
