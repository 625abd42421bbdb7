"""What is counted in label maps and fields of view."""

import numpy as np
import pytest
from PIL import Image

from scripts.checking.measure_image import MeasuredImage
from scripts.checking.measure_label import count_drawn, measure_label, measure_view
from scripts.checking.measure_table import case_table
from scripts.checking.record import ImageFacts

TABLE = case_table(
    {"labels": {"vessel": 1, "not vessel": 2, "background": 3, "ignore": 255}}, ["background", "vessel"], dense=False
)
DRAWING = np.array([[0, 1, 1, 2], [3, 3, 3, 255], [0, 0, 2, 2]], dtype=np.uint8)


@pytest.fixture
def image():
    return MeasuredImage(ImageFacts("/data/a.png", size=[4, 3]), size=(4, 3))


@pytest.fixture
def measure(tmp_path, image):
    """Measure a label map `HW`, and a field of view if there is one."""

    def run(label, view=None):
        found = []

        def report(*finding):
            found.append(finding)

        Image.fromarray(label).save(tmp_path / "label.png")
        measured = measure_label(str(tmp_path / "label.png"), image, 2, (TABLE, None), report)
        inside = None
        if view is not None:
            Image.fromarray(view).save(tmp_path / "view.png")
            inside = measure_view(str(tmp_path / "view.png"), image, measured, 2, report)
        count_drawn(measured, inside)
        return measured.facts, found

    return run


def test_counts(measure):
    facts, found = measure(DRAWING)
    assert found == [] and facts.readable and facts.decoded and facts.size == [4, 3]
    assert facts.values == {0: 3, 1: 2, 2: 3, 3: 3, 255: 1}
    assert (facts.positive, facts.negative, facts.ignored) == ([3, 2], [0, 3], 1)
    assert (facts.outside_view, facts.pixels, facts.drawn) == (None, 12, 8)


def test_counts_inside_a_field_of_view(measure):
    view = np.full((3, 4), 255, dtype=np.uint8)
    view[2] = 0
    view[0, 1] = 0
    facts, found = measure(DRAWING, view)
    assert found == []
    assert (facts.positive, facts.negative, facts.ignored, facts.outside_view) == ([3, 1], [0, 1], 1, 3)


def test_an_empty_field_of_view(measure):
    facts, [(check, message)] = measure(DRAWING, np.zeros((3, 4), np.uint8))
    assert check == "view-empty" and "view.png: no pixel" in message
    assert (facts.drawn, facts.outside_view) == (0, 8)


@pytest.mark.parametrize(
    ("view", "message"),
    [
        (np.ones((3, 5), np.uint8), "the field of view is 5 x 3 pixels, its image /data/a.png 4 x 3"),
        (np.ones((3, 4, 3), np.uint8), "is a picture in colour"),
    ],
)
def test_a_field_of_view_that_cannot_be_used(measure, view, message):
    facts, found = measure(DRAWING, view)
    assert [check for check, _ in found] == ["view-unreadable"] and message in found[0][1]
    assert facts.drawn == 8 and facts.outside_view is None


def test_a_field_of_view_of_another_size_than_the_label_of_an_unreadable_image(measure, image):
    image.size = None
    _, found = measure(DRAWING, np.ones((3, 5), np.uint8))
    assert [check for check, _ in found] == ["view-unreadable"] and "[5, 3], the label" in found[0][1]


def test_size_and_values_are_reported_together(measure):
    facts, found = measure(np.array([[0, 1, 9]], dtype=np.uint8))
    assert [check for check, _ in found] == ["label-size", "label-values"]
    assert facts.readable and not facts.decoded and facts.values == {0: 1, 1: 1, 9: 1}


def test_a_lossy_label_is_not_also_blamed_for_its_values(tmp_path, image):
    found = []
    Image.fromarray(DRAWING * 80).save(tmp_path / "label.png", "JPEG", quality=30)
    measured = measure_label(
        str(tmp_path / "label.png"), image, 2, (TABLE, None), lambda *finding: found.append(finding)
    )
    assert [check for check, _ in found] == ["label-lossy"] and not measured.facts.decoded


def test_only_the_most_frequent_values_are_stored(measure):
    facts, found = measure(np.arange(300, dtype=np.uint16).reshape(15, 20))
    assert len(facts.values) == 256 and [check for check, _ in found] == ["label-size", "label-values"]
