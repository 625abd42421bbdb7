"""How much is drawn, and where."""

import pytest

from scripts.checking.finding import Finding
from scripts.checking.judge_case_label import judge_amount, judge_empty, judge_full, judge_view
from scripts.checking.record import BoxFacts, CaseRecord, ImageFacts, LabelFacts
from scripts.checking.settings import CheckSettings

CLASSES = ["background", "vessel"]


def settings(classes=CLASSES, **values):
    return CheckSettings(classes, {}, {}, **values)


def record(pixels=10_000, vessel=0, against=0, ignored=0, *, section="training", supervision="coarse", **facts):
    """A case on whose ``pixels`` so many are drawn as vessel, as "not vessel" and as "ignore"."""
    boxes = facts.pop("boxes", None)
    values = {0: pixels - vessel - against - ignored, 1: vessel, 2: against, 255: ignored}
    label = LabelFacts("/d/label.png", True, True, values={value: number for value, number in values.items() if number})
    label.positive, label.negative, label.ignored = [0, vessel], [0, against], ignored
    for name, value in facts.items():
        setattr(label, name, value)
    return CaseRecord("training[0]", section, supervision, ImageFacts("/d/image.png"), label, boxes)


def boxed(*, count=(0, 0), complete=("vessel",)):
    return BoxFacts(list(count), complete=list(complete))


@pytest.mark.parametrize("section", ["training", "validation"])
def test_a_drawing_of_nearly_every_pixel(section):
    (finding,) = judge_full(record(vessel=4_000, against=5_800, section=section))
    assert (finding.check, finding.file) == ("dense-marked-coarse", "/d/label.png")
    assert "9800 of 10000 (98 %) of the pixels are drawn on" in finding.message
    assert 'write "supervision": "dense"' in finding.message
    assert judge_full(record(vessel=4_000, against=5_799, section=section)) == []


def test_ignored_pixels_are_left_aside():
    (finding,) = judge_full(record(vessel=980, ignored=9_000))
    assert '980 of 1000 (98 %) of the pixels are drawn on ("ignore" aside, 9000)' in finding.message
    assert judge_full(record(vessel=979, ignored=9_000)) == []
    assert judge_full(record(ignored=10_000)) == []


def test_a_dense_mask_may_say_something_of_every_pixel():
    assert judge_full(record(vessel=10_000, supervision="dense")) == []
    assert judge_full(record(vessel=10_000, decoded=False)) == []


def test_a_mask_of_0_and_255_whose_255_says_ignore():
    (finding,) = judge_empty(record(ignored=600), settings())
    assert '600 of 10000 (6 %) say "ignore", which is the value 255 here. If it is a 0/255 mask' in finding.message


def test_nothing_drawn():
    (finding,) = judge_empty(record(), settings())
    assert (finding.check, finding.file) == ("label-empty", "/d/label.png")
    assert "nothing is drawn on its 10000 pixels. Expected at least some strokes. The training leaves the case out" in (
        finding.message
    )
    assert judge_empty(record(vessel=1), settings()) == []


def test_nothing_drawn_where_metrics_are_measured():
    (finding,) = judge_empty(record(section="test"), settings())
    assert "No metric can be measured on it" in finding.message


def test_a_label_that_says_ignore_alone():
    (finding,) = judge_empty(record(ignored=10_000, supervision="dense"), settings())
    assert 'on its 10000 pixels: 10000 of 10000 (100 %) say "ignore"' in finding.message


def test_nothing_drawn_within_the_field_of_view():
    (finding,) = judge_empty(record(outside_view=40), settings())
    assert "nothing is drawn inside its field of view on its 10000 pixels" in finding.message


def test_a_healthy_mask_is_not_empty():
    healthy = record(supervision="dense", positive=[10_000, 0], values={0: 10_000})
    assert judge_empty(healthy, settings()) == []


def test_kinds_that_are_not_used_count_as_not_drawn():
    (finding,) = judge_empty(record(vessel=300), settings(use_positive=False))
    assert 'nothing is drawn on its 10000 pixels but "vessel", which the training does not use' in finding.message
    assert judge_empty(record(vessel=300, supervision="dense"), settings(use_positive=False)) == []
    assert judge_empty(record(vessel=300, section="validation"), settings(use_positive=False)) == []


def test_metrics_of_three_classes_do_not_use_negative_drawings():
    case = record(section="validation", positive=[0, 0, 0], negative=[0, 50, 0])
    (finding,) = judge_empty(case, settings(["background", "artery", "vein"]))
    assert 'but "not artery", which metrics cannot use' in finding.message


def test_boxes_say_enough():
    assert judge_empty(record(boxes=boxed(count=(0, 2), complete=())), settings()) == []
    assert judge_empty(record(boxes=boxed()), settings()) == []
    assert judge_empty(record(boxes=boxed()), settings(use_boxes=False))
    assert judge_empty(record(boxes=boxed(complete=())), settings())


def test_boxes_without_a_label():
    case = record(boxes=boxed(count=(0, 2)))
    case.label = None
    assert judge_empty(case, settings()) == []
    case.boxes = None
    (finding,) = judge_empty(case, settings(use_boxes=False))
    assert finding.message.startswith("/d/image.png: it has no label, and boxes are not used. Set `use_boxes` to true")
    case.boxes = boxed(complete=())
    (finding,) = judge_empty(case, settings())
    assert 'it has neither a label nor a box, and "boxed_classes" names no class' in finding.message
    case.boxes = None  # that both are missing is a mistake in the datalist
    assert judge_empty(case, settings()) == []


@pytest.mark.parametrize("check", ["boxes-unreadable", "box-class", "view-unreadable", "view-empty"])
def test_nothing_is_said_of_what_could_not_be_measured(check):
    case = record()
    case.findings = [Finding(check, "")]
    assert judge_empty(case, settings()) == []
    assert judge_empty(record(readable=False), settings()) == []
    assert judge_empty(record(decoded=False), settings()) == []


@pytest.mark.parametrize(
    ("pixels", "spatial_dims", "least"),
    [
        (10_000, 2, 25),  # a quarter of a side of 100
        (4_000_000, 2, 500),
        (100, 2, 20),  # of a small picture a single click
        (16, 2, 16),  # not more than there is
        (1_000_000, 3, 25),
    ],
)
def test_hardly_anything_drawn(pixels, spatial_dims, least):
    wanted = settings(spatial_dims=spatial_dims)
    assert judge_amount(record(pixels, vessel=least), wanted) == []
    (finding,) = judge_amount(record(pixels, vessel=least - 2, against=1), wanted)
    assert (finding.check, finding.file) == ("label-little", "/d/label.png")
    unit = "pixels" if spatial_dims == 2 else "voxels"
    assert f"only {least - 1} of {pixels} (" in finding.message and f"of the {unit} are drawn on" in finding.message
    assert f"Expected at least {least}" in finding.message


def test_little_is_enough_beside_boxes_and_nothing_is_another_finding():
    assert judge_amount(record(vessel=3, boxes=boxed()), settings()) == []
    assert judge_amount(record(), settings()) == []
    assert judge_amount(record(vessel=3, decoded=False), settings()) == []


def test_only_what_is_used_counts_as_drawn():
    assert judge_amount(record(vessel=3, against=300), settings()) == []
    assert judge_amount(record(vessel=3, against=300), settings(use_negative=False))
    assert judge_amount(record(vessel=3, against=300, section="validation"), settings(use_negative=False)) == []


def test_a_drawing_outside_its_field_of_view():
    assert judge_view(record(vessel=980, outside_view=20)) == []  # 2 %
    (finding,) = judge_view(record(vessel=979, outside_view=21))
    assert (finding.check, finding.file) == ("drawn-outside-view", "/d/label.png")
    assert "21 of 1000 (2.1 %) of the drawn pixels lie outside the field of view and are not used" in finding.message


def test_a_dense_mask_goes_on_outside_the_field_of_view():
    assert judge_view(record(vessel=10, outside_view=4_000, supervision="dense")) == []


def test_nothing_is_outside_without_a_field_of_view():
    assert judge_view(record(vessel=10)) == []
    assert judge_view(record(vessel=10, outside_view=0)) == []
