"""Which "not class k" people draw on which class."""

from __future__ import annotations

import torch
from torch import nn

from scripts.errors import SettingError

__all__ = ["TransitionMatrix", "uniform_transition"]


def uniform_transition(num_classes: int) -> torch.Tensor:
    """`CxC` float32: zero diagonal, every other element 1 / (C - 1).

    Raises:
        SettingError: for fewer than two classes.
    """
    if num_classes < 2:
        raise SettingError(f"complementary labels need at least 2 classes, background included, got {num_classes}.")
    return (1 - torch.eye(num_classes)) / (num_classes - 1)


class TransitionMatrix(nn.Module):
    """The learned transition matrix M: ``M[true, k]`` = P(drawn "not k" | class *true*), k != true.

    Zero diagonal and rows that sum to one by construction: a softmax over the off-diagonal elements, uniform at the
    start. The zero diagonal is the paper's (Zhang et al., arXiv 2508.18186, which adds it as a linear layer); learning
    M by a softmax is our reading. With two classes there is nothing to learn.

    Args:
        num_classes: C, at least 2.

    Raises:
        SettingError: for fewer than two classes.
    """

    columns: torch.Tensor

    def __init__(self, num_classes: int) -> None:
        super().__init__()
        off_diagonal = uniform_transition(num_classes) > 0
        columns = torch.arange(num_classes).expand(num_classes, -1)[off_diagonal].view(num_classes, num_classes - 1)
        self.register_buffer("columns", columns, persistent=False)
        self.raw = nn.Parameter(torch.zeros(num_classes, num_classes - 1))

    def forward(self) -> torch.Tensor:
        """M, `CxC`."""
        classes = len(self.raw)
        return self.raw.new_zeros(classes, classes).scatter(1, self.columns, self.raw.softmax(1))
