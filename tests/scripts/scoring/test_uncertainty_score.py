import math

import pytest
import torch

from scripts.scoring import score_prediction, uncertainty_score


def binary(foreground):
    """Probabilities `2H[WD]` of background and foreground."""
    return torch.stack([1 - foreground, foreground])


def entropy(p):
    return -(p * math.log2(p) + (1 - p) * math.log2(1 - p))


@pytest.mark.parametrize("shape", [(8, 6), (8, 6, 4)])
def test_counts_only_what_may_be_a_structure(shape):
    foreground = torch.zeros(shape)
    foreground[0, 0], foreground[1, 1] = 0.5, 0.2
    assert uncertainty_score(binary(foreground)) == pytest.approx((1 + entropy(0.2)) / 2, abs=1e-6)


def test_does_not_depend_on_how_much_background_there_is():
    small, large = torch.zeros(8, 8), torch.zeros(80, 80)
    small[:4, :4] = large[:4, :4] = 0.3
    assert uncertainty_score(binary(small)) == pytest.approx(uncertainty_score(binary(large)), abs=1e-6)


def test_a_certain_prediction_has_score_0():
    foreground = torch.zeros(8, 8)
    foreground[2:5] = 1
    assert uncertainty_score(binary(foreground)) == 0


def test_a_guess_has_score_1():
    assert uncertainty_score(torch.full((4, 8, 8), 0.25)) == pytest.approx(1)


def test_where_nothing_may_be_a_structure_the_whole_image_counts():
    assert uncertainty_score(binary(torch.full((8, 8), 0.05))) == pytest.approx(entropy(0.05), abs=1e-6)
    assert uncertainty_score(binary(torch.zeros(8, 8))) == 0


def test_predicted_foreground_counts_also_where_many_classes_share_the_probability():
    probabilities = torch.full((20, 2, 2), 0.05)
    probabilities[1, 0, 0], probabilities[2, 0, 0] = 0.06, 0.04
    score = score_prediction(probabilities)
    assert score.foreground_share == 0.25
    others = torch.tensor([0.06, 0.04] + [0.05] * 18)
    assert score.uncertainty == pytest.approx(float(torch.special.entr(others).sum()) / math.log(20), abs=1e-6)


def test_the_share_of_foreground_is_that_of_the_most_probable_class():
    foreground = torch.zeros(10, 10)
    foreground[:2], foreground[2:4] = 0.9, 0.4
    assert score_prediction(binary(foreground)).foreground_share == pytest.approx(0.2)
