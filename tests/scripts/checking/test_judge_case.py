"""What the numbers of one case mean."""

import pytest

from scripts.checking.judge_case import judge_case
from scripts.checking.record import BoxFacts, CaseRecord, ImageFacts, LabelFacts
from scripts.checking.settings import CheckSettings

CLASSES = ["background", "vessel"]
PICTURES = CheckSettings(CLASSES, {}, {}, patch_size=[96, 96])
VOLUMES = CheckSettings(CLASSES, {}, {}, spatial_dims=3, patch_size=[32, 32, 32], spacing=[1, 1, 1])


def picture(section="training", supervision="coarse", **label):
    """300 x 200 pixels; 3000 drawn as vessel, 5000 as "not vessel"; of a mask 6000 are vessel."""
    dense = supervision == "dense"
    facts = {
        "values": {0: 54_000, 255: 6_000} if dense else {0: 52_000, 1: 3_000, 2: 5_000},
        "positive": [54_000, 6_000] if dense else [0, 3_000],
        "negative": [0, 0] if dense else [0, 5_000],
        "readable": True,
        "decoded": True,
        "sha256": "bb",
        "file_format": "PNG",
        "size": [300, 200],
        "outside_view": 0,
        **label,
    }
    return CaseRecord(
        f"{section}[0]",
        section,
        supervision,
        ImageFacts("/d/image.jpg", True, "aa", "JPEG", [300, 200], 3),
        LabelFacts("/d/label.png", **facts),
    )


def volume(section="training", supervision="coarse"):
    """64 x 64 x 12 voxels of 1 x 1 x 3 mm."""
    case = picture(section, supervision)
    case.image = ImageFacts("/d/image.nii.gz", True, "aa", "NIfTI", [64, 64, 12], 1)
    case.image.spacing, case.image.orientation = [1, 1, 3], "LPS"
    case.label.path, case.label.file_format, case.label.size = "/d/label.nrrd", "NRRD", [64, 64, 12]
    return case


@pytest.mark.parametrize("section", ["training", "validation", "test"])
@pytest.mark.parametrize("supervision", ["coarse", "dense"])
def test_a_clean_case_has_no_findings(section, supervision):
    assert judge_case(picture(section, supervision), PICTURES) == []
    assert judge_case(volume(section, supervision), VOLUMES) == []


def test_a_case_with_boxes_alone_is_clean():
    case = picture()
    case.label, case.boxes = None, BoxFacts([0, 2], complete=["vessel"])
    assert judge_case(case, PICTURES) == []


def test_strokes_on_structures_alone_are_clean_under_support():
    """As ``python -m bundle draw --positive-only`` draws."""
    case = picture(values={0: 57_000, 1: 3_000}, negative=[0, 0])
    assert judge_case(case, PICTURES) == []


def test_all_findings_in_the_order_of_the_catalogue():
    case = picture(values={0: 59_990, 1: 10}, positive=[0, 10], negative=[0, 0], outside_view=10, outside_boxes=10)
    case.image.path, case.image.size = "/d/image.png", [70, 200]
    case.boxes = BoxFacts([0, 2], cut=1)
    sparse = CheckSettings(CLASSES, {}, {}, patch_size=[96, 96], reading="sparse")
    found = [finding.check for finding in judge_case(case, sparse)]
    assert found == ["file-extension", "patch-size", "label-one-kind", "drawn-outside-view", "box-cut"]
    case.boxes = BoxFacts([0, 2], cut=1, complete=["vessel"])
    found = [finding.check for finding in judge_case(case, sparse)]
    assert found == ["file-extension", "patch-size", "drawn-outside-view", "box-cut", "drawn-outside-boxes"]
    case.boxes = None
    found = [finding.check for finding in judge_case(case, sparse)]
    assert found == ["file-extension", "patch-size", "label-one-kind", "label-little", "drawn-outside-view"]


def test_of_a_label_that_is_the_image_nothing_else_is_said():
    case = picture(values={0: 60_000}, positive=[0, 0], negative=[0, 0], sha256="aa")
    assert [finding.check for finding in judge_case(case, PICTURES)] == ["label-is-image"]


def test_files_that_could_not_be_read_give_nothing():
    missing = CaseRecord(
        "training[0]", "training", "coarse", ImageFacts("/d/a.png"), LabelFacts("/d/b.png"), BoxFacts([0, 0])
    )
    assert judge_case(missing, PICTURES) == []
    assert judge_case(missing, VOLUMES) == []
    unnamed_values = picture(decoded=False, positive=[], negative=[], outside_view=None)
    assert judge_case(unnamed_values, PICTURES) == []


def test_every_finding_names_case_and_file():
    case = picture(values={0: 60_000}, positive=[0, 0], negative=[0, 0])
    case.image.size = [90, 90]
    for finding in judge_case(case, PICTURES):
        assert finding.where == "training[0]" and finding.message.startswith(f"{finding.file}: ")
