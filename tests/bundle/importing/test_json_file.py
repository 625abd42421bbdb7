"""JSON files of other programs are read, and refused by name where they are none."""

import math

import pytest

from bundle.importing.json_file import ends_of, read_json
from scripts.errors import DataError


@pytest.fixture
def path(tmp_path):
    return tmp_path / "a.json"


def test_an_object_is_read_with_and_without_a_byte_order_mark(path):
    path.write_bytes('{"a": "ä"}'.encode())
    assert read_json(path) == {"a": "ä"}
    path.write_bytes('{"a": "ä"}'.encode("utf-8-sig"))
    assert read_json(path) == {"a": "ä"}


def test_numbers_that_json_has_not_are_read_for_others_to_judge(path):
    path.write_text('{"area": NaN}')
    assert math.isnan(read_json(path)["area"])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"\0" * 50, "is empty"),
        (b'{"a": 1', "cannot be read as JSON"),
        (b"hello", "cannot be read as JSON"),
        (b'{"a": ' + b"9" * 5000 + b"}", "cannot be read as JSON"),
        ('{"a": "ä"}'.encode("latin-1"), "UTF-8"),
        ('{"a": 1}'.encode("utf-16"), "UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b"[1, 2]", r"expected an object \{...\}, got \[1, 2\]"),
        (b"null", "expected an object"),
        (b'"text"', "expected an object"),
    ],
)
def test_what_is_no_json_object_is_refused(path, content, message):
    path.write_bytes(content)
    with pytest.raises(DataError, match=message) as error:
        read_json(path)
    assert str(error.value).startswith(f"{path}: ")


def test_lists_are_read_where_they_may_be(path):
    path.write_text("[1, 2]")
    assert read_json(path, kinds=(dict, list)) == [1, 2]
    path.write_text("3")
    with pytest.raises(DataError, match=r"expected an object \{...\} or a list \[...\], got 3"):
        read_json(path, kinds=(dict, list))


def test_a_file_beyond_the_limit_is_refused_unread(path):
    path.write_text('{"a": 1}')
    assert read_json(path, limit_bytes=8) == {"a": 1}
    with pytest.raises(DataError, match="expected at most 0 MiB"):
        read_json(path, limit_bytes=7)


def test_missing_files_and_folders_are_refused(tmp_path):
    for path in (tmp_path / "none.json", tmp_path):
        with pytest.raises(DataError, match="cannot be read"):
            read_json(path)


def test_both_ends_of_a_file_are_looked_at(path):
    path.write_bytes(b"\xef\xbb\xbfhead" + b"." * 10**5 + b"\xff tail")
    ends = ends_of(path)
    assert ends.startswith("head.")
    assert ends.endswith(" tail")
    assert len(ends) < 10_000


def test_a_short_file_is_looked_at_once(path):
    path.write_text('{"a": 1}')
    assert ends_of(path).count("a") == 1
    assert ends_of(path.parent) == ends_of(path.parent / "none") == ""
