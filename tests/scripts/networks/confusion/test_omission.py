from __future__ import annotations

import pytest
import torch

from scripts.networks.confusion import BinaryForm, OmissionConfusion, OmissionForm


def test_closed_form():
    invented = torch.tensor([0.05, 0.1]).view(1, 2, 1, 1)
    missed = torch.tensor([0.6, 0.3]).view(1, 2, 1, 1)
    confusion = OmissionConfusion(invented, missed)
    matrix = torch.tensor([[0.85, 0.6, 0.3], [0.05, 0.4, 0.0], [0.1, 0.0, 0.7]])
    torch.testing.assert_close(confusion.explicit()[0, :, :, 0, 0], matrix)
    p = torch.tensor([0.2, 0.5, 0.3])
    torch.testing.assert_close(confusion.apply(p.view(1, 3, 1, 1)).flatten(), matrix @ p)
    assert confusion.trace().item() == pytest.approx((0.85 + 0.4 + 0.7) / 3)


@pytest.mark.parametrize("size", [(3, 4), (2, 3, 4), (7,)])
def test_with_two_classes_it_is_the_binary_form(size):
    raw = torch.randn(2, 3, *size, generator=torch.Generator().manual_seed(0))
    found, expected = OmissionForm(2, 0.8)(raw), BinaryForm(2, 0.8)(raw)
    torch.testing.assert_close(found.explicit(), expected.explicit())


@pytest.mark.parametrize("scale", [0.1, 1.0, 5.0])
def test_classes_cannot_swap(scale):
    raw = scale * torch.randn(1, 12, 60, 60, generator=torch.Generator().manual_seed(0)).double()
    matrix = OmissionForm(5)(raw).explicit()[0]
    # a label of a structure is likelier under its own class than under any other
    assert (matrix[1:].argmax(dim=1) == torch.arange(1, 5).view(4, 1, 1)).all()
    assert (torch.linalg.det(matrix.movedim((0, 1), (-2, -1))) > 0).all()


def test_more_than_half_of_a_structure_may_be_missed():
    confusion = OmissionForm(3)(torch.tensor([-4.0, 7.0, 4.0] * 2).view(1, 6, 1, 1))
    assert (confusion.missed > 0.5).all()


def test_each_class_has_its_own_rates():
    raw = torch.zeros(1, 6, 1, 1)
    raw[0, 4] = 3.0
    first, second = OmissionForm(3)(raw).missed.flatten().tolist()
    assert first == pytest.approx(0.1) and second > 0.5
