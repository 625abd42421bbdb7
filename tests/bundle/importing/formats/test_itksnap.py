"""Label description files of ITK-SNAP."""

import pytest

from bundle.importing.formats.itksnap import is_label_description, read_label_descriptions
from scripts.errors import DataError

HEAD = """################################################
# ITK-SnAP Label Description File
# File format:
# IDX   -R-  -G-  -B-  -A--  VIS MSH  LABEL
# Fields:
#    IDX:   Zero-based index
#    -R-:   Red color component (0..255)
#    -G-:   Green color component (0..255)
#    -B-:   Blue color component (0..255)
#    -A-:   Label transparency (0.00 .. 1.00)
#    VIS:   Label visibility (0 or 1)
#    IDX:   Label mesh visibility (0 or 1)
#  LABEL:   Label description
################################################
"""
LINES = """    0     0    0    0        0  0  0    "Clear Label"
    1   255    0    0        1  1  1    "Hippocampus anterior"
    2     0  255    0     0.50  1  0    "gefäß "
   12     0    0  255        1  1  1    "the "other" one"
"""


def write(tmp_path, text):
    path = tmp_path / "labels.txt"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_names_by_value(tmp_path, newline):
    path = write(tmp_path, (HEAD + LINES).replace("\n", newline))
    assert is_label_description(path)
    assert read_label_descriptions(path) == {
        0: "Clear Label",
        1: "Hippocampus anterior",
        2: "gefäß",
        12: 'the "other" one',
    }


def test_damaged_lines_are_listed(tmp_path):
    lines = ["1 255 0 0 1 1 1 no quotes", '2 0 0 1 1 1 "a"', '-1 0 0 0 1 1 1 "b"', '3 0 0 0 1 1 1 " "', "x"]
    again = ['4 0 0 0 1 1 1 "c"'] * 2
    with pytest.raises(DataError) as error:
        read_label_descriptions(write(tmp_path, HEAD + "\n".join(lines + again)))
    assert "labels.txt: 6 problems" in str(error.value)
    for number in (15, 16, 17, 18, 19):
        assert f"line {number}: expected IDX R G B A VIS MSH" in str(error.value)
    assert "line 21: the value 4 has a name already" in str(error.value)


@pytest.mark.parametrize(
    ("text", "message"), [("", "names no label"), (HEAD, "names no label"), (b"\xff\xfe\0", "cannot be read")]
)
def test_other_files_are_refused(tmp_path, text, message):
    with pytest.raises(DataError, match=f"labels.txt: {message}"):
        read_label_descriptions(write(tmp_path, text))


def test_missing_and_large_files_are_refused(tmp_path):
    with pytest.raises(DataError, match="cannot be read"):
        read_label_descriptions(tmp_path / "labels.txt")
    with pytest.raises(DataError, match="too large"):
        read_label_descriptions(write(tmp_path, HEAD + "#" * (1 << 20)))


def test_the_format_is_known_by_its_title(tmp_path):
    assert not is_label_description(write(tmp_path, "notes on the labels"))
    assert not is_label_description(tmp_path) and not is_label_description(tmp_path / "missing.txt")
