"""What earlier imports have left."""

import json
from pathlib import Path

import pytest
from import_support import read_datalist, run_import, write_cases

from bundle.importing.former_import import read_former
from scripts.errors import DataError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An import of two images."""
    write_cases(tmp_path, ["a", "b"])
    run_import(tmp_path, validation=1)
    return tmp_path


def rewrite(folder: Path, **changes) -> None:
    (folder / "out" / "datalist.json").write_text(json.dumps({**read_datalist(folder), **changes}))


def test_nothing_is_there(tmp_path: Path) -> None:
    former = read_former(tmp_path / "out")
    assert (former.content, former.cases, former.written, former.rules.rules) == ({}, {}, {}, [])


def test_what_was_imported(folder: Path) -> None:
    former = read_former(folder / "out")
    assert former.classes == ["vessel"]
    assert former.labels == {"ignore": 255, "vessel": 1, "not vessel": 2, "background": 3}
    assert [rule.label for rule in former.rules.rules] == ["vessel", "not vessel"]
    assert former.subjects() == {"../images/a.png": "a", "../images/b.png": "b"}
    assert former.owners["labels/a.png"] == ("../images/a.png", "", "coarse")
    assert sorted(former.written) == ["labels/a.png", "labels/b.png"]
    assert len(former.imports) == 1


def test_cases_that_were_added_by_hand(folder: Path) -> None:
    datalist = read_datalist(folder)
    rewrite(folder, validation=[*datalist["validation"], {"image": "c.png", "label": "c_mask.png"}])
    former = read_former(folder / "out")
    assert former.cases["c.png", "", "dense"]["subject"] == "c.png"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"provenance": {"format": "import 2"}}, "was not written by an import"),
        ({"provenance": None}, "was not written by an import"),
        ({"labels": {"vessel": [1, 2]}}, "is damaged"),
        ({"labels": {"vessel": "one"}}, "is damaged"),
        ({"classes": None}, "is damaged"),
        ({"training": [{"label": "a.png"}]}, "is damaged"),
        ({"training": 3}, "is damaged"),
        ({"provenance": {"format": "import 1", "rules": [], "imports": []}}, "is damaged"),
        ({"provenance": {"format": "import 1", "rules": [{"label": "a"}], "imports": []}}, "cannot be used"),
    ],
)
def test_a_datalist_that_is_none_of_an_import_is_left_alone(folder: Path, changes: dict, message: str) -> None:
    rewrite(folder, **changes)
    with pytest.raises(DataError, match=f"datalist.json.*{message}"):
        read_former(folder / "out")


def test_out_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "out").touch()
    with pytest.raises(DataError, match="out is a file"):
        read_former(tmp_path / "out")


@pytest.mark.parametrize("name", ["../images/a.png", "labels/../../a.png", "/a.png", "..\\a.png"])
def test_files_elsewhere_are_none_of_an_import(folder: Path, name: str) -> None:
    provenance = read_datalist(folder)["provenance"]
    rewrite(folder, provenance={**provenance, "files": {name: provenance["files"]["labels/a.png"]}})
    with pytest.raises(DataError, match="is damaged"):
        read_former(folder / "out")
