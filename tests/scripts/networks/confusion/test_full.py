from __future__ import annotations

import torch

from scripts.networks.confusion import FullConfusion, FullForm


def test_channel_order_is_noisy_times_classes_plus_true():
    raw = torch.zeros(1, 9, 1, 1)
    raw[0, 2 * 3 + 1] = 20.0  # noisy 2, true 1
    matrix = FullForm(3)(raw).matrix[0, :, :, 0, 0]
    torch.testing.assert_close(matrix[:, 1], torch.tensor([0.0, 0.0, 1.0]), atol=1e-3, rtol=0)
    torch.testing.assert_close(matrix.diagonal()[[0, 2]], torch.tensor([0.9, 0.9]))


def test_apply_is_not_transposed():
    # every true 0 is drawn as 1; nothing else is wrong
    matrix = torch.tensor([[0.0, 0.0], [1.0, 1.0]]).view(1, 2, 2, 1, 1)
    q = FullConfusion(matrix).apply(torch.tensor([1.0, 0.0]).view(1, 2, 1, 1))
    assert q.flatten().tolist() == [0.0, 1.0]


def test_permuting_the_classes_permutes_the_result():
    matrix = torch.rand(1, 4, 4, 3, 3)
    p = torch.rand(1, 4, 3, 3)
    order = torch.tensor([2, 0, 3, 1])
    permuted = FullConfusion(matrix[:, order][:, :, order])
    torch.testing.assert_close(permuted.apply(p[:, order]), FullConfusion(matrix).apply(p)[:, order])
    torch.testing.assert_close(permuted.trace(), FullConfusion(matrix).trace())
