"""What a user reads after an import."""

import ast
import shlex
from pathlib import Path

import numpy as np
import pytest
from import_support import (
    SIZE,
    listing,
    request,
    run_import,
    square,
    write_cases,
    write_labelme,
    write_mask,
    write_picture,
)
from volume_files import write_volume

from bundle.importing.import_report import describe_import


def report(folder: Path, dry: bool = False, **options) -> str:
    return describe_import(run_import(folder, dry=dry, **options), request(folder, **options), dry=dry)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three drawings."""
    write_cases(tmp_path, ["a", "b", "c"])
    return tmp_path


def test_what_was_done_and_what_is_next(folder: Path) -> None:
    write_picture(folder / "images" / "d.png")
    (folder / "annotations" / "notes.txt").touch()
    lines = report(folder, validation=1).splitlines()
    out = folder / "out"
    assert lines[:4] == [
        "annotation files: 3 labelme",
        "cases: 3 new, 0 unchanged, 0 changed, 0 empty",
        "data set: training 2, validation 1, test 0, unlabelled 1",
        "classes: background, vessel",
    ]
    assert f"note: no annotations, left alone: {folder / 'annotations' / 'notes.txt'}" in lines
    assert any("each image counts as a subject of its own" in line for line in lines)
    assert any("some cases of validation or test are drawings" in line for line in lines)
    assert lines[-3:] == [
        f"{out / 'datalist.json'}: the data set. Next, look at it and train:",
        f"  python -m bundle check --config_file configs/train.json --config_file {out / 'classes.json'} "
        f"--dataset_dir {out}",
        f"  python -m monai.bundle run training --config_file \"['configs/train.json','{out / 'classes.json'}']\" "
        f"--dataset_dir {out}",
    ]


def test_nothing_to_do_and_dry_runs(folder: Path) -> None:
    assert report(folder, dry=True).endswith("Nothing was written, since this is a dry run.")
    report(folder)
    assert report(folder).endswith("All is as it was, so nothing was written.")
    assert report(folder, dry=True).endswith("since this is a dry run, and nothing would change.")


def test_changes_that_were_not_taken(folder: Path) -> None:
    report(folder)
    write_labelme(folder / "annotations" / "b.json", [("vessel", square(3, 3))])
    text = report(folder)
    assert "cases: 0 new, 2 unchanged, 1 changed, 0 empty" in text
    assert "note: b: its annotation has changed since it was imported" in text
    assert "note: b changed since an earlier import and stay as they were; --update takes them" in text


def test_notes_of_many_cases_take_one_line(tmp_path: Path) -> None:
    for number in range(40):
        write_picture(tmp_path / "images" / f"{number:02d}.png")
        shape = [("vessel", square(-1, 1))] if number < 39 else []
        write_labelme(tmp_path / "annotations" / f"{number:02d}.json", shape)
    text = report(tmp_path)
    assert "note: 00, 01, 02, 03, 04 and 34 more: 1 mark(s) reach beyond the image and are cut to it" in text
    assert "note: nothing is marked on 39, so they count as unlabelled" in text


def test_boxes_alone(tmp_path: Path) -> None:
    for name in "ab":
        write_picture(tmp_path / "images" / f"{name}.png")
        write_labelme(tmp_path / "annotations" / f"{name}.json", [("cell", [[1, 1], [3, 3]], "rectangle")])
    text = report(tmp_path)
    assert "note: the list of validation is empty, but a training needs one" in text
    assert "note: what lies outside all boxes counts as background. If objects were left out" in text
    assert "counts as background" not in report(tmp_path, boxes_complete=False, update=True)


def test_volumes_have_configs_of_their_own(tmp_path: Path) -> None:
    for folder, kind in (("images", np.int16), ("annotations", np.uint8)):
        (tmp_path / folder).mkdir()
        for name in "ab":
            write_volume(tmp_path / folder / f"{name}.nii.gz", np.ones((3, 4, 5), dtype=kind))
    assert "configs/volume/train.json" in report(tmp_path, classes=("x",))


def test_folders_with_spaces_can_be_copied_to_the_command_line(tmp_path: Path) -> None:
    write_cases(tmp_path / "my data", ["a", "b"])
    assert f"--dataset_dir '{tmp_path / 'my data' / 'out'}'" in report(tmp_path / "my data")
    assert listing(tmp_path / "my data" / "out")


def test_the_command_for_the_training_can_be_copied_whatever_the_name_of_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "Anna's $data"
    write_cases(folder, ["a", "b"])
    *_, check, training = report(folder).splitlines()
    config = str(folder / "out" / "classes.json")
    assert config in shlex.split(check)
    [given] = [part for part in shlex.split(training) if part.startswith("[")]
    assert ast.literal_eval(given) == ["configs/train.json", config]


def test_cases_without_a_field_of_view_among_others(folder: Path) -> None:
    for name in "abc":
        write_mask(folder / "fov" / f"{name}.png", np.full(SIZE, 255, dtype=np.uint8))
    assert "field of view" not in report(folder, fields_of_view=folder / "fov")
    write_cases(folder, ["d"])
    assert "note: ../images/d.png have no field of view, other cases have; give --fields-of-view" in report(folder)
