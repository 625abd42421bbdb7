"""Lists that are too short, cases that stand there twice, and metrics on drawings."""

import pytest

from scripts.checking.record import CaseRecord, ImageFacts, LabelFacts
from scripts.checking.set_lists import judge_lists


def case(number, section, image=None, label=None, supervision="dense"):
    path = image or f"/d/{section}{number}.png"
    facts = ImageFacts(path, True, pixels=path, minimum=0, maximum=9)
    return CaseRecord(
        f"{section}[{number}]", section, supervision, facts, LabelFacts(label or path.replace(".png", "_label.png"))
    )


def lists(training=2, validation=2):
    return [case(n, "training") for n in range(training)] + [case(n, "validation") for n in range(validation)]


def test_two_images_in_each_list_will_do():
    assert judge_lists(lists()) == []


@pytest.mark.parametrize(("section", "sizes"), [("training", (0, 2)), ("validation", (2, 0))])
def test_a_list_without_cases(section, sizes):
    (finding,) = judge_lists(lists(*sizes))
    assert (finding.check, finding.severity) == ("section-missing", "error")
    assert finding.message.startswith(f"there are no {section} cases")


@pytest.mark.parametrize(("section", "sizes"), [("training", (1, 2)), ("validation", (2, 1))])
def test_a_single_image(section, sizes):
    (finding,) = judge_lists(lists(*sizes))
    assert (finding.check, finding.where) == ("few-cases", f"{section}[0]")
    assert f"there is one {section} image; expected at least 2" in finding.message


def test_several_drawings_of_one_image_are_one_image():
    cases = [*lists(0), case(0, "training", "/a.png", "/1.png"), case(1, "training", "/a.png", "/2.png")]
    assert [finding.check for finding in judge_lists(cases)] == ["few-cases"]


def test_the_same_case_twice_in_any_lists():
    cases = [*lists(), case(2, "training", "/d/training0.png"), case(2, "validation", "/d/training1.png")]
    (finding,) = judge_lists(cases)
    assert finding.check == "case-twice"
    assert finding.message.splitlines()[1:] == [
        "  training[0]: /d/training0.png (also training[2])",
        "  training[1]: /d/training1.png (also validation[2])",
    ]


def test_the_same_image_with_another_label_is_another_case():
    assert judge_lists([*lists(), case(2, "training", "/d/training0.png", "/other.png")]) == []


def test_drawings_are_for_training():
    assert judge_lists([*lists(), case(2, "training", supervision="coarse")]) == []
    (finding,) = judge_lists([*lists(), case(2, "validation", supervision="coarse"), *[case(0, "test")]])
    assert (finding.check, finding.where) == ("validation-not-dense", "validation[2]")
    (finding,) = judge_lists([*lists(), case(0, "test", supervision="coarse")])
    assert "1 validation or test cases have drawings instead of dense masks" in finding.message
