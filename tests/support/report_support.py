"""A verdict of three cases, for tests of reports."""

from __future__ import annotations

from scripts.checking.finding import Finding
from scripts.checking.record import CaseRecord, ImageFacts, LabelFacts
from scripts.checking.settings import CheckSettings
from scripts.checking.verdict import Verdict

#: A file name that runs a script wherever it is not escaped.
HOSTILE = "<img src=x onerror=alert(1)>.png"


def small_verdict() -> Verdict:
    """Two training cases of 100 pixels, ``img10.png`` with an error and a warning and one with a hostile name and a
    warning, a clean validation case ``img9.png``, and a warning of the set."""
    cases = [
        _record("training[0]", "img10.png", [0, 20], [0, 5]),
        _record("training[1]", HOSTILE, [0, 0], [0, 0]),
        _record("validation[0]", "img9.png", [70, 30], [0, 0]),
    ]
    findings = [
        Finding("label-values", "drawings/img10.png: holds 7.\n  Name it.", "training[0]", "drawings/img10.png"),
        Finding("label-little", "training[0]: hardly anything is drawn.", "training[0]"),
        Finding("label-empty", f"drawings/{HOSTILE}: nothing is drawn.", "training[1]"),
        Finding("few-cases", "there are 3 cases."),
    ]
    settings = CheckSettings(["background", "vessel"], {"vessel": 1, "not vessel": 2}, {"background": 0, "vessel": 1})
    return Verdict("/data/datalist.json", settings, cases, findings)


def _record(where: str, name: str, positive: list[int], negative: list[int]) -> CaseRecord:
    section = where.split("[")[0]
    values = dict(enumerate([100 - sum(positive) - sum(negative), sum(positive), sum(negative)]))
    label = LabelFacts(
        f"/data/drawings/{name}",
        readable=True,
        decoded=True,
        size=[10, 10],
        values=values,
        positive=positive,
        negative=negative,
    )
    image = ImageFacts(f"/data/images/{name}", readable=True, size=[10, 10])
    kind = "coarse" if section == "training" else "dense"
    return CaseRecord(where, section, kind, image, label, subject="p01", thumbnail=f"{where}.jpg")
