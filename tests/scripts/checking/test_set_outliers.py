"""Images that are unlike all others."""

import pytest

from scripts.checking.record import CaseRecord, ImageFacts
from scripts.checking.set_outliers import judge_outliers, outliers
from scripts.checking.settings import CheckSettings

USUAL = {"size": [100, 100], "dtype": "uint8", "mean": 100.0, "std": 30.0, "minimum": 0.0, "maximum": 255.0}


def settings(spatial_dims, window=None):
    return CheckSettings(["background", "vessel"], {}, {}, spatial_dims=spatial_dims, window=window)


def judge(*odd, usual=10, spatial_dims=2, base=USUAL, window=(0.0, 1000.0)):
    cases = [
        CaseRecord(f"training[{n}]", "training", "dense", ImageFacts(f"/{n}", True, pixels=f"p{n}", **base | facts))
        for n, facts in enumerate([*odd, *[{}] * usual])
    ]
    return judge_outliers(cases, settings(spatial_dims, window))


def test_outliers_differ_much_and_more_than_the_others_scatter():
    assert outliers([0] * 9 + [1.0], 1.0) == []
    assert outliers([0] * 9 + [1.1], 1.0) == [9]
    # median absolute deviation 1, so that the limit is 5 x 1.4826
    assert outliers([-1, 1] * 5 + [-1, 7.4], 1.0) == []
    assert outliers([-1, 1] * 5 + [-1, 7.5], 1.0) == [11]


def test_few_values_have_no_outliers():
    assert outliers([0] * 6 + [9.0], 1.0) == []
    assert outliers([0] * 7 + [9.0], 1.0) == [7]


def test_many_outliers_are_a_kind_of_their_own():
    assert outliers([0] * 18 + [9.0] * 2, 1.0) == [18, 19]
    assert outliers([0] * 17 + [9.0] * 2, 1.0) == []


@pytest.mark.parametrize(
    ("size", "expected"), [([190, 200], []), ([210, 200], ["image-size-outlier"]), ([49, 49], ["image-size-outlier"])]
)
def test_size(size, expected):
    assert [finding.check for finding in judge({"size": size})] == expected


def test_sizes_are_named():
    (finding,) = judge({"size": [300, 400]})
    assert finding.where == "training[0]"
    assert "of which 100 x 100 is typical" in finding.message
    assert finding.message.endswith("training[0]: /0 (300 x 400)")


@pytest.mark.parametrize(("mean", "expected"), [(130.0, 0), (131.0, 1), (70.0, 0), (69.0, 1)])
def test_brightness(mean, expected):
    assert len(judge({"mean": mean})) == expected


def test_brightness_is_named_in_shares_of_white():
    (finding,) = judge({"mean": 2.0})
    assert finding.check == "image-brightness-outlier"
    assert "whose mean is 39% of white" in finding.message
    assert finding.message.endswith("training[0]: /0 (1%)")


def test_deep_pictures_are_scaled_by_their_maximum_and_compared_among_themselves():
    deep = USUAL | {"dtype": "uint16", "maximum": 4000.0, "mean": 2000.0}
    assert judge({"maximum": 2000.0, "mean": 1000.0}, base=deep) == []
    assert len(judge({"maximum": 4000.0, "mean": 100.0}, base=deep)) == 1
    assert judge({"dtype": "uint16", "maximum": 65535.0, "mean": 50000.0}) == []


VOLUME = USUAL | {"size": [40, 50, 30], "spacing": [1.0, 1.0, 3.0], "mean": 500.0, "std": 200.0, "dtype": "int16"}


@pytest.mark.parametrize(
    ("facts", "expected"), [({"mean": 800.0}, 0), ({"mean": 801.0}, 1), ({"std": 3900.0}, 0), ({"std": 4100.0}, 1)]
)
def test_values_of_volumes(facts, expected):
    assert len(judge(facts, base=VOLUME, spatial_dims=3)) == expected


def test_values_of_volumes_that_are_scaled_by_their_own_are_not_compared():
    assert judge({"mean": 9000.0}, base=VOLUME, spatial_dims=3, window=None) == []


@pytest.mark.parametrize(("spacing", "expected"), [([1.0, 3.0, 1.9], 0), ([1.0, 1.0, 6.1], 1), ([0.4, 1.0, 3.0], 1)])
def test_spacing_in_whatever_order_of_axes(spacing, expected):
    found = judge({"spacing": spacing}, base=VOLUME, spatial_dims=3)
    assert [finding.check for finding in found] == ["spacing-outlier"] * expected


def test_spacings_are_named():
    (finding,) = judge({"spacing": [9.0, 9.0, 9.0]}, base=VOLUME, spatial_dims=3)
    assert "typical are 1 x 1 x 3 mm" in finding.message
    assert finding.message.endswith("training[0]: /0 (9 x 9 x 9 mm)")


def test_images_that_could_not_be_measured_are_left_out():
    assert judge({"size": [], "mean": None, "std": None, "maximum": None}) == []
    assert judge({"size": [], "mean": None, "std": None, "spacing": None}, base=VOLUME, spatial_dims=3) == []
    assert judge_outliers([], settings(2)) == judge_outliers([], settings(3)) == []
