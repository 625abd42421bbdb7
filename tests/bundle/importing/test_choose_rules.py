"""Where the rules of an import come from."""

from collections import Counter
from pathlib import Path

import pytest

from bundle.importing.choose_rules import choose_rules, rules_table, start_of_rules
from bundle.importing.former_import import FormerImport
from bundle.importing.rules import Rules
from bundle.importing.scan import Scan
from scripts.errors import DataError

NEW = FormerImport()


def found(*names: str) -> Scan:
    return Scan(found=Counter({(name, "area"): number for number, name in enumerate(names, start=1)}))


def former(**meanings: str) -> FormerImport:
    rows = [{"label": label, "meaning": meaning} for label, meaning in meanings.items()]
    return FormerImport(rules=Rules.from_rows(rows, "rules"), classes=list(dict.fromkeys(meanings.values())))


def never(table: str) -> bool:
    raise AssertionError("nothing was guessed, so nobody is to be asked")


def test_a_guess_is_shown_and_confirmed() -> None:
    shown = []
    rules = choose_rules(found("Vessel", "not vessel"), NEW, (), None, lambda table: not shown.append(table))
    assert [(row["label"], row["meaning"]) for row in rules.rows()] == [
        ("Vessel", "vessel"),
        ("not vessel", "not vessel"),
    ]
    assert shown == [
        "label       shape  marks  meaning\nVessel      area   1      vessel\nnot vessel  area   2      not vessel"
    ]


def test_a_guess_that_is_not_right() -> None:
    with pytest.raises(DataError, match="the rules were not confirmed. Write them with --write-rules"):
        choose_rules(found("vessel"), NEW, (), None, lambda table: False)


def test_labels_that_cannot_be_guessed_are_listed() -> None:
    with pytest.raises(DataError, match='--write-rules rules.csv.*\n  "1"\n  "#ff0000"$'):
        choose_rules(found("vessel", "1", "#ff0000"), NEW, (), None, never)


def test_labels_that_are_none_of_the_classes_are_perhaps_misspelt() -> None:
    message = r"none of the classes \['vessel'\].*\n  \"not vesel\", perhaps \"not vessel\"\n  \"disc\"$"
    with pytest.raises(DataError, match=message):
        choose_rules(found("vessel", "not vesel", "disc"), NEW, ("vessel",), None, never)


def test_values_may_have_names_elsewhere() -> None:
    with pytest.raises(DataError, match="--label-names gives the values of label maps the names"):
        choose_rules(found("1", "2"), NEW, (), None, never)


def test_a_table_is_taken_without_a_question(tmp_path: Path) -> None:
    (tmp_path / "rules.csv").write_text("label,meaning\n1,vessel\n")
    rules = choose_rules(found("1"), former(disc="disc"), (), tmp_path / "rules.csv", never)
    assert [rule.label for rule in rules.rules] == ["1"]
    with pytest.raises(DataError, match='no rule for these labels .and shapes.; add rows.*:\n  "2" .area.$'):
        choose_rules(found("1", "2"), NEW, (), tmp_path / "rules.csv", never)


def test_rules_of_earlier_imports_hold_on() -> None:
    rules = choose_rules(found("gefäss", "Vessel"), former(vessel="vessel", gefäss="vessel"), (), None, never)
    assert rules.classes() == ["vessel"]


def test_only_new_labels_are_guessed_with_the_classes_that_are_known() -> None:
    rows, complete = start_of_rules(found("v", "1"), former(v="vessel"), ())
    assert [(row["label"], row["meaning"]) for row in rows] == [("v", "vessel"), ("1", "vessel")]
    assert complete
    assert not start_of_rules(found("v", "other"), former(v="vessel"), ())[1]


def test_the_table_says_what_has_no_rule() -> None:
    assert rules_table(found("x"), Rules([])).splitlines()[1].split() == ["x", "area", "1", "?"]
