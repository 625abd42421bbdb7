"""The datalist after an import, and after several."""

import json
from pathlib import Path

import numpy as np
import pytest
from import_support import (
    SIZE,
    listing,
    read_datalist,
    run_import,
    square,
    write_cases,
    write_labelme,
    write_mask,
    write_picture,
)

from bundle.importing.rules import Rules
from scripts.data.datalist import load_cases
from scripts.errors import DataError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Drawings of the left and right eyes of three people, and one image without a drawing."""
    write_cases(tmp_path, [f"p{number}/{eye}" for number in range(3) for eye in ("left", "right")])
    write_picture(tmp_path / "images" / "p3" / "left.png")
    return tmp_path


def images(folder: Path, section: str) -> list[str]:
    return [entry["image"].removeprefix("../images/") for entry in read_datalist(folder).get(section, [])]


def write_masks(folder: Path, *names: str) -> None:
    for name in names:
        write_mask(folder / "masks" / f"{name}.png", np.eye(*SIZE, dtype=np.uint8))


def import_masks(folder: Path, **options):
    return run_import(folder, annotations=folder / "masks", dense=True, classes=("vessel",), **options)


def test_what_a_datalist_says(folder: Path) -> None:
    run_import(folder, subject_pattern=r"p\d", validation=1)
    datalist = read_datalist(folder)
    assert datalist["name"] == "out"
    assert datalist["classes"] == ["background", "vessel"]
    assert datalist["labels"] == {"ignore": 255, "vessel": 1, "not vessel": 2, "background": 3}
    assert datalist["dense_labels"] == {"background": 0, "vessel": 1, "ignore": 255}
    assert len(datalist["validation"]) == 2
    assert len({entry["subject"] for entry in datalist["validation"]}) == 1
    entry = datalist["training"][0]
    key = entry["image"].removeprefix("../images/").removesuffix(".png")
    assert entry == {
        "image": f"../images/{key}.png",
        "label": f"labels/{key}.png",
        "subject": key[:2],
        "supervision": "coarse",
    }
    assert datalist["unlabelled"] == [{"image": "../images/p3/left.png", "subject": "p3"}]
    provenance = datalist["provenance"]
    assert sorted(provenance["files"]) == sorted(
        f"labels/p{k}/{eye}.png" for k in range(3) for eye in ("left", "right")
    )
    assert provenance["imports"][0]["formats"] == {"labelme": 6}
    assert [row["meaning"] for row in provenance["rules"]] == ["vessel", "not vessel"]


def test_dense_masks_after_drawings(folder: Path) -> None:
    """Masks of one person, who is to be measured on, and whose drawings are not trained on any longer."""
    run_import(folder, subject_pattern=r"p\d", validation=1)
    write_masks(folder, "p1/left")
    import_masks(folder, subject_pattern=r"p\d", validation=1, again=True)
    assert images(folder, "validation") == ["p1/left.png"]
    assert images(folder, "held_back") == ["p1/left.png", "p1/right.png"]
    assert images(folder, "training") == [f"{who}/{eye}.png" for who in ("p0", "p2") for eye in ("left", "right")]
    (case,) = load_cases(folder / "out" / "datalist.json", "validation")
    assert case["supervision"] == "dense"
    assert case["label"] == str(folder / "out" / "masks" / "p1" / "left.png")
    again = import_masks(folder, subject_pattern=r"p\d", validation=1)
    assert not again.data_set.changed


def test_subjects_that_are_known_later(folder: Path) -> None:
    run_import(folder, validation=1)
    before = read_datalist(folder)
    with pytest.raises(DataError, match="an earlier import put subjects into two lists; give --split-again"):
        run_import(folder, validation=1, subject_pattern=r"p\d")
    assert read_datalist(folder) == before
    assert run_import(folder, validation=1, subject_pattern=r"p\d", again=True).data_set.changed
    subjects = {name: {e["subject"] for e in read_datalist(folder)[name]} for name in ("training", "validation")}
    assert len(subjects["validation"]) == 1
    assert subjects["training"] | subjects["validation"] == {"p0", "p1", "p2"}
    later = run_import(folder, validation=1)
    assert not later.data_set.changed


def test_subjects_are_asked_for_again_where_new_images_come(folder: Path) -> None:
    run_import(folder, validation=1, subject_pattern=r"p\d")
    write_labelme(folder / "annotations" / "p3" / "left.json", [("vessel", square(1, 1))])
    run_import(folder, validation=1)  # whose subject was told before
    assert [e["subject"] for e in read_datalist(folder)["training"] if "p3" in e["image"]] == ["p3"]
    write_cases(folder, ["p1/third"])
    before = listing(folder)
    with pytest.raises(DataError, match="give --subjects or --subject-pattern for these too, .*:\n  p1/third$"):
        run_import(folder, validation=1)
    assert listing(folder) == before


def test_new_images_without_labels_are_listed(folder: Path) -> None:
    run_import(folder)
    write_picture(folder / "images" / "p4" / "left.png")
    assert run_import(folder).data_set.changed
    assert images(folder, "unlabelled") == ["p3/left.png", "p4/left.png"]


def test_a_second_annotator_of_the_same_images(folder: Path) -> None:
    run_import(folder, validation=0, annotator="anna")
    run_import(folder, validation=0, annotator="cem")
    entries = [entry for entry in read_datalist(folder)["training"] if entry["image"].endswith("p0/left.png")]
    assert [(entry["annotator"], entry["label"]) for entry in entries] == [
        ("anna", "labels/anna/p0/left.png"),
        ("cem", "labels/cem/p0/left.png"),
    ]


def test_classes_of_later_imports_follow_those_of_earlier_ones(folder: Path) -> None:
    run_import(folder)
    before = listing(folder / "out" / "labels")
    write_labelme(folder / "more" / "p3" / "left.json", [("artery", square(1, 1))])
    run_import(folder, annotations=folder / "more", classes=("artery",))
    datalist = read_datalist(folder)
    assert datalist["classes"] == ["background", "vessel", "artery"]
    assert datalist["labels"] == {
        "ignore": 255,
        "vessel": 1,
        "not vessel": 2,
        "background": 3,
        "artery": 4,
        "not artery": 5,
    }
    assert listing(folder / "out" / "labels").items() >= before.items()
    assert json.loads((folder / "out" / "classes.json").read_text())["network_def#out_channels"] == 3


def test_a_class_of_changes_that_are_not_taken_is_not_added(folder: Path) -> None:
    run_import(folder)
    before = listing(folder / "out")
    write_labelme(folder / "annotations" / "p0" / "left.json", [("artery", square(1, 1))])
    assert not run_import(folder, classes=("artery",)).data_set.changed
    assert listing(folder / "out") == before


def test_what_was_added_by_hand_stays(folder: Path) -> None:
    run_import(folder, validation=1)
    datalist = read_datalist(folder)
    datalist["training"][0]["field_of_view"] = "fov.png"
    changed = datalist["training"][0]["image"]
    datalist |= {"licence": "CC0", "name": "Our eyes"}
    (folder / "out" / "datalist.json").write_text(json.dumps(datalist))
    name = changed.removeprefix("../images/").replace(".png", ".json")
    write_labelme(folder / "annotations" / name, [("vessel", square(3, 3))])
    run_import(folder, validation=1, update=True)
    after = read_datalist(folder)
    assert (after["licence"], after["name"]) == ("CC0", "Our eyes")
    assert after["training"][0] == datalist["training"][0]


def test_each_case_says_which_classes_were_boxed(tmp_path: Path) -> None:
    """Else what a later import boxes would be denied on the images of an earlier one."""
    for name, label in (("a", "nucleus"), ("b", "cell")):
        write_picture(tmp_path / "images" / f"{name}.png")
        write_labelme(tmp_path / label / f"{name}.json", [(label, [[1, 1], [3, 3]], "rectangle")])
        run_import(tmp_path, annotations=tmp_path / label, classes=(label,), validation=0)
    datalist = read_datalist(tmp_path)
    assert [entry["boxed_classes"] for entry in datalist["training"]] == [["nucleus"], ["cell"]]
    assert "boxed_classes" not in datalist
    first, second = load_cases(tmp_path / "out" / "datalist.json", "training")
    assert first["boxes"] == [{"class": "nucleus", "box": [1, 1, 3, 3]}]
    assert second["boxed_classes"] == ["cell"]


def test_boxes_alone_are_for_training(tmp_path: Path) -> None:
    for name in "abc":
        write_picture(tmp_path / "images" / f"{name}.png")
        write_labelme(tmp_path / "annotations" / f"{name}.json", [("cell", [[1, 1], [3, 3]], "rectangle")])
    run_import(tmp_path, validation=1)
    assert images(tmp_path, "training") == ["a.png", "b.png", "c.png"]
    write_masks(tmp_path, "b")
    import_masks(tmp_path, validation=1, again=True)
    assert images(tmp_path, "validation") == ["b.png"]
    assert images(tmp_path, "held_back") == ["b.png"]
    assert len(load_cases(tmp_path / "out" / "datalist.json", "training")) == 2


def test_rules_of_a_later_table_replace_earlier_ones_of_the_same_label(folder: Path) -> None:
    run_import(folder)
    (folder / "rules.csv").write_text("label,shape,meaning\nVessel,area,artery\nnot vessel,,skip\n")
    from import_support import request

    from bundle.importing.choose_rules import choose_rules
    from bundle.importing.import_folder import import_folder

    import_folder(
        request(folder, update=True),
        lambda found, former: choose_rules(found, former, (), folder / "rules.csv", lambda table: False),
        progress=False,
    )
    rules = Rules.from_rows(read_datalist(folder)["provenance"]["rules"], "rules")
    assert [(rule.label, str(rule.meaning)) for rule in rules.rules] == [("Vessel", "artery"), ("not vessel", "skip")]
