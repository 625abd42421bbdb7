"""Tables that people keep as CSV files."""

from pathlib import Path

import pytest

from bundle.importing.csv_table import read_csv_table
from scripts.errors import DataError


def read(path: Path, **options: object) -> list[tuple[int, dict[str, str]]]:
    return read_csv_table(path, ("name", "age"), needed=("name",), missing="there is no table.", **options)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "table.csv"


@pytest.mark.parametrize("mark", [",", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_commas_and_semicolons_as_spreadsheets_write_them(path: Path, mark: str, end: str, encoding: str) -> None:
    path.write_bytes(end.join([f" Name {mark}AGE", f'"Jörg{mark} J"{mark} 7 ']).encode(encoding))
    assert read(path) == [(2, {"name": f"Jörg{mark} J", "age": "7"})]


def test_rows_have_the_numbers_of_their_lines_and_empty_ones_are_left_out(path: Path) -> None:
    path.write_text('name,age\n\n , \nanna,\n"a\nb",3\n')
    assert read(path) == [(4, {"name": "anna", "age": ""}), (6, {"name": "ab", "age": "3"})]


def test_cells_may_be_too_few_or_too_many(path: Path) -> None:
    path.write_text("age,name\n7\n8,anna,x\n")
    assert read(path) == [(2, {"name": "", "age": "7"}), (3, {"name": "anna", "age": "8"})]


def test_columns_that_need_not_be_there_are_empty(path: Path) -> None:
    path.write_text("name\nanna\n")
    assert read(path) == [(2, {"name": "anna", "age": ""})]


def test_other_columns_are_left_out_or_refused(path: Path) -> None:
    path.write_text("name,colour\nanna,red\n,blue\n")
    assert read(path, others=True) == [(2, {"name": "anna", "age": ""})]
    with pytest.raises(DataError, match=r"table.csv: unknown columns \['colour'\]; expected \['name', 'age'\]"):
        read(path)


def test_a_missing_file(path: Path) -> None:
    with pytest.raises(DataError, match="^there is no table.$"):
        read(path)


def test_other_encodings_and_folders(path: Path) -> None:
    path.write_text("name\nJörg\n", encoding="cp1252")
    for refused in (path, path.parent):
        with pytest.raises(DataError, match=r"cannot be read as a CSV file in UTF-8 \(.*\). Save it anew.$") as error:
            read(refused, advice=" Save it anew.")
        assert str(error.value).startswith(f"{refused}: ")


@pytest.mark.parametrize("text", ["", "age,colour\n", "anna,7\n"])
def test_the_first_line_names_the_columns(path: Path, text: str) -> None:
    path.write_text(text)
    message = f'table.csv: the first line must name the columns name, age, got "{text.strip()}".$'
    with pytest.raises(DataError, match=message):
        read(path)


def test_quotes_that_are_left_open(path: Path) -> None:
    path.write_text('name,age\n"anna,7\n' + "x" * 200_000)
    with pytest.raises(DataError, match="table.csv: what follows row 1 cannot be read .*Are quotes left open"):
        read(path)
