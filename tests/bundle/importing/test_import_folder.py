"""Whole imports of folders as hospitals have them."""

import shutil
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from import_support import (
    SIZE,
    listing,
    read_datalist,
    request,
    run_import,
    square,
    values,
    write_cases,
    write_labelme,
    write_mask,
    write_picture,
)
from volume_files import write_dicom_series, write_volume

from bundle.importing import import_folder as module
from bundle.importing.choose_rules import choose_rules
from scripts.data.case_dataset import CaseDataset
from scripts.data.datalist import load_cases
from scripts.errors import DataError
from scripts.volumes import read_grid


def loaded(folder: Path, spatial_dims: int = 2) -> CaseDataset:
    """The training set as a training checks it."""
    datalist = read_datalist(folder)
    return CaseDataset(
        load_cases(folder / "out" / "datalist.json", "training"),
        [],
        datalist["classes"],
        labels=datalist["labels"],
        dense_labels=datalist["dense_labels"],
        spatial_dims=spatial_dims,
        num_workers=1,
        progress=False,
    )


def test_annotations_beside_the_photographs(tmp_path: Path) -> None:
    for name in ("p01/left", "p02/left", "p03/left"):
        write_picture(tmp_path / "data" / f"{name}.jpg")
        x = int(name[2])
        shapes = [("vessel", square(x, 1)), ("not vessel", square(x + 4, 4))]
        write_labelme(tmp_path / "data" / f"{name}.json", shapes, image="left.jpg")
    result = run_import(tmp_path, images=tmp_path / "data", annotations=tmp_path / "data", validation=1)
    assert [case.status for case in result.cases] == ["new"] * 3
    for number in (1, 2, 3):
        label = values(tmp_path / "out" / "labels" / f"p0{number}" / "left.png")
        assert np.argwhere(label == 1).min(axis=0).tolist() == [number, 1]
    assert len(loaded(tmp_path).facts) == 2


def test_the_data_set_may_lie_among_the_images(tmp_path: Path) -> None:
    write_cases(tmp_path / "data", ["a", "b"])
    folders = {"images": tmp_path / "data", "annotations": tmp_path / "data" / "annotations"}
    for _ in range(2):
        result = run_import(tmp_path, **folders, out=tmp_path / "data" / "set")
    assert not result.data_set.changed
    assert [case.name.image for case in result.cases] == ["images/a", "images/b"]
    assert result.data_set.content["unlabelled"] == []


def test_label_maps_beside_the_volumes(tmp_path: Path) -> None:
    mask = np.zeros((6, 5, 4), dtype=np.uint8)
    mask[1:3, 1:3, 1] = 1
    (tmp_path / "data").mkdir()
    for number in range(3):
        write_volume(
            tmp_path / "data" / f"p{number}_left.nii.gz", np.arange(120, dtype=np.int16).reshape(6, 5, 4) + number
        )
        write_volume(tmp_path / "data" / f"p{number}_left_seg.nii.gz", mask)
    folders = {"images": tmp_path / "data", "annotations": tmp_path / "data", "classes": ("ball",)}
    result = run_import(tmp_path, **folders, dense=True, validation=1)
    assert result.volumes
    assert result.data_set.content["unlabelled"] == []
    assert (nib.load(tmp_path / "out" / "masks" / "p1_left_label.nii.gz").get_fdata() == mask).all()
    assert len(loaded(tmp_path, spatial_dims=3).facts) == 2
    assert not run_import(tmp_path, **folders, dense=True, validation=1).data_set.changed


def test_series_of_slices(tmp_path: Path) -> None:
    array = np.arange(60, dtype=np.int16).reshape(4, 5, 3)
    mask = np.zeros((4, 5, 3), dtype=np.uint8)
    mask[:2], mask[2:] = 1, 2
    for patient in ("p1", "p2"):
        folder = write_dicom_series(tmp_path / "images" / patient / "ct", array)
        (tmp_path / "annotations" / patient).mkdir(parents=True)
        write_volume(tmp_path / "annotations" / patient / "ct.nii.gz", mask, read_grid(folder).affine)
    (tmp_path / "annotations" / "labels.txt").write_text(
        '# ITK-SnAP Label Description File\n1 255 0 0 1 1 1 "liver"\n2 0 255 0 1 1 1 "not liver"\n'
    )
    run_import(tmp_path, validation=1)
    datalist = read_datalist(tmp_path)
    assert datalist["classes"] == ["background", "liver"]
    assert datalist["training"][0]["image"] in ("../images/p1/ct", "../images/p2/ct")
    assert len(loaded(tmp_path, spatial_dims=3).facts) == 1


def test_folders_of_annotators_and_a_table_of_subjects(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        write_picture(tmp_path / "images" / f"{name}.png")
        for who in ("anna", "cem"):
            write_labelme(tmp_path / "annotations" / who / f"{name}.json", [("vessel", square(1, 1))])
    (tmp_path / "subjects.csv").write_text("image;subject;split\na.png;p;test\nb;q;train\nc;r;val\n", "utf-8-sig")
    run_import(tmp_path, annotator_folders=True, subjects=tmp_path / "subjects.csv")
    datalist = read_datalist(tmp_path)
    for section, name in (("training", "b"), ("validation", "c"), ("test", "a")):
        assert [entry["label"] for entry in datalist[section]] == [
            f"labels/{who}/{name}.png" for who in ("anna", "cem")
        ]


def test_a_linked_folder_of_images(tmp_path: Path) -> None:
    write_cases(tmp_path / "store", ["a", "b"])
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "p1").symlink_to(tmp_path / "store" / "images")
    run_import(tmp_path, annotations=tmp_path / "store" / "annotations")
    datalist = read_datalist(tmp_path)
    assert datalist["training"][0]["image"].startswith("../store/images/")
    assert datalist["training"][0]["label"].startswith("labels/p1/")


def test_a_dry_run_leaves_no_trace(tmp_path: Path) -> None:
    write_cases(tmp_path, ["a", "b"])
    before = listing(tmp_path)
    result = run_import(tmp_path, dry=True)
    assert result.data_set.changed
    assert [case.status for case in result.cases] == ["new", "new"]
    assert listing(tmp_path) == before
    assert not (tmp_path / "out").exists()
    run_import(tmp_path)
    before = listing(tmp_path)
    write_labelme(tmp_path / "annotations" / "a.json", [("vessel", square(4, 4))])
    run_import(tmp_path, dry=True, update=True)
    assert listing(tmp_path / "out").items() <= {k.removeprefix("out/"): v for k, v in before.items()}.items()


def test_an_import_that_is_interrupted_leaves_all_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_cases(tmp_path, ["a", "b"])

    def interrupt(*arguments: object) -> None:
        raise KeyboardInterrupt

    before = listing(tmp_path)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(module, "publish", interrupt)
        run_import(tmp_path)
    assert listing(tmp_path) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["annotations", "images"]
    run_import(tmp_path)
    write_cases(tmp_path, ["c"])
    before = listing(tmp_path)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(module, "publish", interrupt)
        run_import(tmp_path)
    assert listing(tmp_path) == before


def test_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    write_cases(tmp_path, ["a", "b"])
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "labels").touch()  # a file where a folder is needed, as root may write to every folder
    with pytest.raises(DataError, match="out: cannot be written to .*Nothing was imported"):
        run_import(tmp_path)
    assert sorted(listing(tmp_path / "out")) == ["labels"]


def test_problems_of_all_files_are_listed_and_nothing_is_written(tmp_path: Path) -> None:
    write_cases(tmp_path, ["a", "b"])
    write_labelme(tmp_path / "annotations" / "a.json", [], size=(20, 20))
    write_labelme(tmp_path / "annotations" / "b.json", [("", square(1, 1))])
    (tmp_path / "annotations" / "c.json").write_text("{}")
    with pytest.raises(DataError) as caught:
        run_import(tmp_path)
    message = str(caught.value)
    assert "3 problem(s), nothing was imported" in message
    assert all(f"annotations/{name}.json" in message for name in "abc")
    assert not (tmp_path / "out").exists()
    write_labelme(tmp_path / "annotations" / "a.json", [("vessel", square(50, 1))])
    write_labelme(tmp_path / "annotations" / "b.json", [("vessel", square(1, 1))])
    (tmp_path / "annotations" / "c.json").unlink()
    with pytest.raises(
        DataError, match="1 problem.s., nothing was imported:\n.*a.json: shape 1 .vessel.: lies outside"
    ):
        run_import(tmp_path)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"classes": ("background",)}, '"background" is no name of a class'),
        ({"classes": ("not vessel",)}, '"not vessel" is no name of a class'),
        ({"annotator": "../x"}, "cannot be the name of a folder"),
        ({"validation": 2}, "none of them is left for training"),
        ({"subject_pattern": "z"}, "finds no subject in"),
        ({"dense": True}, 'a dense mask says what everything is, so "not vessel" has no place in it'),
    ],
)
def test_requests_that_cannot_be_met(tmp_path: Path, options: dict, message: str) -> None:
    write_cases(tmp_path, ["a", "b"])
    before = listing(tmp_path)
    with pytest.raises(DataError, match=message):
        run_import(tmp_path, **options)
    assert listing(tmp_path) == before


def test_folders_without_annotations_or_marks(tmp_path: Path) -> None:
    write_picture(tmp_path / "images" / "a.png")
    (tmp_path / "annotations").mkdir()
    with pytest.raises(DataError, match="annotations holds no annotation in a known format"):
        run_import(tmp_path)
    write_labelme(tmp_path / "annotations" / "a.json", [])
    with pytest.raises(DataError, match="nothing is marked in any annotation"):
        run_import(tmp_path)


def test_label_descriptions_that_contradict_each_other(tmp_path: Path) -> None:
    write_cases(tmp_path, ["a"])
    for number, name in enumerate(("liver", "spleen")):
        text = f'# ITK-SnAP Label Description File\n1 255 0 0 1 1 1 "{name}"\n'
        (tmp_path / "annotations" / f"{number}.txt").write_text(text)
    with pytest.raises(DataError, match='names the label 1 "spleen", another label description file "liver"'):
        run_import(tmp_path)


def test_empty_masks_hold_nothing_where_it_is_told(tmp_path: Path) -> None:
    for name, value in (("a", 1), ("b", 0), ("c", 1)):
        write_picture(tmp_path / "images" / f"{name}.png")
        write_mask(tmp_path / "annotations" / f"{name}.png", np.full(SIZE, value, dtype=np.uint8))
    assert [case.status for case in run_import(tmp_path, dense=True, classes=("x",)).cases] == ["new", "empty", "new"]
    shutil.rmtree(tmp_path / "out")
    result = run_import(tmp_path, dense=True, classes=("x",), empty_counts=True)
    assert [case.status for case in result.cases] == ["new"] * 3


def test_two_imports_at_once_do_not_lose_cases(tmp_path: Path) -> None:
    """The second one writes between the first one's reading and writing."""
    write_cases(tmp_path, ["a", "b"])
    (tmp_path / "annotations" / "b.json").rename(tmp_path / "b.json")

    def choose(found, former):
        (tmp_path / "other").mkdir()
        (tmp_path / "b.json").rename(tmp_path / "other" / "b.json")
        run_import(tmp_path, annotations=tmp_path / "other", validation=0)
        return choose_rules(found, former, (), None, lambda table: True)

    with pytest.raises(DataError, match="was changed by another import in the meantime"):
        module.import_folder(request(tmp_path, validation=0), choose, progress=False)
    assert [case["image"] for case in read_datalist(tmp_path)["training"]] == ["../images/b.png"]
    assert sorted(listing(tmp_path / "out")) == [
        "classes.json",
        "classes_inference.json",
        "datalist.json",
        "labels/b.png",
    ]
