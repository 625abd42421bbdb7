"""Files move into the data set all together or not at all."""

import json
from pathlib import Path

import pytest
from import_support import listing
from monai.bundle import ConfigParser

from bundle.importing.data_set import DataSet
from bundle.importing.image_names import name_parts
from bundle.importing.label_values import LabelValues
from bundle.importing.publish import class_overlays, publish
from bundle.importing.scan import CaseName
from bundle.importing.source_image import SourceImage
from bundle.importing.stage import StagedCase

VALUES = LabelValues(["vessel"])
ROOT = Path(__file__).resolve().parents[3]


def case(moves: list[str], removed: list[str] | None = None) -> StagedCase:
    image = SourceImage("a", Path("a.png"), volume=False)
    return StagedCase(CaseName("a"), image, moves=moves, removed=removed or [])


@pytest.fixture
def staged(tmp_path: Path) -> Path:
    """New files ``labels/a.png`` and ``labels/p/b.png``."""
    folder = tmp_path / ".staged"
    for name in ("labels/a.png", "labels/p/b.png"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"new {name_parts(name)[-1]}")
    return folder


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A data set with ``labels/a.png``, ``boxes/a.json`` and a datalist."""
    folder = tmp_path / "out"
    for name in ("labels/a.png", "boxes/a.json", "datalist.json"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("old")
    return folder


def test_files_are_replaced_added_and_removed(staged: Path, out: Path) -> None:
    data_set = DataSet({"training": []}, VALUES, [case(["labels/a.png", "labels/p/b.png"], ["boxes/a.json"])])
    publish(data_set, staged, out, {"classes.json": {"classes": ["background", "vessel"]}})
    assert sorted(listing(out)) == ["classes.json", "datalist.json", "labels/a.png", "labels/p/b.png"]
    assert (out / "labels" / "a.png").read_text() == "new a.png"
    assert json.loads((out / "datalist.json").read_text()) == {"training": []}


def test_a_new_folder_is_made(staged: Path, tmp_path: Path) -> None:
    publish(DataSet({}, VALUES, [case(["labels/a.png"])]), staged, tmp_path / "x" / "y", {})
    assert sorted(listing(tmp_path / "x" / "y")) == ["datalist.json", "labels/a.png"]


def test_what_fails_in_between_leaves_all_as_it_was(staged: Path, out: Path) -> None:
    before = listing(out)
    (out / "classes.json").mkdir()  # which no file can replace
    data_set = DataSet({}, VALUES, [case(["labels/a.png", "labels/p/b.png"], ["boxes/a.json"])])
    with pytest.raises(OSError):
        publish(data_set, staged, out, {"classes.json": {}})
    assert listing(out) == before
    assert not (out / "labels" / "p").exists()


def test_a_removal_that_fails_is_undone_too(staged: Path, tmp_path: Path) -> None:
    data_set = DataSet({}, VALUES, [case(["labels/a.png"], ["boxes/missing.json"])])
    with pytest.raises(OSError):
        publish(data_set, staged, tmp_path / "new", {})
    assert not (tmp_path / "new").exists()


def test_settings_that_a_user_has_added_stay(staged: Path, out: Path) -> None:
    (out / "classes.json").write_text('{"classes": ["a"], "learning_rate": 0.1}')
    publish(DataSet({}, VALUES), staged, out, class_overlays(VALUES, volumes=True))
    content = json.loads((out / "classes.json").read_text())
    assert content == {"classes": ["background", "vessel"], "learning_rate": 0.1, "matrix_form": "binary"}


def test_classes_of_pictures_and_volumes() -> None:
    three = LabelValues(["artery", "vein"])
    names = ["background", "artery", "vein"]
    assert class_overlays(three, volumes=False) == {
        "classes.json": {"classes": names, "network_def#out_channels": 3, "matrix_form": "omission"},
        "classes_inference.json": {"network_def#out_channels": 3},
    }
    assert class_overlays(three, volumes=True) == {
        "classes.json": {"classes": names, "matrix_form": "omission"},
        "classes_inference.json": {"classes": names},
    }


@pytest.mark.parametrize("volumes", [False, True])
@pytest.mark.parametrize(("config", "overlay"), [("train", "classes"), ("inference", "classes_inference")])
def test_the_configs_take_them(tmp_path: Path, volumes: bool, config: str, overlay: str) -> None:
    overlays = class_overlays(LabelValues(["artery", "vein"]), volumes)
    path = tmp_path / "overlay.json"
    path.write_text(json.dumps(overlays[f"{overlay}.json"]))
    parser = ConfigParser()
    parser.read_config([str(ROOT / "configs" / ("volume" if volumes else "") / f"{config}.json"), str(path)])
    assert parser.get_parsed_content("network_def#out_channels") == 3
