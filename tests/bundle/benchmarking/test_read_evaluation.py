"""Tables of evaluations under short names."""

import json

import pytest

from bundle.benchmarking.read_evaluation import read_evaluation
from scripts.errors import DataError


def write(folder, table, **metrics):
    (folder / "metrics.csv").write_text(table)
    (folder / "metrics.json").write_text(json.dumps(metrics))
    return folder


ONE = "case,val_dice,val_ece\na,0.500000,0.1\nb,,0.3\nmean,0.5,0.2\nmedian,0.5,0.2\nstd,0,0.1\n"
TWO = (
    "case,val_dice[artery],val_dice[vein],val_ece\na,0.5,0.7,0.1\nb,,0.6,0.3\nc,,,0.3\n"
    "mean,0.5,0.65,0.2\nmedian,0.5,0.65,0.3\nstd,0,0.05,0.1\n"
)


def test_one_class(tmp_path):
    metrics, cases = read_evaluation(
        write(tmp_path, ONE, cases=2, val_dice=0.5, val_ece=0.2, val_pooled_iou=0.25, val_best_threshold=None)
    )
    assert metrics == {"dice": 0.5, "ece": 0.2, "pooled_iou": 0.25, "best_threshold": None}
    assert cases == {"a": {"dice": 0.5, "ece": 0.1}, "b": {"dice": None, "ece": 0.3}}


def test_several_classes_have_their_mean(tmp_path):
    metrics, cases = read_evaluation(write(tmp_path, TWO, cases=3, val_dice=0.6, val_ece=0.2))
    # over all, the evaluation's own mean counts
    assert metrics == {"dice": 0.6, "dice[artery]": 0.5, "dice[vein]": 0.65, "ece": 0.2}
    assert cases["a"] == {"dice": pytest.approx(0.6), "dice[artery]": 0.5, "dice[vein]": 0.7, "ece": 0.1}
    assert cases["b"] == {"dice": 0.6, "dice[artery]": None, "dice[vein]": 0.6, "ece": 0.3}
    assert cases["c"]["dice"] is None


def test_a_case_may_be_called_mean(tmp_path):
    _, cases = read_evaluation(write(tmp_path, ONE.replace("\na,", "\nmean,"), cases=2, val_dice=0.5))
    assert list(cases) == ["mean", "b"]


@pytest.mark.parametrize("missing", ["metrics.csv", "metrics.json"])
def test_a_missing_file_is_named(tmp_path, missing):
    (write(tmp_path, ONE, cases=2) / missing).unlink()
    with pytest.raises(DataError, match=missing):
        read_evaluation(tmp_path)


@pytest.mark.parametrize(
    ("table", "cases"), [(ONE, 3), ("", 0), ("a,b\n", 0), (ONE.replace("b,,0.3", "b,0.3"), 2), (TWO, None)]
)
def test_a_table_of_something_else_is_refused(tmp_path, table, cases):
    with pytest.raises(DataError, match=r"metrics\.csv"):
        read_evaluation(write(tmp_path, table, cases=cases))


@pytest.mark.parametrize("content", ["[1]", "{"])
def test_metrics_that_are_none_are_refused(tmp_path, content):
    write(tmp_path, ONE)
    (tmp_path / "metrics.json").write_text(content)
    with pytest.raises(DataError, match=r"metrics\.json"):
        read_evaluation(tmp_path)
