"""What is known of a case before it is used."""

from scripts.data.case_facts import CaseFacts, case_name


def test_a_case_is_called_by_its_label_else_by_its_image():
    assert case_name({"image": "a.png", "label": "b.png"}) == "b.png"
    assert case_name({"image": "a.png"}) == case_name({"image": "a.png", "label": None}) == "a.png"


def test_drawings_tell_something_until_they_are_left_out():
    facts = CaseFacts("a", [0, 2], [0, 3])
    assert facts.drawn == 5 and facts.told
    facts.leave_out(positive=True, negative=True)
    assert facts.drawn == 0 and not facts.told


def test_boxes_and_what_lies_outside_them_tell_something_too():
    assert CaseFacts("a", [0, 0], [0, 0], boxes=[0, 1]).told
    assert CaseFacts("a", [0, 0], [0, 0], boxes=[0, 0], outside=True).told
    assert not CaseFacts("a", [0, 0], [0, 0], boxes=[0, 0]).told
    assert not CaseFacts("a", [0, 0], [0, 0], boxes=[0, 1], outside=True, seen=False).told
