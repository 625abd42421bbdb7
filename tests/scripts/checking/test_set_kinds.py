"""Endings, channels, bits and orientations that are not the same in all cases."""

import pytest

from scripts.checking.record import CaseRecord, ImageFacts, LabelFacts
from scripts.checking.set_kinds import judge_kinds


def case(number, ending=".png", label_ending=".png", **image):
    facts = {"channels": 3, "dtype": "uint8", "pixels": f"p{number}", "minimum": 0, "maximum": 9} | image
    return CaseRecord(
        f"training[{number}]",
        "training",
        "coarse",
        ImageFacts(f"/i{number}{ending}", True, **facts),
        LabelFacts(f"/l{number}{label_ending}"),
    )


def judge(*kinds, spatial_dims=2):
    return judge_kinds([case(number, **kind) for number, kind in enumerate(kinds)], spatial_dims)


def test_images_of_one_kind():
    assert judge({}, {}, {}) == []


@pytest.mark.parametrize("endings", [(".jpg", ".JPG"), (".jpeg", ".jpg"), (".tif", ".tiff"), (".NII", ".nii")])
def test_endings_of_one_format_in_several_spellings(endings):
    (finding,) = judge(*({"ending": ending} for ending in endings))
    assert finding.check == "mixed-extensions"
    assert f"endings of the images are spelt in several ways, 1 {endings[0]} and 1 {endings[1]}" in finding.message


def test_endings_of_labels_are_judged_on_their_own():
    assert judge({"ending": ".jpg"}, {"ending": ".png"}, {"label_ending": ".tif"}) == []
    (finding,) = judge({}, {"label_ending": ".PNG"})
    assert "endings of the labels" in finding.message
    assert finding.file == "/l0.png"


def test_folders_have_no_ending():
    assert judge({"ending": ".840.1"}, {"ending": ".840.1A"}, {"ending": ".840.1a"}) == []


def test_grey_among_colour():
    (finding,) = judge({}, {"channels": 1}, {})
    assert (finding.check, finding.where) == ("image-channels", "training[1]")
    assert finding.message.startswith("the images differ: 2 in colour and 1 with one channel.")
    assert finding.message.endswith("\n  training[1]: /i1.png (with one channel)")


def test_transparency_in_some():
    (finding,) = judge({"channels": 4}, {}, {})
    assert "2 not transparent" in finding.message
    assert finding.message.endswith("training[0]: /i0.png (transparent)")
    assert judge({"channels": 4}, {"channels": 4}) == []
    assert judge({"channels": 4, "file_format": "JPEG"}, {}) == []


def test_numbers_of_bits():
    (finding,) = judge({}, {"dtype": "uint16"}, {})
    assert (finding.check, finding.where) == ("image-dtype", "training[1]")
    assert "2 with 8 bits and 1 with more than 8 bits" in finding.message
    assert judge({"dtype": "bool"}, {})[0].check == "image-dtype"
    assert judge({"dtype": "int16"}, {"dtype": "float32"}, {"dtype": "uint16"}, spatial_dims=3) == []
    assert judge({"dtype": ""}, {"dtype": "strange"}, {}) == []


def test_orientations_of_volumes():
    volume = {"orientation": "RAS"}
    assert judge(volume, volume, spatial_dims=3) == []
    (finding,) = judge(volume, {"orientation": "LPS"}, volume, volume, spatial_dims=3)
    assert (finding.check, finding.where) == ("orientation-differs", "training[1]")
    assert finding.message.startswith("the images differ: 3 stored as RAS and 1 stored as LPS.")
    assert "turns all volumes the same way" in finding.message


def test_a_mixture_of_orientations_has_no_odd_one():
    volume = {"orientation": "RAS"}
    assert judge(volume, {"orientation": "LPS"}, volume, spatial_dims=3) == []


def test_an_image_that_could_not_be_read_is_of_no_kind():
    assert judge({}, {"channels": 0, "dtype": "", "pixels": "p0"}) == []
