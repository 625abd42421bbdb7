"""Who is on which image."""

from pathlib import Path

import pytest

from bundle.importing.image_index import ImageIndex
from bundle.importing.source_image import SourceImage
from bundle.importing.subjects import read_subjects
from scripts.errors import DataError

INDEX = ImageIndex([SourceImage(key, Path(f"{key}.png"), False) for key in ("p01/left", "p01/right", "p02/left")])


def table(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "subjects.csv"
    path.write_text(text, encoding=encoding)
    return path


def test_each_image_counts_for_itself_where_nothing_is_told() -> None:
    subjects = read_subjects(INDEX)
    assert subjects.of == {"p01/left": "p01/left", "p01/right": "p01/right", "p02/left": "p02/left"}
    assert not subjects.known


@pytest.mark.parametrize("pattern", [r"^(p\d+)/", r"p\d+", r"(p\d+)/(left|right)"])
def test_pattern(pattern: str) -> None:
    subjects = read_subjects(INDEX, pattern=pattern)
    assert subjects.of == {"p01/left": "p01", "p01/right": "p01", "p02/left": "p02"}
    assert subjects.known


def test_patterns_that_do_not_fit() -> None:
    with pytest.raises(DataError, match="is no regular expression"):
        read_subjects(INDEX, pattern="(p")
    with pytest.raises(DataError, match='"p01" finds no subject in:\n  p02/left$'):
        read_subjects(INDEX, pattern="p01")
    with pytest.raises(DataError, match="finds no subject in:\n  p02/left$"):
        read_subjects(INDEX, pattern="(p01)|p02")


def test_table_as_spreadsheets_write_it(tmp_path: Path) -> None:
    rows = [
        "Image; Subject ;Split",
        "p01/left.png;anna;Train",
        "",
        "p01/right;anna;",
        "C:\\x\\p02\\left.png;ben;val",
        ";;",
    ]
    text = "\r\n".join(rows)
    subjects = read_subjects(INDEX, table(tmp_path, text, "utf-8-sig"))
    assert subjects.of == {"p01/left": "anna", "p01/right": "anna", "p02/left": "ben"}
    assert subjects.given == {"anna": "training", "ben": "validation"}


def test_table_with_commas_quotes_and_other_columns(tmp_path: Path) -> None:
    text = 'image,age,subject\np01/left,7,"Doe, J"\np01/right,7,"Doe, J"\np02/left,,X\n'
    subjects = read_subjects(INDEX, table(tmp_path, text))
    assert subjects.of["p01/right"] == "Doe, J"
    assert subjects.given == {}


def test_every_problem_of_a_table_is_listed(tmp_path: Path) -> None:
    rows = ["p01/left,a,training", "p01/right,a,test", "left,b,", "p09/left,b,", "p01/left,c,", ",d,", "p02/x,e,x"]
    text = "\n".join(["image,subject,split", *rows])
    with pytest.raises(DataError) as caught:
        read_subjects(INDEX, table(tmp_path, text))
    lines = str(caught.value).splitlines()
    assert "subjects.csv has 7 problem(s)" in lines[0]
    assert 'row 3: the subject "a" is given to training and to test' in lines[1]
    assert 'row 4: "left" may be any of' in lines[2]
    assert 'row 5: there is no image "p09/left"' in lines[3]
    assert 'row 6: p01/left.png has the subjects "a" and "c"' in lines[4]
    assert "row 7: needs an image and a subject" in lines[5]
    assert 'row 8: there is no image "p02/x"' in lines[6]
    assert "no row for p02/left.png" in lines[7]


def test_a_list_that_does_not_exist(tmp_path: Path) -> None:
    text = "image,subject,split\np01/left,a,training\np01/right,a,\np02/left,b,hold out\n"
    with pytest.raises(DataError, match='row 4: "hold out" is no list; expected one of'):
        read_subjects(INDEX, table(tmp_path, text))


def test_subjects_that_are_most_likely_the_same(tmp_path: Path) -> None:
    text = "image,subject\np01/left,P1\np01/right,p1\np02/left,b\n"
    with pytest.raises(DataError, match='the subjects "P1" and "p1" differ in upper and lower case alone'):
        read_subjects(INDEX, table(tmp_path, text))


@pytest.mark.parametrize(
    ("text", "encoding", "message"),
    [
        ("file,patient\n", "utf-8", 'must name the columns image, subject, split, got "file,patient"'),
        ("", "utf-8", "must name the columns"),
        ("image,subject\nM\u00fcller,x\n", "cp1252", "save it as CSV UTF-8"),
        ("image,subject\n", "utf-16", "save it as CSV UTF-8"),
        ('image,subject\n"p01/left,a\n' + "x" * 200_000, "utf-8", "Are quotes left open"),
    ],
)
def test_files_that_are_no_such_table(tmp_path: Path, text: str, encoding: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        read_subjects(INDEX, table(tmp_path, text, encoding))


def test_missing_table_and_two_sources(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="nowhere.csv does not exist"):
        read_subjects(INDEX, tmp_path / "nowhere.csv")
    with pytest.raises(DataError, match="not both"):
        read_subjects(INDEX, tmp_path / "a.csv", "p")
