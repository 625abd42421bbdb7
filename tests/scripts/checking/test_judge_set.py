"""What the cases of a data set tell together."""

from scripts.checking.judge_set import judge_set
from scripts.checking.record import CaseRecord, ImageFacts, LabelFacts
from scripts.checking.settings import CheckSettings

SETTINGS = CheckSettings(["background", "vessel"], {}, {})


def case(number, section="training", spatial_dims=2, **image):
    name = f"{section}{number}"
    facts = {"size": [40] * spatial_dims, "channels": 3, "dtype": "uint8", "pixels": name, "mean": 9.0, "std": 3.0}
    return CaseRecord(
        f"{section}[{number}]",
        section,
        "dense",
        ImageFacts(f"/{name}.png", True, minimum=0, maximum=20, **facts | image),
        LabelFacts(f"/{name}_label.png", True, True, name, values={0: 9, 255: 1}, positive=[9, 1], negative=[0, 0]),
    )


def test_a_sound_set():
    assert judge_set([case(0), case(1), case(0, "validation"), case(1, "validation")], SETTINGS) == []


def test_no_cases_at_all():
    assert [finding.check for finding in judge_set([], SETTINGS)] == ["section-missing", "section-missing"]


def test_one_problem_does_not_hide_another():
    cases = [case(0), case(1, channels=1, pixels="copy"), case(0, "validation"), case(1, "validation", pixels="copy")]
    cases[0].subject = cases[2].subject = "p1"
    assert [finding.check for finding in judge_set(cases, SETTINGS)] == [
        "image-channels",
        "duplicate-across-splits",
        "subject-in-two-splits",
        "subject-missing",
    ]


def test_cases_of_which_nothing_could_be_measured():
    cases = [
        CaseRecord(
            f"{section}[{n}]", section, "coarse", ImageFacts(f"/{section}{n}"), LabelFacts(f"/{section}{n}_label")
        )
        for section in ("training", "validation")
        for n in range(9)
    ]
    for dims in (2, 3):
        settings = CheckSettings(["background", "vessel"], {}, {}, spatial_dims=dims)
        assert [finding.check for finding in judge_set(cases, settings)] == ["validation-not-dense"]
