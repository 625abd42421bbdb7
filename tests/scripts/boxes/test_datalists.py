from scripts.boxes.datalists import build_coco, build_datalists

BOXES = [{"class": "b", "box": [1, 2, 4.5, 8]}]
DENSE = {"image": "i/1.png", "mask": "m/1.png", "subject": "1"}
BOXED = {"image": "i/2.png", "mask": "m/2.png", "subject": "2", "boxes": BOXES, "statistics": {"boxes": 1}}


def _build(training):
    return build_datalists(
        {"training": training, "validation": [DENSE | {"subject": "3"}]},
        name="mine",
        classes=["a", "b"],
        dense_labels={"background": 0, "a": 1, "b": [2, 3]},
        provenance={"seed": 0},
    )


def test_datalists():
    lists = _build([DENSE, BOXED])
    dense = {"image": "i/1.png", "label": "m/1.png", "subject": "1", "supervision": "dense"}
    boxed = {"image": "i/2.png", "boxes": BOXES, "reference": "m/2.png", "subject": "2", "box_statistics": {"boxes": 1}}
    assert lists["datalist.json"]["training"] == [dense, boxed]
    assert [case["label"] for case in lists["datalist_dense.json"]["training"]] == ["m/1.png", "m/2.png"]
    assert lists["datalist_dense_only.json"]["training"] == [dense]
    for content in lists.values():
        assert content["validation"] == [dense | {"subject": "3"}] and content["test"] == []
        assert content["dense_labels"]["b"] == [2, 3] and content["provenance"] == {"seed": 0}


def test_no_dense_case_no_datalist_of_them():
    assert sorted(_build([BOXED])) == ["datalist.json", "datalist_dense.json"]


def test_coco_has_corner_and_size():
    coco = build_coco([BOXED | {"shape": (40, 30)}, BOXED | {"boxes": [], "shape": (40, 30)}], ["a", "b"])
    assert coco["categories"] == [{"id": 1, "name": "a"}, {"id": 2, "name": "b"}]
    assert coco["images"][0] == {"id": 1, "file_name": "i/2.png", "width": 40, "height": 30}
    assert len(coco["images"]) == 2
    (annotation,) = coco["annotations"]
    assert annotation["bbox"] == [1, 2, 3.5, 6] and annotation["area"] == 21 and annotation["iscrowd"] == 0
    assert (annotation["image_id"], annotation["category_id"]) == (1, 2)
