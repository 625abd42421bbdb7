"""The dataset looks at all labels before any training."""

import logging

import numpy as np
import pytest
from monai.data import DataLoader
from monai.transforms import EnsureChannelFirstd, Lambda, LoadImaged, RandFlipd
from PIL import Image

from scripts.data import CaseDataset, PhotographReader, load_cases
from scripts.data.memory import available_memory
from scripts.errors import DataError
from scripts.transforms import CheckImaged

CLASSES = ["background", "vessel"]
TABLES = {
    "labels": {"vessel": 1, "not vessel": 2, "background": 3, "ignore": 255},
    "dense_labels": {"background": 0, "vessel": 1},
}


def make(cases, **kwargs):
    return CaseDataset(cases, transform=[], classes=CLASSES, progress=False, **{**TABLES, **kwargs})


def repaint(path, change):
    array = np.array(Image.open(path))
    Image.fromarray(change(array).astype(np.uint8)).save(path)


def test_counts_what_is_drawn(tiny_dataset):
    dataset = make(load_cases(tiny_dataset / "datalist.json", "training"))
    drawn = np.array(Image.open(tiny_dataset / "drawings" / "training0.png"))
    assert dataset.facts[0].positive == [0, (drawn == 1).sum()]
    assert dataset.facts[0].negative == [0, (drawn == 2).sum()]


def test_bare_pairs_take_the_default_tables(tiny_dataset):
    cases = load_cases(tiny_dataset / "datalist.json", "training")
    bare = [{"image": c["image"], "label": c["label"]} for c in cases]
    assert make(bare)[0]["supervision"] == "coarse"


def test_undrawn_case_is_left_out_by_name(tiny_dataset, caplog):
    repaint(tiny_dataset / "drawings" / "training2.png", lambda a: a * 0)
    with caplog.at_level(logging.WARNING):
        dataset = make(load_cases(tiny_dataset / "datalist.json", "training"))
    assert len(dataset) == len(dataset.facts) == 3
    assert "training2.png: nothing is drawn that the training uses; the case is left out" in caplog.text


def test_nothing_drawn_at_all_is_an_error(tiny_dataset):
    for path in (tiny_dataset / "drawings").iterdir():
        repaint(path, lambda a: a * 0)
    with pytest.raises(DataError, match="nothing is drawn in any of the 4 training cases"):
        make(load_cases(tiny_dataset / "datalist.json", "training"))


def test_a_single_class_in_the_whole_set_is_an_error(tiny_dataset):
    for path in (tiny_dataset / "drawings").iterdir():
        repaint(path, lambda a: a * (a == 1))
    with pytest.raises(DataError, match='only "vessel" is drawn in the whole training set'):
        make(load_cases(tiny_dataset / "datalist.json", "training"))


@pytest.mark.parametrize("reading", ["support", "dense"])
def test_positive_drawings_alone_will_do_where_what_is_undrawn_says_background(tiny_dataset, reading):
    cases = load_cases(tiny_dataset / "datalist.json", "training")
    dataset = make(cases, reading=reading, use_negative=False)
    assert dataset.facts[0].negative == [0, 0] and len(dataset) == 4


@pytest.mark.parametrize("reading", ["sparse", "support", "dense"])
def test_negative_drawings_alone_never_will(tiny_dataset, reading):
    with pytest.raises(DataError, match='only "not vessel" is drawn'):
        make(load_cases(tiny_dataset / "datalist.json", "training"), reading=reading, use_positive=False)


def test_one_bad_label_never_hides_another(tiny_dataset):
    repaint(tiny_dataset / "drawings" / "training0.png", lambda a: a * 100)
    repaint(tiny_dataset / "drawings" / "training1.png", lambda a: a[:, :-3])
    with pytest.raises(DataError) as error:
        make(load_cases(tiny_dataset / "datalist.json", "training"))
    text = str(error.value)
    assert "2 of 4 cases" in text and "training0.png" in text and "69 x 60" in text and "72 x 60" in text


def test_an_unreadable_image_is_named(tiny_dataset):
    (tiny_dataset / "images" / "training0.png").write_bytes(b"")
    with pytest.raises(DataError, match="training0.png: cannot be read as a picture"):
        make(load_cases(tiny_dataset / "datalist.json", "training"))


def test_validation_on_drawings_is_called_agreement(tiny_dataset, caplog):
    with caplog.at_level(logging.WARNING):
        make(load_cases(tiny_dataset / "datalist.json", "training"), training=False)
    assert "agreement with the drawings, not accuracy" in caplog.text


def test_transforms_that_refuse_several_images_name_them_all(tiny_dataset):
    for name in ("training1", "training3"):
        repaint(tiny_dataset / "images" / f"{name}.png", lambda a: a * 0)
    load = [LoadImaged("image", reader=PhotographReader()), EnsureChannelFirstd("image"), CheckImaged("image")]
    with pytest.raises(DataError) as error:
        CaseDataset(load_cases(tiny_dataset / "datalist.json", "training"), load, CLASSES, progress=False, **TABLES)
    text = str(error.value)
    assert "2 of 4 cases" in text and "training1.png: the image is constant" in text and "training3.png" in text


def test_the_first_case_is_reported_with_the_others(tiny_dataset):
    for name in ("training0", "training2"):
        repaint(tiny_dataset / "images" / f"{name}.png", lambda a: a * 0)
    load = [LoadImaged("image", reader=PhotographReader()), EnsureChannelFirstd("image"), CheckImaged("image")]
    with pytest.raises(DataError) as error:
        CaseDataset(load_cases(tiny_dataset / "datalist.json", "training"), load, CLASSES, progress=False, **TABLES)
    lines = str(error.value).splitlines()
    assert lines[0].startswith("2 of 4 cases") and "training0.png" in lines[1] and "training2.png" in lines[2]


def test_other_errors_of_transforms_stay_what_they_are(tiny_dataset):
    def broken(case):
        raise KeyError("a programming error")

    with pytest.raises(RuntimeError, match="applying transform"):
        CaseDataset(
            load_cases(tiny_dataset / "datalist.json", "training"), Lambda(broken), CLASSES, progress=False, **TABLES
        )


class CountedReader(PhotographReader):
    """Counts the files that it decodes."""

    def __init__(self):
        super().__init__()
        self.files = []

    def read(self, data, **kwargs):
        self.files.append(str(data))
        return super().read(data, **kwargs)


def photographs(folder, **kwargs):
    """Dataset of the training photographs, and the files that were decoded so far."""
    reader = CountedReader()
    load = [LoadImaged("image", reader=reader), EnsureChannelFirstd("image"), RandFlipd("image", prob=0.5)]
    cases = load_cases(folder / "datalist.json", "training")
    return CaseDataset(cases, load, CLASSES, progress=False, **TABLES, **kwargs), reader.files


def test_two_epochs_decode_each_photograph_once(tiny_dataset):
    dataset, files = photographs(tiny_dataset)
    loader = DataLoader(dataset, batch_size=2, num_workers=dataset.loading_workers)
    assert sum(len(batch["image"]) for _ in range(2) for batch in loader) == 8
    assert len(files) == len(set(files)) == 4


def test_what_does_not_fit_is_estimated_from_the_sizes_of_the_labels(tiny_dataset, caplog):
    taken = 72 * 60 * 3 * 4
    with caplog.at_level(logging.WARNING):
        dataset, _ = photographs(tiny_dataset, memory_share=2.5 * taken / available_memory(), num_workers=1)
    assert dataset.cache_num == 2 and len(dataset) == 4
    assert f"2 of 4 cases are kept in memory: all of them need about {4 * taken / 1e9:.3g} GB" in caplog.text


VOLUME = {
    "classes": ["background", "anterior", "posterior"],
    "dense_labels": {"background": 0, "anterior": 1, "posterior": 2},
    "spatial_dims": 3,
}


def make_boxed(folder, section="training", change=None, **kwargs):
    """The data set of ``tiny_boxes``; ``change`` is done to its first boxed case."""
    cases = load_cases(folder / "datalist.json", section)
    if change:
        cases[2] |= change
    return make(cases, training=section == "training", **kwargs)


def test_every_case_has_the_key_boxes_as_soon_as_one_has_boxes(tiny_boxes):
    dataset = make_boxed(tiny_boxes)
    assert dataset.boxed and len(dataset) == 6
    assert [case["boxes"] if case["boxes"] is None else len(case["boxes"]) for case in dataset.data] == [
        None,
        None,
        *[4] * 4,
    ]
    assert all("boxes_source" not in case for case in dataset.data)
    assert "reference" in dataset.data[2] and "reference" not in dataset.data[0]


def test_without_any_boxes_no_case_has_the_key(tiny_dataset):
    dataset = make(load_cases(tiny_dataset / "datalist.json", "training"))
    assert not dataset.boxed and all("boxes" not in case for case in dataset.data)
    assert "boxes" not in dataset.summary() and "dense cases" not in dataset.summary()


def test_boxes_stand_in_the_summary(tiny_boxes):
    summary = make_boxed(tiny_boxes).summary()
    assert (summary["cases"], summary["boxes"], summary["boxed cases"], summary["dense cases"]) == (6, 16, 4, 2)


def test_forgotten_boxes_leave_the_dense_cases(tiny_boxes, caplog):
    with caplog.at_level(logging.WARNING):
        dataset = make_boxed(tiny_boxes, use_boxes=False)
    assert len(dataset) == 2 and not dataset.boxed
    assert not any({"boxes", "reference", "boxed_classes"} & set(case) for case in dataset.data)
    assert "training2.png: nothing is drawn that the training uses; the case is left out" in caplog.text


def test_forgotten_boxes_are_not_looked_at(tiny_boxes):
    nonsense = {"boxes": [{"class": "cell", "box": [0.0, 0.0, 1.0, 1.0]}]}
    assert len(make_boxed(tiny_boxes, change=nonsense, use_boxes=False)) == 2


def test_boxes_are_cut_with_a_warning_and_take_the_names_of_the_classes(tiny_boxes, caplog):
    beyond = [{"class": "Vessel", "box": [-3.0, 4.0, 80.0, 9.0]}]
    with caplog.at_level(logging.WARNING):
        dataset = make_boxed(tiny_boxes, change={"boxes": beyond})
    assert dataset.data[2]["boxes"] == [{"class": "vessel", "box": [0.0, 4.0, 72.0, 9.0]}]
    assert "boxes that reach beyond their image are cut" in caplog.text and "training2.png: 1" in caplog.text


def test_bad_boxes_are_listed_beside_bad_labels(tiny_boxes):
    repaint(tiny_boxes / "masks" / "training0.png", lambda a: a * 100)
    with pytest.raises(DataError) as error:
        make_boxed(tiny_boxes, change={"boxes": [{"class": "cell", "box": [0.0, 0.0, 1.0, 1.0]}]})
    text = str(error.value)
    assert (
        "2 of 6 cases" in text and "training0.png: the dense mask holds" in text and 'class "cell" is unknown' in text
    )
    assert "datalist.json" in text


def test_boxes_of_dense_cases_are_not_used(tiny_boxes):
    cases = load_cases(tiny_boxes / "datalist.json", "training")
    dense = [cases[0] | {"boxes": cases[2]["boxes"]}, cases[1]]
    assert not make(dense).boxed and "boxes" not in make(dense).data[0]


def test_boxes_alone_will_do_but_are_weak(tiny_boxes, caplog):
    with caplog.at_level(logging.WARNING):
        dataset = make(load_cases(tiny_boxes / "datalist.json", "training")[2:])
    assert len(dataset) == 4 and dataset.boxed
    assert caplog.text.count("have boxes alone") == 1


@pytest.mark.parametrize("section", ["validation", "test"])
def test_cases_that_are_not_trained_on_have_no_boxes(tiny_boxes, section):
    cases = load_cases(tiny_boxes / "datalist.json", section)
    cases[0]["boxes"] = [{"class": "vessel", "box": [0.0, 0.0, 9.0, 9.0]}]
    dataset = make(cases, training=False)
    assert not dataset.boxed and "boxes" not in dataset.data[0]
    with pytest.raises(DataError, match="lies outside the image"):
        make([cases[0] | {"boxes": [{"class": "vessel", "box": [99.0, 0.0, 100.0, 9.0]}]}], training=False)


def test_unchecked_cases_without_a_label_do_not_fail(tiny_boxes, caplog):
    dataset = make_boxed(tiny_boxes, check=False)
    assert len(dataset) == 6 and dataset.boxed and dataset.summary()["boxes"] == 16
    with caplog.at_level(logging.WARNING):
        make(load_cases(tiny_boxes / "datalist.json", "training")[2:], check=False, training=False)
    assert "training2.png for one: their metrics are agreement" in caplog.text


def test_boxed_volumes(tiny_box_volumes):
    dataset = CaseDataset(
        load_cases(tiny_box_volumes / "datalist.json", "training"), [], labels={}, progress=False, **VOLUME
    )
    assert dataset.boxed and [facts.boxes for facts in dataset.facts] == [None, None, *[[0, 1, 1]] * 4]


def test_real_boxes_lie_on_real_pictures(nuclei, tmp_path):
    images = sorted((nuclei / "images").iterdir())[:3]
    cases = []
    for image in images:
        instances = np.array(Image.open(nuclei / "masks_instances" / image.name))
        boxes = [
            {"class": "nucleus", "box": [float(corner) for corner in (*low[::-1], *high[::-1])]}
            for low, high in (
                (places.min(axis=0), places.max(axis=0) + 1)
                for places in (np.argwhere(instances == k) for k in np.unique(instances)[1:])
            )
        ]
        cases.append({"image": str(image), "boxes": boxes, "reference": str(nuclei / "masks" / image.name)})
    tables = {"labels": {"nucleus": 1}, "dense_labels": {"background": 0, "nucleus": 255}}
    dataset = CaseDataset(cases, [], ["background", "nucleus"], progress=False, **tables)
    assert dataset.data == [case | {**tables, "supervision": "coarse"} for case in cases]
    assert sum(facts.boxes[1] for facts in dataset.facts) > 3 and not any(facts.cut for facts in dataset.facts)
