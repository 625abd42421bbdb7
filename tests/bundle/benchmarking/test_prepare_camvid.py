import json

import numpy as np
import pytest
from benchmark_data import write_camvid, write_png
from PIL import Image

from bundle.benchmarking.prepare_camvid import CAMVID_CLASSES, prepare_camvid
from scripts.errors import DataError
from scripts.labels.label_table import LabelTable
from scripts.labels.load_label_map import load_label_map


def test_eleven_classes_with_their_negative_drawings(tmp_path):
    write_camvid(tmp_path / "data")
    folder = prepare_camvid(tmp_path / "data", tmp_path / "out", "clean", 0.5, 0)
    content = json.loads((folder / "datalist.json").read_text())
    assert [len(content[section]) for section in ("training", "validation", "test")] == [4, 1, 3]
    classes = ["background", *CAMVID_CLASSES]
    table = LabelTable(content["labels"], classes)
    positive, negative = np.zeros(12, int), np.zeros(12, int)
    for case in content["training"]:
        drawn, denied = table.count(load_label_map(folder / case["label"]), case["label"])
        positive, negative = positive + drawn, negative + denied
    assert positive[0] == negative[0] == 0
    assert (positive[1:] > 0).all() and (negative[1:] > 0).all()
    dense = LabelTable(content["dense_labels"], classes, dense=True)
    counts, _ = dense.count(load_label_map(folder / content["test"][0]["label"]), "mask")
    assert counts[0] == 0 and len(set(counts[1:])) == 1 and counts[1] > 0


def test_pictures_are_halved_and_void_stays_void(tmp_path):
    write_camvid(tmp_path / "data")
    prepare_camvid(tmp_path / "data", tmp_path / "out", "clean", 0.5, 0)
    with Image.open(tmp_path / "out" / "half_size" / "train" / "masks" / "train0.png") as picture:
        mask = np.asarray(picture)
    assert mask.shape == (20, 24) and np.unique(mask).tolist() == list(range(1, 13))


def test_other_values_are_refused(tmp_path):
    write_camvid(tmp_path / "data")
    write_png(tmp_path / "data" / "test" / "masks" / "test0.png", np.full((40, 48), 12, np.uint8))
    with pytest.raises(DataError, match="test0.png holds the value 12, expected 0 to 11"):
        prepare_camvid(tmp_path / "data", tmp_path / "out", "clean", 0.5, 0)
    assert not (tmp_path / "out" / "half_size").exists()


def test_the_real_masks_hold_these_values(camvid):
    values = set()
    for path in sorted((camvid / "train" / "masks").iterdir())[::8]:
        with Image.open(path) as picture:
            values |= set(np.unique(np.asarray(picture)).tolist())
    assert values <= set(range(12)) and len(values) > 8
