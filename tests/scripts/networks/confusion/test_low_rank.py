from __future__ import annotations

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from scripts.networks.confusion import LowRankForm


class LargestTensor(TorchDispatchMode):
    """Remembers the number of elements of the largest tensor that any operation puts out."""

    elements = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        result = func(*args, **(kwargs or {}))
        for tensor in result if isinstance(result, (tuple, list)) else [result]:
            if isinstance(tensor, torch.Tensor):
                self.elements = max(self.elements, tensor.numel())
        return result


def test_ancestor_defect_full_matrix_is_never_built():
    # the ancestor's low-rank path took more memory than its full-rank path
    classes, rank, pixels = 30, 2, 16
    form = LowRankForm(classes, rank=rank)
    raw = torch.randn(1, form.channels, 4, 4, requires_grad=True)
    p = torch.rand(1, classes, 4, 4, requires_grad=True)
    with LargestTensor() as largest:
        confusion = form(raw)
        (confusion.apply(p).sum() + confusion.trace().sum()).backward()
    assert form.channels == classes + 2 * classes * rank
    assert largest.elements <= form.channels * pixels < classes**2 * pixels


@pytest.mark.parametrize("scale", [1.0, 5.0])
def test_columns_peak_on_the_diagonal(scale):
    form = LowRankForm(5, rank=2)
    raw = scale * torch.randn(1, form.channels, 50, 50, generator=torch.Generator().manual_seed(0))
    matrix = form(raw).explicit()[0]
    diagonal = matrix.diagonal(dim1=0, dim2=1)
    assert (diagonal > 0.5).all()
    assert (matrix.argmax(0) == torch.arange(5).view(-1, 1, 1)).all()


@pytest.mark.parametrize(("classes", "rank"), [(2, 2), (3, 2), (3, 3), (5, 4), (6, 6)])
def test_ranks_start_different(classes, rank):
    form = LowRankForm(classes, rank=rank)
    targets = form(torch.zeros(1, form.channels, 1, 1)).targets[0, :, :, 0, 0]
    distances = torch.cdist(targets.T, targets.T) + torch.eye(rank)
    assert distances.min() > 0.05


def test_ranks_receive_different_gradients():
    form = LowRankForm(3, rank=2)
    raw = torch.zeros(1, form.channels, 1, 1, requires_grad=True)
    form(raw).apply(torch.tensor([0.7, 0.2, 0.1]).view(1, 3, 1, 1))[0, 2].log().sum().backward()
    sources = raw.grad[0, -6:].view(2, 3)
    assert not torch.allclose(sources[0], sources[1], atol=1e-4)
