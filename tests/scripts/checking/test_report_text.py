import pytest

from scripts.checking.finding import Finding
from scripts.checking.record import BoxFacts, CaseRecord, ImageFacts, LabelFacts
from scripts.checking.report_text import (
    advice,
    counted,
    drawn_share,
    group_by_check,
    percent,
    plain,
    section_counts,
    share_columns,
    verdict_words,
)
from scripts.checking.settings import CheckSettings
from scripts.checking.verdict import Verdict

ERRORS = [Finding("file-missing", "a.png: does not exist."), Finding("label-size", "b.png: is too small.")]
WARNING = Finding("label-empty", "c.png: nothing is drawn.")


def _verdict(findings):
    return Verdict("datalist.json", CheckSettings(["background", "vessel"], {}, {}), findings=findings)


@pytest.mark.parametrize(
    ("findings", "words", "beginning"),
    [
        ([], "clean", "No check"),
        ([WARNING] * 3, "3 warnings", "Nothing forbids"),
        (ERRORS[:1], "1 error", "Correct the errors"),
        ([*ERRORS, WARNING], "2 errors, 1 warning", "Correct the errors"),
    ],
)
def test_the_verdict_in_words(findings, words, beginning):
    assert verdict_words(_verdict(findings)) == words
    assert advice(_verdict(findings)).startswith(beginning)


def test_numbers_with_their_noun():
    assert [counted(n, "case") for n in (0, 1, 2500)] == ["0 cases", "1 case", "2,500 cases"]


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (None, "-"),
        (0, "0 %"),
        (0.00001, "<0.01 %"),
        (0.0012, "0.12 %"),
        (0.031, "3.1 %"),
        (0.425, "42 %"),
        (0.9999, ">99 %"),
        (1, "100 %"),
    ],
)
def test_shares_keep_what_matters(share, text):
    assert percent(share) == text


def test_what_cannot_be_printed_is_spelt_out():
    assert plain("a\x1b[31m\r\u202egnp.\udcff") == r"a\x1b[31m\r\u202egnp.\udcff"
    assert plain("Grüße 9.41\u202fAM\nlist") == "Grüße 9.41\u202fAM\nlist"


def test_groups_come_errors_first_in_the_order_of_the_catalogue():
    empty = Finding("mixed-extensions", "")
    groups = group_by_check([WARNING, empty, ERRORS[1], WARNING, ERRORS[0]])
    names = ["file-missing", "label-size", "mixed-extensions", "label-empty"]
    assert [(check.name, len(found)) for check, found in groups] == list(zip(names, [1, 1, 1, 2]))


def test_sections_are_counted_by_kind_of_label():
    label, image = LabelFacts("l.png"), ImageFacts("i.png")
    records = [
        CaseRecord("test[0]", "test", "dense", image, label),
        CaseRecord("training[0]", "training", "coarse", image, label, BoxFacts([0, 1])),
        CaseRecord("training[1]", "training", "coarse", image, None, BoxFacts([0, 1])),
    ]
    assert section_counts(records) == {
        "training": {"cases": 2, "drawn": 1, "dense": 0, "boxed": 2},
        "test": {"cases": 1, "drawn": 0, "dense": 1, "boxed": 0},
    }


def test_what_is_not_known_comes_last():
    shares = {"training": {"a": 0.5, "undrawn": 0.5}, "test": {"a": 0.25, "b": 0.25, "ignore": 0.5}}
    assert share_columns(shares) == ["a", "b", "ignore", "undrawn"]
    assert [drawn_share(row) for row in (*shares.values(), {})] == [0.5, 0.5, None]
