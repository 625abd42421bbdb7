"""What an import finds of earlier ones, and what it keeps."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from import_support import (
    listing,
    read_datalist,
    run_import,
    square,
    values,
    write_cases,
    write_labelme,
    write_mask,
    write_picture,
)

from scripts.errors import DataError

EDITED = np.full((12, 8), 2, dtype=np.uint8)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An import of three images."""
    write_cases(tmp_path, ["a", "b", "c"])
    run_import(tmp_path, validation=1)
    return tmp_path


def redraw(folder: Path, name: str = "a", *shapes: tuple) -> None:
    write_labelme(folder / "annotations" / f"{name}.json", shapes or [("vessel", square(2, 2, 4))])


def status(result) -> list[str]:
    return [case.status for case in result.cases]


def notes(result) -> list[str]:
    return [note for case in result.cases for note in case.notes]


def test_nothing_changed_nothing_is_written(folder: Path) -> None:
    before = listing(folder)
    result = run_import(folder, validation=1)
    assert status(result) == ["unchanged"] * 3
    assert not result.data_set.changed
    assert notes(result) == []
    assert listing(folder) == before


def test_other_compression_is_no_change(folder: Path) -> None:
    """As after an update of the library that writes the files."""
    path = folder / "out" / "labels" / "a.png"
    datalist = read_datalist(folder)
    write_mask(path, values(path)).write_bytes(path.read_bytes() + b"\0")
    datalist["provenance"]["files"]["labels/a.png"]["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (folder / "out" / "datalist.json").write_text(json.dumps(datalist))
    assert status(run_import(folder)) == ["unchanged"] * 3


def test_new_cases_are_added(folder: Path) -> None:
    before = listing(folder / "out" / "labels")
    write_cases(folder, ["d"])
    assert status(run_import(folder)) == ["unchanged"] * 3 + ["new"]
    assert listing(folder / "out" / "labels").items() >= before.items()
    assert "labels/d.png" in [entry["label"] for entry in read_datalist(folder)["training"]]


def test_a_changed_annotation_needs_update(folder: Path) -> None:
    before = listing(folder / "out")
    redraw(folder)
    result = run_import(folder)
    assert status(result) == ["changed", "unchanged", "unchanged"]
    assert [case.name.image for case in result.data_set.kept] == ["a"]
    assert listing(folder / "out") == before
    result = run_import(folder, update=True)
    assert [case.name.image for case in result.data_set.taken] == ["a"]
    assert (values(folder / "out" / "labels" / "a.png") == 1).sum() == 16
    assert status(run_import(folder)) == ["unchanged"] * 3


def test_an_edited_label_stays(folder: Path) -> None:
    path = write_mask(folder / "out" / "labels" / "a.png", EDITED)
    before = listing(folder)
    for update in (False, True):
        result = run_import(folder, update=update)
        assert status(result) == ["unchanged"] * 3
        assert notes(result) == [f"{path} was edited since it was imported; it is left as it is"]
        assert listing(folder) == before


def test_an_edited_label_is_not_replaced_by_a_changed_annotation(folder: Path) -> None:
    write_mask(folder / "out" / "labels" / "a.png", EDITED)
    redraw(folder)
    write_cases(folder, ["d"])
    before = listing(folder)
    with pytest.raises(DataError, match="labels/a.png: was edited since it was imported, and its annotation"):
        run_import(folder, update=True)
    assert listing(folder) == before
    assert status(run_import(folder)) == ["changed", "unchanged", "unchanged", "new"]
    assert (values(folder / "out" / "labels" / "a.png") == EDITED).all()


def test_missing_files_are_written_again(folder: Path) -> None:
    before = listing(folder / "out" / "labels")
    (folder / "out" / "labels" / "a.png").unlink()
    result = run_import(folder)
    assert status(result) == ["new", "unchanged", "unchanged"]
    assert "labels/a.png was missing and is written again" in notes(result)[0]
    assert listing(folder / "out" / "labels") == before


def test_only_the_missing_one_of_two_files_is_written_again(tmp_path: Path) -> None:
    write_cases(tmp_path, ["a", "b"])
    shapes = [("vessel", square(1, 1)), ("disc", [[4, 4], [6, 6]], "rectangle")]
    write_labelme(tmp_path / "annotations" / "a.json", shapes)
    run_import(tmp_path, validation=0)
    write_mask(tmp_path / "out" / "labels" / "a.png", EDITED)
    (tmp_path / "out" / "boxes" / "a.json").unlink()
    assert status(run_import(tmp_path, validation=0)) == ["new", "unchanged"]
    assert (values(tmp_path / "out" / "labels" / "a.png") == EDITED).all()
    assert json.loads((tmp_path / "out" / "boxes" / "a.json").read_text()) == [{"class": "disc", "box": [4, 4, 6, 6]}]
    assert "was edited" in notes(run_import(tmp_path, validation=0))[0]


def test_boxes_that_an_annotation_has_no_longer(tmp_path: Path) -> None:
    write_cases(tmp_path, ["a", "b"])
    shapes = [("vessel", square(1, 1)), ("disc", [[4, 4], [6, 6]], "rectangle")]
    write_labelme(tmp_path / "annotations" / "a.json", shapes)
    run_import(tmp_path, validation=0)
    redraw(tmp_path, "a", shapes[0])
    assert status(run_import(tmp_path, validation=0)) == ["changed", "unchanged"]
    run_import(tmp_path, validation=0, update=True)
    assert not (tmp_path / "out" / "boxes" / "a.json").exists()
    datalist = read_datalist(tmp_path)
    assert not any("boxes" in entry for entry in datalist["training"])
    assert sorted(datalist["provenance"]["files"]) == ["labels/a.png", "labels/b.png"]


def test_an_annotation_that_was_emptied(folder: Path) -> None:
    write_labelme(folder / "annotations" / "c.json", [])
    result = run_import(folder)
    assert status(result) == ["unchanged", "unchanged", "changed"]
    assert notes(result) == ["nothing is marked any longer"]
    run_import(folder, update=True)
    datalist = read_datalist(folder)
    assert [entry["image"] for entry in datalist["unlabelled"]] == ["../images/c.png"]
    assert not (folder / "out" / "labels" / "c.png").exists()


def test_an_annotation_that_was_removed(folder: Path) -> None:
    (folder / "annotations" / "a.json").unlink()
    before = listing(folder / "out")
    result = run_import(folder)
    assert "the annotations of 1 earlier cases are gone (../images/a.png)" in result.data_set.notes[0]
    assert listing(folder / "out") == before


def test_an_image_that_was_replaced(folder: Path) -> None:
    (folder / "images" / "a.png").write_bytes(write_picture(folder / "other.png").read_bytes())
    result = run_import(folder)
    assert status(result)[0] == "changed"
    assert "its image has changed since it was imported" in notes(result)[0]
    run_import(folder, update=True)
    assert status(run_import(folder)) == ["unchanged"] * 3


def test_a_case_that_was_taken_out_by_hand_stays_out(folder: Path) -> None:
    datalist = read_datalist(folder)
    out = datalist["training"].pop(0)
    (folder / "out" / "datalist.json").write_text(json.dumps(datalist))
    result = run_import(folder)
    assert "was taken out of datalist.json since it was imported" in notes(result)
    assert out not in read_datalist(folder)["training"]
    run_import(folder, update=True)
    assert out["image"] in str(read_datalist(folder)["training"])


def test_a_file_of_somebody_else_is_not_replaced(tmp_path: Path) -> None:
    write_cases(tmp_path, ["a", "b"])
    write_mask(tmp_path / "out" / "labels" / "a.png", EDITED)
    with pytest.raises(DataError, match="labels/a.png: is there already, and no import has written it so"):
        run_import(tmp_path)
    assert list(listing(tmp_path / "out")) == ["labels/a.png"]


def test_an_import_that_was_killed_goes_on(tmp_path: Path) -> None:
    write_cases(tmp_path, ["a", "b"])
    run_import(tmp_path)
    before = listing(tmp_path / "out")
    (tmp_path / "out" / "datalist.json").unlink()
    run_import(tmp_path)
    assert {
        name: held for name, held in listing(tmp_path / "out").items() if "labels" in name
    }.items() <= before.items()


def test_an_annotator_and_a_folder_of_the_same_name(tmp_path: Path) -> None:
    """Image ``a/b/c`` of nobody and image ``b/c`` of annotator "a" would both be labels/a/b/c.png."""
    write_cases(tmp_path, ["a/b/c", "x"])
    run_import(tmp_path)
    for name in ("b/c", "y"):
        write_picture(tmp_path / "more" / f"{name}.png")
        write_labelme(tmp_path / "drawn" / f"{name}.json", [("vessel", square(1, 1))])
    before = listing(tmp_path / "out")
    with pytest.raises(DataError, match="labels/a/b/c.png: belongs to ../images/a/b/c.png, and .*more/b/c.png"):
        run_import(tmp_path, images=tmp_path / "more", annotations=tmp_path / "drawn", annotator="a", update=True)
    assert listing(tmp_path / "out") == before


def test_whether_boxes_are_complete_is_part_of_a_case(tmp_path: Path) -> None:
    write_cases(tmp_path, ["a"])
    write_picture(tmp_path / "images" / "b.png")
    write_labelme(tmp_path / "annotations" / "b.json", [("disc", [[4, 4], [6, 6]], "rectangle")])
    run_import(tmp_path, validation=0)
    assert read_datalist(tmp_path)["training"][1]["boxed_classes"] == ["disc"]
    result = run_import(tmp_path, validation=0, boxes_complete=False)
    assert status(result) == ["unchanged", "changed"]
    run_import(tmp_path, validation=0, boxes_complete=False, update=True)
    assert read_datalist(tmp_path)["training"][1]["boxed_classes"] == []
