import re
from pathlib import Path

import pytest
from benchmark_results import made_up_result, made_up_results, write_gallery_case, write_results

from bundle.benchmarking.report import write_report
from scripts.errors import DataError

_ALL = [
    "README.md", "cells.csv", "summary.csv", "differences.csv", "targets.csv", "ratio_curve.png", "quality.png",
    "gallery.png",
]  # fmt: skip


def test_a_full_report(tmp_path: Path) -> None:
    results = made_up_results((1.0, 0.3), ("clean", "realistic"))
    write_gallery_case(write_results(tmp_path, results), results, size=40)
    paths = write_report(tmp_path, tmp_path / "report")
    assert [path.name for path in paths] == _ALL
    assert sorted(path.name for path in (tmp_path / "report").iterdir()) == sorted(_ALL)
    text = paths[0].read_text()
    assert re.findall("^## (.*)$", text, re.MULTILINE) == [
        "What was run",
        "Targets",
        "How to read the tables",
        "Methods",
        "The default against each other method",
        "Does the margin over partial cross-entropy grow as less is drawn?",
        "Quality of the drawings",
        "The drawings, measured on the dense masks",
        "Confusion matrices",
        "One test case",
        "Not run",
        "Files",
    ]
    assert re.findall(r"\]\((.*)\)", text) == ["ratio_curve.png", "quality.png", "gallery.png"]


def test_a_report_of_a_single_cell(tmp_path: Path) -> None:
    write_results(tmp_path, [made_up_result("default", 0.3, "realistic", 0, 0.7)])
    paths = write_report(tmp_path, tmp_path / "report")
    text = paths[0].read_text()
    assert "gallery.png" not in text and "quality.png" not in text
    assert "not measured" in text


def test_a_report_of_nothing_but_a_stopped_cell(tmp_path: Path) -> None:
    write_results(tmp_path, [made_up_result("default", 0.3, "realistic", 0, 0.0, status="stopped")])
    text = write_report(tmp_path, tmp_path / "report")[0].read_text()
    assert "## Stopped" in text
    assert "the default was stopped" in text


def test_a_figure_of_a_former_report_does_not_stay(tmp_path: Path) -> None:
    write_results(tmp_path, [made_up_result("default", 0.3, "realistic", 0, 0.7)])
    former = tmp_path / "report" / "gallery.png"
    former.parent.mkdir()
    former.write_bytes(b"")
    write_report(tmp_path, former.parent)
    assert not former.exists()


def test_without_results_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="Run the benchmark first"):
        write_report(tmp_path, tmp_path / "report")
    assert not (tmp_path / "report").exists()


def test_the_same_results_give_the_same_report(tmp_path: Path) -> None:
    write_results(tmp_path, made_up_results((1.0, 0.3)))
    first, second = (write_report(tmp_path, tmp_path / name) for name in ("one", "two"))
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_pictures_of_the_data_can_be_left_out(tmp_path: Path) -> None:
    results = made_up_results((1.0, 0.3), ("clean", "realistic"))
    write_gallery_case(write_results(tmp_path, results), results, size=40)
    paths = write_report(tmp_path, tmp_path / "report", pictures=False)
    assert "gallery.png" not in {path.name for path in paths}
    assert "gallery.png" not in paths[0].read_text()
