from __future__ import annotations

import pytest
import torch

from scripts.errors import SettingError
from scripts.networks import TransitionMatrix, uniform_transition


@pytest.mark.parametrize("classes", [2, 3, 7])
def test_starts_uniform_with_zero_diagonal(classes):
    expected = torch.full((classes, classes), 1 / (classes - 1)).fill_diagonal_(0)
    torch.testing.assert_close(uniform_transition(classes), expected)
    torch.testing.assert_close(TransitionMatrix(classes)(), expected)


@pytest.mark.parametrize("classes", [2, 3, 7])
def test_any_parameters_give_zero_diagonal_and_rows_that_sum_to_one(classes):
    transition = TransitionMatrix(classes)
    torch.nn.init.normal_(transition.raw, std=3.0)
    matrix = transition()
    assert (matrix.diagonal() == 0).all()
    assert (matrix >= 0).all()
    torch.testing.assert_close(matrix.sum(1), torch.ones(classes))


def test_softmax_over_the_off_diagonal_in_order():
    transition = TransitionMatrix(3)
    transition.raw.data = torch.tensor([[0.2, 0.8], [0.3, 0.7], [0.6, 0.4]]).log()
    expected = torch.tensor([[0.0, 0.2, 0.8], [0.3, 0.0, 0.7], [0.6, 0.4, 0.0]])
    torch.testing.assert_close(transition(), expected)


def test_only_the_parameters_are_saved():
    assert set(TransitionMatrix(3).state_dict()) == {"raw"}


@pytest.mark.parametrize("make", [TransitionMatrix, uniform_transition])
def test_one_class_is_refused(make):
    with pytest.raises(SettingError, match="at least 2 classes, background included, got 1"):
        make(1)
