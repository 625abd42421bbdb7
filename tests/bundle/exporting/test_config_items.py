import pytest
from monai.bundle import ConfigParser

from bundle.exporting.config_items import evaluated, read_json, references, strings
from scripts.errors import SettingError


def test_strings_are_found_with_their_ids():
    assert list(strings({"a": [1, {"b": "x"}], "c": "y"})) == [("a#1#b", "x"), ("c", "y")]


def test_references_are_those_of_expressions_references_and_macros():
    config = ["$len(@classes) + @a#b", "@window", "%train#transforms#0", "plain@mail", 3]
    assert references(config) == {"classes", "a#b", "window", "train#transforms#0"}


@pytest.mark.parametrize("text", ["{", "[]", None])
def test_what_is_no_object_is_refused(text, tmp_path):
    if text is not None:
        (tmp_path / "a.json").write_text(text)
    with pytest.raises(SettingError, match="a.json"):
        read_json(tmp_path / "a.json")


def test_the_reason_at_the_bottom_is_told():
    parser = ConfigParser({"a": "$1 / 0", "b": "$@a + 1"})
    with pytest.raises(SettingError, match="train.json: `b` cannot be worked out: ZeroDivisionError"):
        evaluated(parser, "b", "train.json")
