"""Cases in the lists of a datalist."""

from typing import Any

import pytest

from bundle.importing.case_lists import SplitPlan, list_cases
from bundle.importing.former_import import FormerImport
from bundle.importing.subjects import Subjects
from scripts.errors import DataError

NOBODY = Subjects({}, known=False)
ALL = {"dense": {"supervision": "dense", "label": "m.png"}, "drawing": {"supervision": "coarse", "label": "l.png"}}
ALL["boxes"] = {"supervision": "coarse", "boxes": "b.json"}


def case(image: str, kind: str = "drawing", subject: str = "") -> dict[str, Any]:
    return {"image": image, "subject": subject or image, **ALL[kind]}


def listed(*entries: dict[str, Any], before: dict | None = None, given: dict | None = None, **plan) -> dict[str, list]:
    subjects = Subjects({}, given or {}) if given else NOBODY
    lists = list_cases(entries, FormerImport(entries=before or {}), subjects, SplitPlan(**plan))
    return {name: [entry["image"] for entry in cases] for name, cases in lists.items()}


def test_subjects_stay_whole() -> None:
    entries = [case(f"{eye}{number}", subject=f"p{number}") for number in range(4) for eye in ("left", "right")]
    lists = listed(*entries, validation=1, test=1)
    assert [len(lists[name]) for name in ("training", "validation", "test")] == [4, 2, 2]
    assert len({image[-1] for image in lists["validation"]}) == 1
    assert "held_back" not in lists


def test_drawings_beside_dense_masks_of_measured_subjects_are_held_back() -> None:
    entries = [case("a", "dense"), case("a"), case("b"), case("c")]
    lists = listed(*entries, validation=1)
    assert lists == {"training": ["b", "c"], "validation": ["a"], "test": [], "held_back": ["a"]}


def test_dense_masks_and_drawings_of_a_training_subject_are_both_trained_on() -> None:
    lists = listed(case("a", "dense"), case("a"), case("b"), given={"a": "training", "b": "validation"})
    assert lists == {"training": ["a", "a"], "validation": ["b"], "test": []}


def test_boxes_alone_are_never_measured_on() -> None:
    entries = [case("a", "boxes"), case("b", "boxes"), case("c")]
    assert listed(*entries, validation=2) == {"training": ["a", "b"], "validation": ["c"], "test": []}


def test_boxes_of_a_subject_that_is_given_to_validation_are_held_back_later_on_too() -> None:
    entries = [case("a", "boxes"), case("b")]
    lists = list_cases(entries, FormerImport(), Subjects({}, {"a": "test"}), SplitPlan(validation=0))
    assert lists["held_back"] == [{**entries[0], "held_back_from": "test"}]
    later = [*lists["held_back"], case("a", "dense"), case("b"), case("c")]
    assert listed(*later, before=lists, validation=0) == {
        "training": ["b", "c"],
        "validation": [],
        "test": ["a"],
        "held_back": ["a"],
    }


def test_a_case_that_is_trained_on_again_is_no_longer_held_back() -> None:
    held = {**case("a"), "held_back_from": "test"}
    lists = list_cases([held], FormerImport(), NOBODY, SplitPlan(validation=0))
    assert lists["training"] == [case("a")]


def test_lists_of_earlier_imports_are_kept_unless_they_are_drawn_again() -> None:
    entries = [case(name) for name in "abcdef"]
    before = {"training": entries[1:], "validation": entries[:1], "test": []}
    new = [*entries, case("g", "dense")]
    assert listed(*new, before=before, validation=1)["validation"] == ["a"]
    assert listed(*new, before=before, validation=1, again=True)["validation"] == ["g"]


def test_lists_that_contradict_earlier_ones() -> None:
    before = {"training": [case("a", subject="p")], "validation": [case("b", subject="q")], "test": []}
    entries = [entry for cases in before.values() for entry in cases]
    with pytest.raises(DataError, match='"p" is given to test, but an earlier import has put it into training'):
        listed(*entries, before=before, given={"p": "test"})
    same = [{**entry, "subject": "p"} for entry in entries]
    with pytest.raises(DataError, match='give --split-again to draw all anew:\n  "p": training, validation'):
        listed(*same, before=before, given={"x": "test"})
