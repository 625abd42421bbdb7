"""Findings that concern several cases at once."""

from scripts.checking.record import CaseRecord, ImageFacts
from scripts.checking.set_findings import finding_of, group_by, image_key, in_section, line_of, one_per_image


def case(number, section="training", **image):
    facts = {"path": f"/d/{number}.png", "readable": True, "pixels": f"p{number}", "minimum": 0.0, "maximum": 9.0}
    return CaseRecord(f"{section}[{number}]", section, "coarse", ImageFacts(**facts | image))


def test_a_finding_stands_at_its_first_case_and_names_five():
    finding = finding_of("label-copied", "too many", [case(number) for number in range(7)])
    assert (finding.where, finding.file) == ("training[0]", "/d/0.png")
    assert finding.message.splitlines()[1] == "  training[0]: /d/0.png"
    assert finding.message.splitlines()[5:] == ["  training[4]: /d/4.png", "  and 2 more"]


def test_lines_may_say_more():
    assert line_of(case(1), "grey") == "training[1]: /d/1.png (grey)"
    assert finding_of("case-twice", "twice", [case(1)], ["here"], file="/x").message == "twice:\n  here"


def test_cases_are_grouped_in_their_order_and_those_without_a_key_left_out():
    cases = [case(0, path="b"), case(1, path=""), case(2, path="b")]
    assert group_by(cases, lambda record: record.image.path) == {"b": [cases[0], cases[2]]}


def test_an_image_is_known_by_its_values_unless_they_are_unknown_or_all_the_same():
    assert image_key(case(1)) == "p1"
    assert image_key(case(1, pixels="")) == "/d/1.png"
    assert image_key(case(1, minimum=9.0)) == "/d/1.png"


def test_every_measured_image_counts_once():
    cases = [case(0), case(1, pixels="p0"), case(2, readable=False), case(3)]
    assert one_per_image(cases) == [cases[0], cases[3]]


def test_the_cases_of_a_list():
    cases = [case(0), case(0, "test")]
    assert in_section(cases, "test") == [cases[1]]
