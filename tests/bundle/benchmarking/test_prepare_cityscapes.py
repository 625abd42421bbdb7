import json

import numpy as np
import pytest
from benchmark_data import write_cityscapes, write_png

from bundle.benchmarking.prepare_cityscapes import CITYSCAPES_IDS, prepare_cityscapes
from scripts.errors import DataError
from scripts.labels.label_table import LabelTable
from scripts.labels.load_label_map import load_label_map

CLASSES = ["background", *CITYSCAPES_IDS]


@pytest.fixture
def data(tmp_path):
    write_cityscapes(tmp_path / "data")
    return tmp_path / "data"


def test_the_19_classes_are_in_the_order_of_their_train_ids():
    assert len(CITYSCAPES_IDS) == 19 and list(CITYSCAPES_IDS.values()) == sorted(CITYSCAPES_IDS.values())
    assert [CITYSCAPES_IDS[name] for name in ("road", "sky", "car", "bicycle")] == [7, 23, 26, 33]


def test_datalists_of_the_files_as_they_are(data, tmp_path):
    folder = prepare_cityscapes(data, tmp_path / "out", "realistic", 0.3, 0)
    coarse, semi = (json.loads((folder / f"datalist{name}.json").read_text()) for name in ("", "_semi"))
    assert [len(coarse[section]) for section in ("training", "validation", "test")] == [4, 1, 2]
    assert sorted(case["supervision"] for case in semi["training"]) == ["coarse"] * 2 + ["dense"] * 2
    case = coarse["training"][0]
    assert case["image"].endswith("leftImg8bit/train/aachen/aachen_000000_000000_leftImg8bit.png")
    drawn, denied = LabelTable(coarse["labels"], CLASSES).count(load_label_map(folder / case["label"]).T, "drawing")
    assert {CLASSES[k]: count for k, count in enumerate(drawn) if count} == {"road": 170, "car": 192}
    assert sum(denied) == 0
    dense = LabelTable(coarse["dense_labels"], CLASSES, dense=True)
    counts, _ = dense.count(load_label_map(folder / coarse["test"][0]["label"]).T, "mask")
    assert {CLASSES[k]: count for k, count in enumerate(counts) if count} == {"road": 288, "car": 288}


def test_what_the_polygons_are_worth(data, tmp_path):
    folder = prepare_cityscapes(data, tmp_path / "out", "realistic", 0.3, 0)
    figures = json.loads((folder / "datalist.json").read_text())["training"][0]["drawing"]
    # 362 pixels are drawn, ten of them where nothing is labelled in the mask
    assert figures["ratio"] == pytest.approx(362 / 576, abs=1e-6)
    assert figures["positive_precision"] == pytest.approx(352 / 362, abs=1e-6)
    assert figures["positive_recall"] == pytest.approx(352 / 576, abs=1e-6)
    assert figures["negative_precision"] is None


def test_the_same_folder_at_any_ratio(data, tmp_path):
    folders = [prepare_cityscapes(data, tmp_path / "out", *asked, 1) for asked in (("bad", 0.1), ("dense", None))]
    assert folders[0] == folders[1] == tmp_path / "out" / "drawings" / "polygons-r1-s1"


def test_files_that_are_missing_are_named(data, tmp_path):
    (data / "gtCoarse/train/bochum/bochum_000000_000001_gtCoarse_labelIds.png").unlink()
    (data / "leftImg8bit/train/aachen/aachen_000000_000000_leftImg8bit.png").unlink()
    with pytest.raises(DataError, match="aachen_000000_000000_leftImg8bit.png\n.*bochum_000000_000001_gtCoarse"):
        prepare_cityscapes(data, tmp_path / "out", "realistic", 0.3, 0)
    with pytest.raises(DataError, match="https://www.cityscapes-dataset.com"):
        prepare_cityscapes(tmp_path / "nowhere", tmp_path / "out", "realistic", 0.3, 0)


def test_train_ids_are_refused(data, tmp_path):
    write_png(data / "gtFine/train/aachen/aachen_000000_000000_gtFine_labelIds.png", np.full((24, 32), 255, np.uint8))
    with pytest.raises(DataError, match="holds the value 255, expected ids from 0 to 33"):
        prepare_cityscapes(data, tmp_path / "out", "realistic", 0.3, 0)
    assert not (tmp_path / "out" / "drawings" / "polygons-r1-s0").exists()
