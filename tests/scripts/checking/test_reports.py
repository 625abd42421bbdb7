import json
from dataclasses import replace

import pytest

from scripts.checking.finding import Finding
from scripts.checking.record import CaseRecord, ImageFacts
from scripts.checking.reports import write_reports
from scripts.checking.settings import CheckSettings
from scripts.checking.verdict import Verdict

TABLE = {"vessel": 1}


@pytest.fixture
def verdict():
    """Of one case, known from an earlier check."""
    record = CaseRecord("training[0]", "training", "coarse", ImageFacts("/data/a.png"))
    return Verdict("datalist.json", CheckSettings(["background", "vessel"], TABLE, TABLE), [record], cached=1)


def write(verdict, folder):
    """Which files are new."""
    before = {path: path.read_bytes() for path in folder.glob("report.*")}
    for path in before:
        path.write_bytes(before[path] + b" ")
    assert write_reports(verdict, folder) == folder / "report.html"
    return {path.name for path in folder.glob("report.*") if path.read_bytes() != before.get(path, b"") + b" "}


BOTH = {"report.html", "report.json"}


def test_both_reports_are_written_once(verdict, tmp_path):
    assert write(verdict, tmp_path) == BOTH
    assert json.loads((tmp_path / "report.json").read_text())["datalist"] == "datalist.json"
    assert write(verdict, tmp_path) == set()


@pytest.mark.parametrize(
    "change",
    [{"findings": [Finding("few-cases", "one case")]}, {"source": "another.json"}, {"cached": 0}, {"records": []}],
)
def test_what_is_new_is_written(change, verdict, tmp_path):
    write(verdict, tmp_path)
    assert write(replace(verdict, **change), tmp_path) == BOTH


@pytest.mark.parametrize("name", sorted(BOTH))
def test_a_missing_report_is_written_again(name, verdict, tmp_path):
    write(verdict, tmp_path)
    (tmp_path / name).unlink()
    assert write(verdict, tmp_path) == BOTH


def test_a_damaged_report_is_written_again(verdict, tmp_path):
    write(verdict, tmp_path)
    (tmp_path / "report.json").write_text("{")
    assert write(verdict, tmp_path) == BOTH
