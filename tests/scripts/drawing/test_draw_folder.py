import json
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from PIL import Image

from scripts.drawing.draw_folder import DrawingPlan, draw_folder, split_cases
from scripts.drawing.mask_folder import MaskedImage, find_masked_images
from scripts.drawing.volume_folder import find_masked_volumes
from scripts.errors import DataError

PLAN = DrawingPlan({"vessel": 255}, ratio=0.5)


@pytest.fixture
def cases(tmp_path):
    for number in range(4):
        mask = np.zeros((48, 50), dtype=np.uint8)
        mask[10 + 5 * number : 14 + 5 * number, 5:45] = 255
        for folder, values in (("images", np.stack([255 - mask] * 3, axis=2)), ("masks", mask)):
            (tmp_path / folder).mkdir(exist_ok=True)
            Image.fromarray(values).save(tmp_path / folder / f"case{number}.png")
    return find_masked_images(tmp_path / "images", tmp_path / "masks")


def test_split_has_the_counts_and_no_overlap():
    cases = [MaskedImage(str(i), Path(), Path()) for i in range(22)]
    split = split_cases(cases, validation=3, test=4, seed=0)
    assert {name: len(part) for name, part in split.items()} == {"training": 15, "validation": 3, "test": 4}
    assert sorted(case.stem for part in split.values() for case in part) == sorted(case.stem for case in cases)
    assert split == split_cases(cases, validation=3, test=4, seed=0) != split_cases(cases, validation=3, test=4, seed=1)


@pytest.mark.parametrize("share, count", [(0.1, 2), (0.01, 1), (0, 0), (5, 5)])
def test_share_of_the_cases(share, count):
    cases = [MaskedImage(str(i), Path(), Path()) for i in range(22)]
    assert len(split_cases(cases, validation=share, test=0, seed=0)["validation"]) == count


def test_refuses_to_leave_no_training_case(cases):
    with pytest.raises(DataError, match="3 validation and 1 test cases of 4 leave none for training"):
        split_cases(cases, validation=3, test=1, seed=0)


def test_datalists_refer_to_the_files_in_place(cases, tmp_path):
    out = tmp_path / "deep" / "out"
    draw_folder(split_cases(cases, validation=1, test=1, seed=0), out, PLAN)
    assert sorted(path.name for path in out.iterdir()) == [
        "datalist.json",
        "datalist_dense.json",
        "drawings",
        "drawings_preview.png",
    ]
    for name in ("datalist.json", "datalist_dense.json"):
        content = json.loads((out / name).read_text())
        for section in ("training", "validation", "test"):
            for case in content[section]:
                assert "\\" not in case["image"] and case["image"].startswith("../../images/")
                assert (out / case["image"]).is_file() and (out / case["label"]).is_file()
                assert "plane" not in case
    assert content["dense_labels"] == {"background": 0, "vessel": 255}


def test_a_new_case_changes_no_other(cases, tmp_path):
    for name, part in (("few", cases[:2]), ("all", cases)):
        draw_folder({"training": part, "validation": [], "test": []}, tmp_path / name, PLAN)
    for case in cases[:2]:
        few, every = (tmp_path / name / "drawings" / f"{case.stem}.png" for name in ("few", "all"))
        assert few.read_bytes() == every.read_bytes()


def test_refuses_a_folder_in_use_but_replaces_its_own_results(cases, tmp_path):
    split = {"training": cases, "validation": [], "test": []}
    out = tmp_path / "out"
    out.mkdir()
    (out / "notes.txt").write_text("mine")
    with pytest.raises(DataError, match="--overwrite"):
        draw_folder(split, out, PLAN)
    draw_folder(split, out, PLAN, overwrite=True)
    draw_folder({**split, "training": cases[:1]}, out, PLAN, overwrite=True)
    assert [path.name for path in (out / "drawings").iterdir()] == ["case0.png"]
    assert (out / "notes.txt").read_text() == "mine"
    assert not list(tmp_path.glob(".out.*"))


def test_refuses_to_replace_the_masks_themselves(cases, tmp_path):
    (tmp_path / "masks").rename(tmp_path / "drawings")
    moved = find_masked_images(tmp_path / "images", tmp_path / "drawings")
    with pytest.raises(DataError, match="would be replaced"):
        draw_folder({"training": moved}, tmp_path, PLAN, overwrite=True)


def test_an_error_leaves_nothing_behind(cases, tmp_path):
    cases[1].mask.write_bytes(b"broken")
    with pytest.raises(DataError, match="case1.png cannot be read"):
        draw_folder({"training": cases}, tmp_path / "out", PLAN)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["images", "masks"]


def test_ignored_pixels_are_not_drawn(cases, tmp_path):
    mask = np.array(Image.open(cases[0].mask))
    mask[30:] = 9
    Image.fromarray(mask).save(cases[0].mask)
    plan = DrawingPlan({"vessel": 255}, ratio=1.0, ignored=9)
    draw_folder({"training": cases[:1], "validation": [], "test": []}, tmp_path / "out", plan)
    assert not np.array(Image.open(tmp_path / "out" / "drawings" / "case0.png"))[30:].any()
    assert json.loads((tmp_path / "out" / "datalist.json").read_text())["dense_labels"]["ignore"] == 9


def _volumes(folder):
    """Two volumes of 20 x 24 x 16 voxels with two classes."""
    x, y, z = np.indices((20, 24, 16), sparse=True)
    inside = ((x - 10) / 6) ** 2 + ((y - 12) / 8) ** 2 + ((z - 8) / 5) ** 2 <= 1
    mask = np.where(inside, np.where(y < 12, 1, 2), 0).astype(np.uint8)
    for name, values in (("images", inside.astype(np.float32)), ("masks", mask)):
        (folder / name).mkdir()
        for stem in ("one", "two"):
            nib.save(nib.Nifti1Image(values, np.eye(4)), folder / name / f"{stem}.nii.gz")
    return find_masked_volumes(folder / "images", folder / "masks")


@pytest.mark.parametrize("every", [None, 1, 4])
def test_volumes_become_nifti_files_with_the_same_datalists(tmp_path, every):
    plan = DrawingPlan({"a": 1, "b": 2}, background=0.5, every=every, plane="coronal")
    one, two = _volumes(tmp_path)
    statistics = draw_folder({"training": [one], "validation": [two], "test": []}, tmp_path / "out", plan)
    assert sorted(path.name for path in (tmp_path / "out" / "drawings").iterdir()) == ["one.nii.gz", "two.nii.gz"]
    datalist = json.loads((tmp_path / "out" / "datalist.json").read_text())
    assert datalist["labels"] == {"a": 1, "not a": 2, "b": 3, "not b": 4, "background": 5, "ignore": 255}
    (case,) = datalist["training"]
    assert (case["image"], case["label"], case["subject"]) == ("../images/one.nii.gz", "drawings/one.nii.gz", "one")
    assert case["drawing"] == statistics["one"] and ("slices" in case["drawing"]) == (every is not None)
    assert case["plane"] == ("coronal" if every else "volume")
    assert datalist["validation"][0]["label"] == "../masks/two.nii.gz" and "plane" not in datalist["validation"][0]
    assert datalist["provenance"].get("every") == every
    label = np.asarray(nib.load(tmp_path / "out" / case["label"]).dataobj)
    assert set(np.unique(label)) == {0, 1, 2, 3, 4, 5}
    assert Image.open(tmp_path / "out" / "drawings_preview.png").size[1] == 2 * 488
