"""Images and label maps that occur more than once."""

from scripts.checking.record import CaseRecord, ImageFacts, LabelFacts
from scripts.checking.set_duplicates import judge_duplicates


def case(number, pixels="", label="", section="training", image="", annotator=None, values=None):
    facts = ImageFacts(image or f"/i{number}.png", True, pixels=pixels or f"p{number}", minimum=0, maximum=9)
    drawn = LabelFacts(f"/l{number}.png", sha256=label or f"s{number}", values=values or {0: 90, 1: 10})
    return CaseRecord(f"{section}[{number}]", section, "coarse", facts, drawn, annotator=annotator)


def checks(*cases):
    return [finding.check for finding in judge_duplicates(cases)]


def test_different_cases():
    assert checks(case(0), case(1)) == []


def test_a_copied_image_under_another_name():
    (finding,) = judge_duplicates([case(0), case(1, "a"), case(2, "a")])
    assert (finding.check, finding.where) == ("duplicate-image", "training[1]")
    assert finding.message.splitlines()[1:] == ["  training[1]: /i1.png = training[2]: /i2.png"]


def test_copies_in_another_list_are_the_business_of_splits():
    assert checks(case(0, "a"), case(0, "a", section="test", label="other")) == []


def test_several_people_may_draw_on_one_image():
    assert checks(case(0, "a", annotator="x"), case(1, "a", annotator="y")) == []
    assert checks(case(0, "a", annotator="x"), case(1, "a", annotator="x")) == ["duplicate-image"]
    assert checks(case(0, "a", annotator="x"), case(1, "a")) == ["duplicate-image"]


def test_different_labels_of_one_path_are_of_several_people():
    assert checks(case(0, "a", image="/a.png"), case(1, "a", image="/a.png")) == []
    assert checks(case(0, "a", "same", image="/a.png"), case(1, "a", "same", image="/a.png")) == ["duplicate-image"]


def test_the_very_same_case_is_another_problem():
    assert checks(case(0), case(0)) == []


def test_one_label_map_for_two_images():
    (finding,) = judge_duplicates([case(0, label="s"), case(1), case(2, label="s", section="test")])
    assert (finding.check, finding.where, finding.file) == ("label-copied", "training[0]", "/l0.png")
    assert "/l0.png: of training[0]: /i0.png and test[2]: /i2.png" in finding.message


def test_label_maps_of_a_single_value_may_be_the_same():
    assert checks(case(0, label="s", values={0: 100}), case(1, label="s", values={0: 100})) == []
    assert checks(case(0, label="s", values={2: 100}), case(1, label="s", values={2: 100})) == []


def test_one_label_of_one_image_under_two_names_is_the_image_that_is_copied():
    assert checks(case(0, "a", "s"), case(1, "a", "s")) == ["duplicate-image"]
