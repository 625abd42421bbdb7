import json
from functools import partial

import numpy as np
import pytest
from PIL import Image

from scripts.boxes.box_folder import box_folder as whole_box_folder
from scripts.boxes.plan import BoxPlan
from scripts.data.datalist import load_cases
from scripts.drawing.mask_folder import find_masked_images
from scripts.errors import DataError

box_folder = partial(whole_box_folder, previews=(1, 1))


@pytest.fixture
def split(tmp_path):
    """Six training cases and one each to validate and test; case k has a bar in the rows from 2 k."""
    for number in range(8):
        mask = np.zeros((24, 30), dtype=np.uint8)
        mask[2 * number : 2 * number + 3, 5:25] = 255
        for folder, values in (("images", 255 - mask), ("masks", mask)):
            (tmp_path / folder).mkdir(exist_ok=True)
            Image.fromarray(values).save(tmp_path / folder / f"case{number}.png")
    cases = find_masked_images(tmp_path / "images", tmp_path / "masks")
    return {"training": cases[:6], "validation": cases[6:7], "test": cases[7:]}


def _plan(share=0.5, **settings):
    return BoxPlan({"bar": (255,)}, dense_share=share, **settings)


def test_writes_datalists_that_can_be_loaded(split, tmp_path):
    out = tmp_path / "deep" / "out"
    statistics = box_folder(split, out, _plan(), provenance={"split_seed": 4})
    assert sorted(path.name for path in out.iterdir()) == [
        "boxes.json",
        "boxes_preview.png",
        "datalist.json",
        "datalist_dense.json",
        "datalist_dense_only.json",
    ]
    assert [row["boxes"] for row in statistics] == [1, 1, 1]
    for name, boxed in (("datalist", 3), ("datalist_dense", 0), ("datalist_dense_only", 0)):
        cases = load_cases(out / f"{name}.json", "training")
        assert sum("boxes" in case for case in cases) == boxed
        assert [case["subject"] for case in load_cases(out / f"{name}.json", "test")] == ["case7"]
    for case in load_cases(out / "datalist.json", "training"):
        number = int(case["subject"][-1])
        if "boxes" in case:
            assert case["boxes"] == [{"class": "bar", "box": [5, 2 * number, 25, 2 * number + 3]}]
            assert case["reference"] == str((tmp_path / "masks" / f"case{number}.png").resolve())
    provenance = json.loads((out / "datalist.json").read_text())["provenance"]
    assert provenance["objects"] == "connected components"
    assert (provenance["seed"], provenance["split_seed"], provenance["dense_share"]) == (0, 4, 0.5)


def test_coco_file_says_the_same_as_the_datalist(split, tmp_path):
    box_folder(split, tmp_path / "out", _plan(0, loose=0.3))
    content = json.loads((tmp_path / "out" / "datalist.json").read_text())
    expected = [case["boxes"] for case in load_cases(tmp_path / "out" / "datalist.json", "training")]
    for case in content["training"]:
        del case["boxes"]
    (tmp_path / "out" / "other.json").write_text(json.dumps(content | {"boxes": "boxes.json"}))
    loaded = [case["boxes"] for case in load_cases(tmp_path / "out" / "other.json", "training")]
    for boxes, others in zip(expected, loaded, strict=True):
        np.testing.assert_allclose([box["box"] for box in others], [box["box"] for box in boxes], atol=1e-6)


def test_a_smaller_dense_share_has_the_same_boxes_and_fewer_dense_cases(split, tmp_path):
    entries = {}
    for share in (0.2, 0.5):
        box_folder(split, tmp_path / str(share), _plan(share, loose=0.2))
        cases = load_cases(tmp_path / str(share) / "datalist.json", "training")
        entries[share] = {case["subject"]: case.get("boxes") for case in cases}
    dense = {share: {subject for subject, boxes in found.items() if boxes is None} for share, found in entries.items()}
    assert (len(dense[0.2]), len(dense[0.5])) == (1, 3) and dense[0.2] < dense[0.5]
    assert all(boxes in (None, entries[0.2][subject]) for subject, boxes in entries[0.5].items())


@pytest.mark.parametrize("share, missing", [(0, "datalist_dense_only.json"), (1, "boxes.json")])
def test_all_boxed_or_all_dense(split, tmp_path, share, missing):
    box_folder(split, tmp_path / "out", _plan(0.5))
    box_folder(split, tmp_path / "out", _plan(share), overwrite=True)
    assert not (tmp_path / "out" / missing).exists()


def test_refuses_to_replace_without_being_asked(split, tmp_path):
    box_folder(split, tmp_path / "out", _plan())
    with pytest.raises(DataError, match="--overwrite"):
        box_folder(split, tmp_path / "out", _plan())


def test_an_error_leaves_nothing_behind(split, tmp_path):
    split["training"][5].mask.write_bytes(b"broken")
    with pytest.raises(DataError, match="case5.png cannot be read"):
        box_folder(split, tmp_path / "out", _plan(0))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["images", "masks"]
