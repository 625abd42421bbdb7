from bundle import drawing_qualities
from scripts.drawing.quality import QUALITIES, SINGLE_MISTAKES


def test_names_are_those_of_the_drawings():
    assert tuple(SINGLE_MISTAKES) == drawing_qualities.MISTAKES
    assert {*drawing_qualities.QUALITIES, *drawing_qualities.MISTAKES} == set(QUALITIES)
