"""Label maps that are named after another image."""

import pytest

from scripts.checking.record import CaseRecord, ImageFacts, LabelFacts
from scripts.checking.set_names import judge_names


def case(image, label):
    return CaseRecord("training[0]", "training", "dense", ImageFacts(image), LabelFacts(label) if label else None)


@pytest.mark.parametrize(
    "label", ["/labels/a.png", "/labels/A.PNG", "/labels/a_seg.png", "/labels/label-0001.png", "/labels/b_seg.png"]
)
def test_names_of_their_own_image_and_of_none(label):
    assert judge_names([case("/images/a.jpg", label), case("/images/b.jpg", None)]) == []


def test_exchanged_labels():
    cases = [case("/images/a.nii.gz", "/labels/b.nii.gz"), case("/images/b.nii.gz", "/labels/a.nii.gz")]
    (finding,) = judge_names(cases)
    assert finding.check == "label-of-another"
    assert finding.message.splitlines()[1:] == [
        "  training[0]: /labels/b.nii.gz for /images/a.nii.gz",
        "  training[0]: /labels/a.nii.gz for /images/b.nii.gz",
    ]


def test_names_that_hold_their_own_image_are_right():
    assert judge_names([case("/images/1.png", "/labels/11.png"), case("/images/11.png", "/labels/11_a.png")]) == []
