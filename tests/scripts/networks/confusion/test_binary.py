from __future__ import annotations

import pytest
import torch

from scripts.networks.confusion import BinaryConfusion, BinaryForm


def test_closed_form():
    confusion = BinaryConfusion(torch.full((1, 1, 1, 1), 0.2), torch.full((1, 1, 1, 1), 0.3))
    torch.testing.assert_close(confusion.explicit()[0, :, :, 0, 0], torch.tensor([[0.8, 0.3], [0.2, 0.7]]))
    q = confusion.apply(torch.tensor([0.25, 0.75]).view(1, 2, 1, 1))
    torch.testing.assert_close(q.flatten(), torch.tensor([0.8 * 0.25 + 0.3 * 0.75, 0.2 * 0.25 + 0.7 * 0.75]))
    assert confusion.trace().item() == pytest.approx(0.75)


@pytest.mark.parametrize("scale", [0.1, 1.0, 5.0])
def test_classes_cannot_swap(scale):
    raw = scale * torch.randn(1, 3, 100, 100, generator=torch.Generator().manual_seed(0)).double()
    confusion = BinaryForm()(raw)
    trace = 2 * confusion.trace()
    assert (trace > 1).all()
    assert (trace <= 2).all()
    # a label is likelier under its own class than under the other: each row peaks on the diagonal
    rows = confusion.explicit()[0].argmax(dim=1)
    assert (rows[0] == 0).all()
    assert (rows[1] == 1).all()


def test_more_than_half_of_the_foreground_may_be_missed():
    confusion = BinaryForm()(torch.tensor([-4.0, 7.0, 4.0]).view(1, 3, 1, 1))
    assert confusion.missed.item() > 0.5
    assert confusion.trace().item() > 0.5
