from scripts.drawing.datalist import build_datalist
from scripts.drawing.request import drawing_labels

CASE = {
    "image": "i.png",
    "mask": "m.png",
    "subject": "s",
    "field_of_view": "f.png",
    "drawing": "d.png",
    "statistics": {"ratio": 1},
}


def _build(case=CASE, **changes):
    arguments = {
        "name": "n",
        "description": "d",
        "labels": {"vessel": 1, "not vessel": 2},
        "dense_labels": {"background": 0, "vessel": 255},
        "provenance": {"seed": 0},
    }
    return build_datalist({"training": [case], "validation": [case]}, **arguments | changes)


def test_training_names_the_drawing_and_validation_the_mask():
    datalist = _build()
    assert datalist["training"] == [
        {
            "image": "i.png",
            "label": "d.png",
            "field_of_view": "f.png",
            "subject": "s",
            "supervision": "coarse",
            "drawing": {"ratio": 1},
        }
    ]
    expected = {"image": "i.png", "label": "m.png", "field_of_view": "f.png", "subject": "s", "supervision": "dense"}
    assert datalist["validation"] == [expected]
    assert datalist["test"] == []
    assert datalist["labels"] == {"vessel": 1, "not vessel": 2, "background": 3, "ignore": 255}


def test_dense_training_names_the_mask():
    entry = _build(dense=True)["training"][0]
    assert (entry["label"], entry["supervision"]) == ("m.png", "dense")
    assert "drawing" not in entry


def test_a_drawn_volume_says_how_it_was_drawn_and_a_mask_does_not():
    datalist = _build(CASE | {"plane": "axial"})
    assert datalist["training"][0]["plane"] == "axial"
    assert "plane" not in datalist["validation"][0]
    assert "plane" not in _build(CASE | {"plane": "axial"}, dense=True)["training"][0]


def test_background_that_is_drawn_keeps_its_value():
    labels = {"a": 1, "not a": 2, "b": 3, "not b": 4}
    for table in (labels, drawing_labels(["a", "b"], background=True), {**labels, "background": 9}):
        assert _build(labels=table)["labels"] == {**labels, "background": table.get("background", 5), "ignore": 255}
