import hashlib
import json

import pytest
from tests_support import write_boxed_dataset, write_dataset

from bundle.exporting.data_facts import data_facts

CLASSES = ["background", "vessel"]


@pytest.fixture
def data(tmp_path):
    """Drawn pictures."""
    return write_dataset(tmp_path / "data")


def _facts(data, check=None):
    return data_facts(data / "datalist.json", data, check or data / "check", CLASSES)


def test_the_fingerprint_is_of_what_the_files_hold(data):
    found = _facts(data)["fingerprint"]
    listed = json.loads((data / "datalist.json").read_text())
    names = {entry[key] for part in ("training", "validation", "test") for entry in listed[part] for key in entry}
    digests = sorted(hashlib.sha256((data / name).read_bytes()).hexdigest() for name in names)
    assert found["sha256"] == hashlib.sha256("\n".join(digests).encode()).hexdigest() and "16 files" in found["of"]


def test_the_fingerprint_is_the_same_elsewhere_and_another_after_a_change(data):
    before = _facts(data)["fingerprint"]["sha256"]
    moved = data.rename(data.with_name("moved"))
    assert _facts(moved)["fingerprint"]["sha256"] == before
    (moved / "images" / "test0.png").write_bytes(b"other")
    assert _facts(moved)["fingerprint"]["sha256"] != before


def test_without_the_files_it_is_of_the_datalist(data):
    (data / "images" / "test0.png").unlink()
    found = _facts(data)["fingerprint"]
    assert found["sha256"] == hashlib.sha256((data / "datalist.json").read_bytes()).hexdigest()
    assert found["of"].startswith("the datalist alone; 1 of 16 files")


def test_without_the_datalist_nothing_is_told(tmp_path):
    assert _facts(tmp_path) is None


def test_cases_are_counted_by_what_they_have(tmp_path):
    cases = _facts(write_boxed_dataset(tmp_path / "boxed"))["cases"]
    assert cases["training"] == {"cases": 6, "drawn": 0, "dense": 2, "boxed": 4, "subjects": 0}
    assert cases["test"]["dense"] == 2


def _report(folder, datalist, classes=CLASSES):
    cases = [{"section": "training", "shares": {"vessel": share, "undrawn": 1 - share}} for share in (0.25, 0.75)]
    cases.append({"section": "validation", "shares": {"vessel": 1.0}})
    folder.mkdir(exist_ok=True)
    content = {"datalist": str(datalist), "settings": {"classes": classes}, "cases": cases}
    (folder / "report.json").write_text(json.dumps(content))
    return folder


def test_shares_are_those_of_the_report_on_these_data(data, tmp_path):
    facts = _facts(data, _report(tmp_path / "check", data / "datalist.json"))
    assert facts["shares"] == {"vessel": 0.5, "undrawn": 0.5}


@pytest.mark.parametrize(("name", "classes"), [("other.json", CLASSES), ("datalist.json", ["background", "nerve"])])
def test_a_report_on_something_else_tells_nothing(name, classes, data, tmp_path):
    assert _facts(data, _report(tmp_path / "check", data / name, classes))["shares"] is None
