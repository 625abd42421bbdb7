"""The table of what label names mean."""

import pytest

from bundle.importing.marks import AREA, BOX, LINE
from bundle.importing.rules import Meaning, Rule, Rules
from bundle.importing.stroke_width import StrokeWidth
from scripts.errors import DataError


@pytest.mark.parametrize(
    ("text", "action", "name"),
    [
        ("vessel", "is", "vessel"),
        ("Optic  Disc", "is", "optic disc"),
        ("not vessel", "not", "vessel"),
        ("background", "is", "background"),
        ("not background", "not", "background"),
        ("Box Nucleus", "box", "nucleus"),
        ("ignore", "ignore", ""),
        ("SKIP", "skip", ""),
    ],
)
def test_meanings_are_words(text: str, action: str, name: str) -> None:
    assert Meaning.parse(text) == Meaning(action, name)


@pytest.mark.parametrize("text", ["", "not", "box", "not not", "box background"])
def test_what_says_nothing_is_no_meaning(text: str) -> None:
    with pytest.raises(DataError, match="is no meaning. Expected a class such as vessel"):
        Meaning.parse(text)


@pytest.mark.parametrize("text", ["vessel", "not vessel", "background", "box nucleus", "ignore", "skip"])
def test_a_meaning_as_text_can_be_read_again(text: str) -> None:
    assert str(Meaning.parse(text)) == text


def test_a_rule_of_a_shape_comes_before_that_of_all() -> None:
    area = Rule("nucleus", Meaning("is", "nucleus"))
    box = Rule("Nucleus", Meaning("box", "nucleus"), BOX)
    rules = Rules([area, box])
    assert rules.find("NUCLEUS", BOX) == box
    assert rules.find(" nucleus ", AREA) == area
    assert rules.find("nucleus", LINE) == area
    assert rules.find("cell", AREA) is None


def test_classes_are_in_the_order_of_the_rows_without_the_background() -> None:
    rules = Rules.from_rows(
        [{"label": text, "meaning": text} for text in ("not b", "background", "a", "b", "box c", "ignore")], "t.csv"
    )
    assert rules.classes() == ["b", "a", "c"]
    assert rules.boxed() == ["c"]


def test_rows_can_be_read_again() -> None:
    rules = Rules([Rule("v", Meaning("not", "vessel"), LINE, StrokeWidth(3, "px")), Rule("x", Meaning("skip"))])
    assert Rules.from_rows(rules.rows(), "t.csv").rules == rules.rules


def test_two_rules_for_one_label_are_refused() -> None:
    rows = [{"label": "a", "meaning": "vessel"}, {"label": "A ", "meaning": "ignore"}]
    with pytest.raises(DataError, match='t.csv: the label "A" has two rules for all shapes: vessel and ignore'):
        Rules.from_rows(rows, "t.csv")


def test_all_bad_rows_are_listed() -> None:
    rows = [
        {"label": "", "meaning": "vessel"},
        {"label": "a", "meaning": ""},
        {"label": "b", "meaning": "vessel", "shape": "round"},
        {"label": "c", "meaning": "vessel", "width": "wide"},
        {"label": "d", "meaning": "vessel"},
    ]
    with pytest.raises(DataError) as error:
        Rules.from_rows(rows, "t.csv")
    text = str(error.value)
    assert "4 rule(s) cannot be used" in text
    assert 'row 2: the column "label" is empty' in text
    assert 'row 3: the meaning of "a" is empty; fill it in, or write skip' in text
    assert "row 4: the column \"shape\" must be empty or one of ['area', 'line', 'box'], got \"round\"" in text
    assert 'row 5: "wide" is no width' in text
