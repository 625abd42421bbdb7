import json

from report_support import HOSTILE, small_verdict

from scripts.checking.report_json import as_json, write_json


def test_all_keys():
    report = as_json(small_verdict())
    assert list(report) == ["version", "datalist", "settings", "exit_code", "counts", "findings", "cases"]
    assert (report["version"], report["datalist"], report["exit_code"]) == (1, "/data/datalist.json", 2)
    assert report["settings"]["classes"] == ["background", "vessel"]
    assert report["counts"] == {
        "errors": 1,
        "warnings": 3,
        "sections": {
            "training": {"cases": 2, "drawn": 2, "dense": 0, "boxed": 0},
            "validation": {"cases": 1, "drawn": 0, "dense": 1, "boxed": 0},
        },
        "checks": {"few-cases": 1, "label-empty": 1, "label-little": 1, "label-values": 1},
    }


def test_findings_and_cases_in_the_order_of_the_verdict():
    report = as_json(small_verdict())
    assert report["findings"][0] == {
        "check": "label-values",
        "severity": "error",
        "where": "training[0]",
        "file": "drawings/img10.png",
        "message": "drawings/img10.png: holds 7.\n  Name it.",
    }
    assert [finding["check"] for finding in report["findings"][1:]] == ["label-little", "label-empty", "few-cases"]
    assert report["cases"][0] == {
        "where": "training[0]",
        "section": "training",
        "image": "/data/images/img10.png",
        "label": "/data/drawings/img10.png",
        "shares": {"background": 0.0, "vessel": 0.2, "not vessel": 0.05, "undrawn": 0.75},
    }
    assert report["cases"][1]["image"] == f"/data/images/{HOSTILE}"


def test_a_case_without_label():
    verdict = small_verdict()
    verdict.records[0].label = None
    case = as_json(verdict)["cases"][0]
    assert case["label"] is None and case["shares"] == {}


def test_the_file_holds_the_same_and_is_the_same_each_time(tmp_path):
    verdict = small_verdict()
    verdict.records[0].image.path = "/data/not\udcffutf-8.png"
    for name in ("a.json", "b.json"):
        write_json(verdict, tmp_path / "new" / name)
    assert json.loads((tmp_path / "new" / "a.json").read_text()) == json.loads(json.dumps(as_json(verdict)))
    assert (tmp_path / "new" / "a.json").read_bytes() == (tmp_path / "new" / "b.json").read_bytes()
    assert len(list((tmp_path / "new").iterdir())) == 2
