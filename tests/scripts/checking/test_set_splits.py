"""Images and subjects that stand in two lists."""

from scripts.checking.record import CaseRecord, ImageFacts
from scripts.checking.set_splits import judge_splits


def case(where, pixels="", subject="", **image):
    facts = {"path": f"/d/{where}.png", "pixels": pixels or where, "minimum": 0, "maximum": 9}
    return CaseRecord(where, where.split("[")[0], "dense", ImageFacts(**facts | image), subject=subject or None)


def test_different_images_of_unnamed_subjects():
    assert judge_splits([case("training[0]"), case("training[1]"), case("validation[0]")]) == []


def test_a_copy_in_another_list_by_its_pixels():
    cases = [case("training[0]", "a"), case("training[1]"), case("test[0]", "a"), case("test[1]", "a")]
    (finding,) = judge_splits(cases)
    assert (finding.check, finding.severity, finding.where) == ("duplicate-across-splits", "error", "training[0]")
    assert finding.message.splitlines()[1:] == ["  training[0]: /d/training[0].png = test[0]: /d/test[0].png"]


def test_an_unreadable_image_is_known_by_its_path():
    one, two = case("training[0]", path="/a"), case("test[0]", path="/a")
    one.image.pixels = two.image.pixels = ""
    assert [finding.check for finding in judge_splits([one, two])] == ["duplicate-across-splits"]


def test_the_same_image_within_a_list_is_not_the_business_of_splits():
    assert judge_splits([case("training[0]", "a"), case("training[1]", "a")]) == []


def test_each_subject_in_two_lists_is_named_with_all_its_cases():
    cases = [case(f"training[{n}]", subject="p1") for n in range(6)]
    cases += [case("validation[0]", subject=" p1 "), case("validation[1]", subject="p2"), case("test[0]", subject="p2")]
    first, second = judge_splits(cases)
    assert (first.check, first.severity, first.where) == ("subject-in-two-splits", "error", "training[0]")
    assert first.message.startswith('the subject "p1" stands in training and in validation.')
    assert len(first.message.splitlines()) == 8
    assert second.message.startswith('the subject "p2" stands in validation and in test.')


def test_subjects_are_named_in_all_cases_or_in_none():
    named, unnamed = case("training[0]", subject="a"), case("training[1]")
    (finding,) = judge_splits([named, unnamed])
    assert (finding.check, finding.where) == ("subject-missing", "training[1]")
    assert '1 of 2 cases have no "subject"' in finding.message
    assert judge_splits([named, case("training[1]", subject="b")]) == []
