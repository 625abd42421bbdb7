"""Images that lie elsewhere than when they were imported."""

import shutil
from pathlib import Path

import pytest
from import_support import listing, read_datalist, run_import, write_cases, write_picture

from scripts.errors import DataError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An import of two images, and an image without a label."""
    write_cases(tmp_path, ["p1/a", "p2/b"])
    write_picture(tmp_path / "images" / "p1" / "c.png")
    run_import(tmp_path, validation=1)
    return tmp_path


def images(folder: Path) -> list[str]:
    datalist = read_datalist(folder)
    return sorted(entry["image"] for name in ("training", "validation", "unlabelled") for entry in datalist[name])


def test_the_data_set_follows_a_folder_that_was_renamed(folder: Path) -> None:
    shutil.move(folder / "images", folder / "photographs")
    result = run_import(folder, images=folder / "photographs")
    assert [case.status for case in result.cases] == ["unchanged", "unchanged"]
    assert images(folder) == [f"../photographs/{name}.png" for name in ("p1/a", "p1/c", "p2/b")]
    assert any("2 images of earlier cases have moved" in note for note in result.data_set.notes)
    assert all("photographs" in record["image"] for record in read_datalist(folder)["provenance"]["files"].values())


def test_the_data_set_follows_when_it_was_moved_itself(folder: Path) -> None:
    (folder / "deep").mkdir()
    shutil.move(folder / "out", folder / "deep" / "out")
    result = run_import(folder, out=folder / "deep" / "out")
    assert [case.status for case in result.cases] == ["unchanged", "unchanged"]
    assert result.data_set.content["training"][0]["image"].startswith("../../images/p")


def test_a_copy_of_the_images_is_refused(folder: Path) -> None:
    shutil.copytree(folder / "images", folder / "copy")
    before = listing(folder / "out")
    with pytest.raises(DataError, match="labels/p1/a.png: belongs to ../images/p1/a.png, and .*copy/p1/a.png would"):
        run_import(folder, images=folder / "copy")
    assert listing(folder / "out") == before


def test_images_that_are_gone_are_told_and_their_cases_stay(folder: Path) -> None:
    (folder / "images" / "p1" / "a.png").unlink()
    (folder / "images" / "p1" / "c.png").unlink()
    (folder / "annotations" / "p1" / "a.json").unlink()
    result = run_import(folder)
    assert any("the images of 1 earlier cases are gone (../images/p1/a.png" in note for note in result.data_set.notes)
    assert images(folder) == ["../images/p1/a.png", "../images/p2/b.png"]
