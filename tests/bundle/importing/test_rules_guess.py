"""What label names most likely mean."""

import pytest

from bundle.importing.marks import AREA, BOX, LINE
from bundle.importing.rules_guess import guess_rules


def guessed(label: str, kind: str = AREA, classes: tuple[str, ...] = ()) -> str:
    rows, _ = guess_rules([(label, kind)], classes)
    return rows[0]["meaning"]


@pytest.mark.parametrize(
    ("label", "meaning"),
    [
        ("Vessel", "vessel"),
        ("optic_disc", "optic disc"),
        ("vessel-positive", "vessel"),
        ("pos vessel", "vessel"),
        ("not vessel", "not vessel"),
        ("Not_Vessel", "not vessel"),
        ("no-vessel", "not vessel"),
        ("vessel neg", "not vessel"),
        ("background", "background"),
        ("BG", "background"),
        ("not background", "not background"),
        ("Ignore", "ignore"),
        ("unsure", "ignore"),
        ("Ignore*", "ignore"),  # of QuPath
        ("nodule", "nodule"),  # begins with "no", and is no negative
    ],
)
def test_names(label: str, meaning: str) -> None:
    assert guessed(label) == meaning


@pytest.mark.parametrize("label", ["1", "255", "#ff0000", "Segment_1", "segment 2", "Unclassified", "Label 3"])
def test_values_colours_and_defaults_of_tools_are_no_names(label: str) -> None:
    rows, complete = guess_rules([(label, AREA)])
    assert rows == [{"label": label, "shape": "", "meaning": "", "width": ""}]
    assert not complete


def test_the_single_value_is_the_single_class_that_is_expected() -> None:
    assert guessed("255", classes=("vessel",)) == "vessel"
    rows, complete = guess_rules([("1", AREA), ("2", AREA)], ("vessel",))
    assert [row["meaning"] for row in rows] == ["", ""]
    assert not complete
    assert guessed("1", classes=("vessel", "disc")) == ""


def test_names_that_are_none_of_the_expected_classes_are_not_guessed() -> None:
    assert guessed("vessels", classes=("vessel",)) == ""
    assert guessed("Not_Optic-Disc", classes=("optic disc",)) == "not optic disc"


def test_rectangles_are_boxes_beside_other_shapes_of_the_name() -> None:
    rows, complete = guess_rules([("nucleus", BOX), ("Nucleus", AREA), ("nucleus", LINE)])
    assert complete
    assert [(row["label"], row["shape"], row["meaning"]) for row in rows] == [
        ("nucleus", "box", "box nucleus"),
        ("nucleus", "", "nucleus"),
    ]


@pytest.mark.parametrize("label", ["not vessel", "background", "ignore"])
def test_rectangles_that_say_where_nothing_is_are_painted(label: str) -> None:
    rows, _ = guess_rules([(label, BOX)])
    assert [(row["shape"], row["meaning"]) for row in rows] == [("", label)]
