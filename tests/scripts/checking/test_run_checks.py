import json
import logging

import numpy as np
import pytest
from PIL import Image
from tests_support import write_dataset

from scripts.checking.finding import Finding
from scripts.checking.listing import list_cases
from scripts.checking.run_checks import check_cases
from scripts.checking.settings import CheckSettings

TABLE = {"vessel": 1, "not vessel": 2, "background": 3, "ignore": 255}
SETTINGS = CheckSettings(["background", "vessel"], TABLE, {"background": 0, "vessel": 1}, patch_size=(32, 32))


@pytest.fixture
def data(tmp_path):
    return write_dataset(tmp_path / "data")


def check(data, folder=None, **arguments):
    cases, listed = list_cases(data / "datalist.json", data)
    arguments = {"listed": listed, "progress": False, "workers": 1} | arguments
    return check_cases(cases, SETTINGS, source=str(data / "datalist.json"), folder=folder, **arguments)


def spoil(data, name, colour=90):
    Image.fromarray(np.full((60, 72, 3), colour, dtype=np.uint8)).save(data / "images" / f"{name}.png")


def test_a_good_data_set_is_clean(data):
    verdict = check(data)
    assert (verdict.exit_code, verdict.findings, verdict.cached) == (0, [], 0)
    assert [record.where for record in verdict.records] == [
        *(f"training[{n}]" for n in range(4)),
        *(f"{section}[{n}]" for section in ("validation", "test") for n in range(2)),
    ]


def test_errors_come_first_then_the_order_of_the_datalist(data):
    spoil(data, "test1", 80)
    spoil(data, "training2", 90)
    listed = [
        Finding("unknown-key", "a key", "training[0]"),
        Finding("entry-incomplete", "a case", "training[1]"),
        Finding("few-cases", "a set"),
    ]
    verdict = check(data, listed=listed)
    found = [(finding.severity, finding.where) for finding in verdict.findings]
    assert found == [
        ("error", "training[1]"),
        ("error", "training[2]"),
        ("error", "test[1]"),
        ("warning", ""),
        ("warning", "training[0]"),
    ]


def test_a_second_check_measures_nothing_and_finds_the_same(data, tmp_path):
    spoil(data, "training2")
    first, second = (check(data, tmp_path / "check") for _ in range(2))
    assert (first.cached, second.cached) == (0, 8)
    assert (second.records, second.findings) == (first.records, first.findings)


def test_a_mended_case_alone_is_measured_again(data, tmp_path):
    good = (data / "images" / "training2.png").read_bytes()
    spoil(data, "training2")
    assert check(data, tmp_path / "check").exit_code == 2
    (data / "images" / "training2.png").write_bytes(good)
    verdict = check(data, tmp_path / "check")
    assert (verdict.exit_code, verdict.cached) == (0, 7)


def test_a_missing_file_is_looked_for_each_time(data, tmp_path):
    (data / "images" / "training2.png").unlink()
    for cached in (0, 7):
        verdict = check(data, tmp_path / "check")
        assert (verdict.cached, [finding.check for finding in verdict.errors]) == (cached, ["file-missing"])


def test_without_a_folder_nothing_is_written(data, tmp_path):
    check(data)
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_a_folder_that_cannot_be_written_costs_the_cache_alone(data, tmp_path, caplog):
    (tmp_path / "check").write_text("a file")
    with caplog.at_level(logging.WARNING):
        verdict = check(data, tmp_path / "check")
    assert verdict.exit_code == 0 and "cannot be written" in caplog.text


def _measure_badly(case, settings, thumbnails):
    from scripts.checking.measure import measure_case

    if case["where"] == "training[1]":
        raise MemoryError("too large")
    return measure_case(case, settings, thumbnails)


def test_a_case_that_cannot_be_checked_hides_no_other(data, tmp_path, monkeypatch):
    spoil(data, "training2")
    monkeypatch.setattr("scripts.checking.run_checks.measure_case", _measure_badly)
    verdict = check(data, tmp_path / "check")
    assert [(finding.check, finding.where) for finding in verdict.errors] == [
        ("check-failed", "training[1]"),
        ("image-constant", "training[2]"),
    ]
    assert "training1.png could not be checked: MemoryError: too large" in verdict.errors[0].message
    monkeypatch.undo()
    assert check(data, tmp_path / "check").cached == 7


@pytest.mark.parametrize("part", ["judge_case", "judge_set"])
def test_a_fault_of_a_check_hides_no_other(part, data, monkeypatch):
    def fail(*_):
        raise KeyError("size")

    spoil(data, "training2")
    monkeypatch.setattr(f"scripts.checking.run_checks.{part}", fail)
    found = check(data).by_check()
    assert (found["check-failed"], found["image-constant"]) == (8 if part == "judge_case" else 1, 1)


def test_a_table_that_all_cases_share_is_named_once(data):
    content = json.loads((data / "datalist.json").read_text())
    content["labels"] = {"vessel": 1, "not vessel": 1}
    (data / "datalist.json").write_text(json.dumps(content))
    found = [finding for finding in check(data).findings if finding.check == "label-table"]
    assert [finding.where for finding in found] == ["training[0]"]


def test_of_a_datalist_that_cannot_be_read_nothing_else_is_said(data):
    (data / "datalist.json").write_text("{")
    assert [finding.check for finding in check(data).findings] == ["datalist-unreadable"]
