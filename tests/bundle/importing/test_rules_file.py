"""The table of rules as a CSV file."""

from pathlib import Path

import pytest

from bundle.importing.marks import AREA, LINE
from bundle.importing.rules_file import read_rules, write_rules
from bundle.importing.stroke_width import StrokeWidth
from scripts.errors import DataError


@pytest.mark.parametrize("mark", [",", ";"])
def test_commas_and_semicolons_as_spreadsheets_write_them(tmp_path: Path, mark: str) -> None:
    lines = ["\ufefflabel,meaning,shape,width", "Gefäß,vessel,line,3 px", '"Gefäß",not vessel,,', ",,,"]
    path = tmp_path / "rules.csv"
    path.write_text("\r\n".join(lines).replace(",", mark), encoding="utf-8")
    rules = read_rules(path)
    assert str(rules.find("gefäß", LINE).meaning) == "vessel"
    assert rules.find("gefäß", LINE).width == StrokeWidth(3, "px")
    assert str(rules.find("gefäß", AREA).meaning) == "not vessel"
    assert len(rules.rules) == 2


def test_what_is_written_can_be_read(tmp_path: Path) -> None:
    rows = [{"label": 'a, "b"', "shape": "box", "meaning": "box cell", "width": ""}]
    write_rules(rows, tmp_path / "rules.csv")
    assert read_rules(tmp_path / "rules.csv").rows() == rows


def test_a_missing_table(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="do not exist. Write a start with --write-rules"):
        read_rules(tmp_path / "rules.csv")


def test_a_file_of_another_kind(tmp_path: Path) -> None:
    path = tmp_path / "rules.csv"
    path.write_bytes(b"\xff\xfe\x00label")
    with pytest.raises(DataError, match="cannot be read as a CSV file in UTF-8"):
        read_rules(path)


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("", "the first line must name the columns"),
        ("name,meaning", "the first line must name the columns label, shape, meaning, width, got"),
        ("label,meaning,colour", r"unknown columns \['colour'\]"),
    ],
)
def test_the_columns_are_named_in_the_first_line(tmp_path: Path, header: str, message: str) -> None:
    path = tmp_path / "rules.csv"
    path.write_text(f"{header}\na,b,c\n")
    with pytest.raises(DataError, match=message):
        read_rules(path)


def test_quotes_that_are_left_open(tmp_path: Path) -> None:
    path = tmp_path / "rules.csv"
    path.write_text('label,meaning\n"a,b\n' + "x" * 200_000)
    with pytest.raises(DataError, match="rules.csv: what follows row 1 cannot be read .*Are quotes left open"):
        read_rules(path)
