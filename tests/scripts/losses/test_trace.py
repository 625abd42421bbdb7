from __future__ import annotations

import pytest
import torch

from scripts.losses import mean_trace, noisy_cross_entropy
from scripts.networks.confusion import FullConfusion


def test_mean_over_labelled_pixels_only():
    matrix = torch.zeros(1, 2, 2, 1, 3)
    matrix[0, 0, 0, 0] = matrix[0, 1, 1, 0] = torch.tensor([0.9, 0.6, 0.1])
    labelled = torch.tensor([True, True, False]).view(1, 1, 1, 3)
    assert mean_trace(FullConfusion(matrix), labelled).item() == pytest.approx(0.75)


def test_matrices_of_size_one_broadcast():
    confusion = FullConfusion((0.6 * torch.eye(3)).view(1, 3, 3, 1, 1).expand(2, 3, 3, 1, 1))
    assert mean_trace(confusion, torch.rand(2, 1, 4, 4) < 0.5).item() == pytest.approx(0.6)


def test_nothing_labelled_is_zero():
    matrix = torch.rand(1, 2, 2, 3, 3, requires_grad=True)
    value = mean_trace(FullConfusion(matrix), torch.zeros(1, 1, 3, 3).bool())
    value.backward()
    assert value.item() == 0
    assert (matrix.grad == 0).all()


def test_swapped_classes_fit_as_well_and_have_a_lower_trace():
    # why a large weight of the trace can turn a task upside down, and why a guard is needed
    matrix = torch.tensor([[0.9, 0.2], [0.1, 0.8]]).view(1, 2, 2, 1, 1)
    logits = torch.randn(1, 2, 5, 5)
    labels = torch.randint(0, 2, (1, 1, 5, 5), dtype=torch.uint8)
    right, swapped = FullConfusion(matrix), FullConfusion(matrix.flip(2))
    everywhere = torch.ones(1, 1, 5, 5).bool()
    torch.testing.assert_close(
        noisy_cross_entropy(logits, labels, right), noisy_cross_entropy(logits.flip(1), labels, swapped)
    )
    assert mean_trace(swapped, everywhere) < mean_trace(right, everywhere)


def test_among_dominant_matrices_that_explain_the_drawings_the_true_one_has_the_smallest_trace():
    # mixed drawings A p = B (B^-1 A p): every B that leaves B^-1 A stochastic explains them too
    true = torch.tensor([[0.9, 0.2], [0.1, 0.8]], dtype=torch.float64)
    for a in torch.linspace(0, 0.49, 50):
        for b in torch.linspace(0, 0.49, 50):
            other = torch.tensor([[1 - a, b], [a, 1 - b]], dtype=torch.float64)
            if (torch.linalg.solve(other, true) >= 0).all():
                assert other.trace() >= true.trace() - 1e-6
