import json
from pathlib import Path

import pytest

from bundle.serving.app.lib.drawing_labels import drawing_labels, table_of, unpaintable

ROOT = Path(__file__).resolve().parents[5]


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ("train", ["vessel", "not vessel", "background"]),
        ("volume/train", ["anterior", "not anterior", "posterior", "not posterior", "background"]),
    ],
)
def test_labels_of_both_flavours_in_the_order_of_their_values(config, expected):
    table = json.loads((ROOT / "configs" / f"{config}.json").read_text())["labels"]
    assert list(drawing_labels(table)) == expected
    assert list(drawing_labels(table).values()) == list(range(1, len(expected) + 1))
    assert unpaintable(table) == []


def test_the_order_in_the_table_does_not_matter():
    assert list(drawing_labels({"background": 3, "vessel": 1, "not vessel": 2}).items()) == [
        ("vessel", 1),
        ("not vessel", 2),
        ("background", 3),
    ]


def test_nothing_is_offered_after_a_gap():
    """A viewer would paint it with the number of the gap."""
    table = {"vessel": 1, "not vessel": 2, "background": 4, "ignore": 255}
    assert drawing_labels(table) == {"vessel": 1, "not vessel": 2} and unpaintable(table) == ["background"]


def test_a_name_of_several_values_is_offered_once():
    assert drawing_labels({"vessel": [1, 5], "not vessel": 2}) == {"vessel": 1, "not vessel": 2}
    assert drawing_labels({"vessel": [1, 2], "background": 3}) == {"vessel": 1}


@pytest.mark.parametrize("table", [None, {}, "$expression", {"vessel": 2}, {"background": 0}])
def test_no_value_1_offers_nothing(table):
    assert drawing_labels(table) == {}


def test_the_table_is_that_of_train_json(tmp_path):
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs" / "train.json").write_text('{"labels": {"vessel": 1}}')
    assert table_of(tmp_path) == {"vessel": 1}


def test_what_comes_after_the_background_would_be_shifted_by_a_viewer():
    table = {"a": 1, "background": 2, "not a": 3}
    assert drawing_labels(table) == {"a": 1, "background": 2}
    assert unpaintable(table) == ["not a"]
