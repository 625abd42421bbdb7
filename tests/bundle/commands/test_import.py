"""The command ``import``."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from import_support import listing, read_datalist, square, write_cases, write_labelme, write_picture

from bundle.command_group import CommandGroup


def invoke(folder: Path, *options: object, text: str | None = None) -> Result:
    places = [f"--{name}={folder / name}" for name in ("images", "annotations", "out")]
    return CliRunner().invoke(CommandGroup("bundle"), ["import", *places, *map(str, options)], input=text)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three drawings."""
    write_cases(tmp_path, ["p1/left", "p2/left", "p3/left"])
    return tmp_path


def test_import(folder: Path) -> None:
    result = invoke(folder, "--yes", "--subject-pattern", r"^(p\d)", "--validation", 1, "--test", "0.3")
    assert result.exit_code == 0, result.output
    assert "vessel      area   3      vessel" in result.output
    assert "data set: training 1, validation 1, test 1, unlabelled 0" in result.output
    again = invoke(folder)
    assert again.exit_code == 0, again.output
    assert "All is as it was, so nothing was written." in again.output


def test_a_guess_is_not_taken_where_nobody_can_confirm_it(folder: Path) -> None:
    result = invoke(folder)
    assert result.exit_code == 2
    assert "nobody is there to confirm this guess; give --yes or --rules" in result.output
    assert not (folder / "out").exists()


def test_dry_run(folder: Path) -> None:
    before = listing(folder)
    result = invoke(folder, "--dry-run")
    assert result.exit_code == 0, result.output
    assert "Nothing was written, since this is a dry run." in result.output
    assert listing(folder) == before


def test_rules_are_written_corrected_and_read(folder: Path) -> None:
    rules = folder / "rules.csv"
    result = invoke(folder, "--write-rules", rules)
    assert result.exit_code == 0, result.output
    assert rules.read_text().splitlines() == ["label,shape,meaning,width", "vessel,,vessel,", "not vessel,,not vessel,"]
    assert not (folder / "out").exists()
    rules.write_text("label;meaning\nVessel;artery\nnot vessel;skip\n", encoding="utf-8-sig")
    result = invoke(folder, "--rules", rules)
    assert result.exit_code == 0, result.output
    assert read_datalist(folder)["classes"] == ["background", "artery"]
    again = invoke(folder, "--write-rules", rules)
    assert again.exit_code == 2
    assert "rules.csv exists already" in " ".join(again.output.split())
    assert "artery" in rules.read_text()


def test_lines_and_boxes(tmp_path: Path) -> None:
    for name in "ab":
        write_picture(tmp_path / "images" / f"{name}.png")
        shapes = [("vessel", [[2, 2], [8, 2]], "linestrip"), ("disc", [[1, 4], [5, 7]], "rectangle")]
        write_labelme(tmp_path / "annotations" / f"{name}.json", shapes)
    options = ["--yes", "--validation", 0, "--boxes-incomplete"]
    result = invoke(tmp_path, *options)
    assert result.exit_code == 2
    assert "Give --stroke-width" in " ".join(result.output.split())
    result = invoke(tmp_path, *options, "--stroke-width", "2 px")
    assert result.exit_code == 0, result.output
    entry = read_datalist(tmp_path)["training"][0]
    assert entry["boxed_classes"] == []
    assert json.loads((tmp_path / "out" / entry["boxes"]).read_text()) == [{"class": "disc", "box": [1, 4, 5, 7]}]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--stroke-width", "wide"], '"wide" is no width'),
        (["--validation", "1.5"], "a number of cases or a share below 1"),
        (["--annotator", "a/b"], 'the annotator "a/b" cannot be the name of a folder'),
        (["--annotator", "a", "--annotator-folders"], "not both"),
        (["--subjects", "nowhere.csv"], "nowhere.csv does not exist"),
        (["--rules", "nowhere.csv"], "the rules nowhere.csv do not exist"),
        (["--class", "disc"], "these labels are none of the classes ['disc']"),
        (["--class", "ignore"], '"ignore" is no name of a class'),
        (["--label-names", "nowhere.txt"], "nowhere.txt"),
    ],
)
def test_user_errors_exit_with_2_and_write_nothing(folder: Path, options: list, message: str) -> None:
    before = listing(folder)
    result = invoke(folder, "--yes", *options)
    assert result.exit_code == 2, result.output
    assert message in " ".join(result.output.split())
    assert listing(folder) == before


@pytest.mark.parametrize("places", [("images", "annotations"), ("out", "images"), ("out", "annotations")])
def test_folders_that_are_missing_or_the_same(folder: Path, places: tuple[str, str]) -> None:
    first, second = places
    wrong = folder / second if first == "out" else folder / "missing"
    before = listing(folder)
    result = invoke(folder, "--yes", f"--{first}={wrong}")
    assert result.exit_code == 2
    assert (f"--out is the folder of --{second}" if first == "out" else "does not exist") in " ".join(
        result.output.split()
    )
    assert listing(folder) == before


def test_update_and_split_again(folder: Path) -> None:
    assert invoke(folder, "--yes", "--validation", 1).exit_code == 0
    write_labelme(folder / "annotations" / "p1" / "left.json", [("vessel", square(3, 3))])
    assert "--update takes them" in invoke(folder).output
    assert "1 changed" in invoke(folder, "--update").output
    result = invoke(folder, "--split-again", "--split-seed", 3, "--validation", 2)
    assert "data set: training 1, validation 2" in result.output
