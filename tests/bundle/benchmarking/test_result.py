import json
from dataclasses import replace

import pytest

from bundle.benchmarking.cell import Cell
from bundle.benchmarking.result import Result, result_path
from scripts.errors import DataError

CELL = Cell("retina", "default", 0.3, "realistic", 1)


def test_comes_back_as_it_was(tmp_path):
    result = Result(
        CELL,
        "done",
        metrics={"dice": 0.5, "ece": None},
        cases={"a": {"dice": 0.5}},
        matrices={"estimated": [[1.0, None], [0.0, None]], "true": None},
        budget={"epochs": 3},
        commands=["a", "b"],
    )
    path = result_path(tmp_path, CELL)
    result.write(path)
    assert path == tmp_path / "cells" / "default-realistic-r0.3-s1.json"
    assert Result.read(path) == result
    assert [file.name for file in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"cell": {}}', '{"status": "done", "other": 1}'])
def test_another_file_is_refused(tmp_path, content):
    path = tmp_path / "cell.json"
    path.write_text(content)
    with pytest.raises(DataError, match=r"cell\.json is not a result.*Remove it"):
        Result.read(path)


def test_an_unknown_status_is_refused(tmp_path):
    path = tmp_path / "cell.json"
    replace(Result(CELL, "done"), status="half").write(path)
    with pytest.raises(DataError, match="'half', expected done or stopped"):
        Result.read(path)


def test_nan_is_no_value(tmp_path):
    with pytest.raises(ValueError, match="JSON"):
        Result(CELL, "done", metrics={"dice": float("nan")}).write(tmp_path / "cell.json")
    assert not (tmp_path / "cell.json").exists()


def test_the_cell_is_spelled_out(tmp_path):
    Result(CELL, "stopped", "the guard").write(tmp_path / "cell.json")
    content = json.loads((tmp_path / "cell.json").read_text())
    assert content["cell"] == {
        "data_set": "retina",
        "method": "default",
        "ratio": 0.3,
        "quality": "realistic",
        "seed": 1,
    }
    assert content["reason"] == "the guard"
