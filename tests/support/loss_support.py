"""Random outputs of a coupled network, and random targets, for tests of losses."""

from __future__ import annotations

import torch

from scripts.constants import IGNORE
from scripts.networks.confusion import FullConfusion


def random_targets(batch=3, classes=3, size=(8, 6), dense=(), seed=0):
    generator = torch.Generator().manual_seed(seed)
    positive = torch.randint(0, classes, (batch, 1, *size), generator=generator, dtype=torch.uint8)
    positive[torch.rand(positive.shape, generator=generator) < 0.5] = IGNORE
    negative = torch.rand(batch, classes, *size, generator=generator) < 0.2
    return {
        "positive": positive,
        "negative": negative.to(torch.uint8),
        "dense": torch.tensor([index in dense for index in range(batch)]),
    }


def random_output(batch=3, classes=3, size=(8, 6), seed=1):
    """What a coupled network puts out, as leaves with gradients."""
    generator = torch.Generator().manual_seed(seed)

    def matrices():
        raw = torch.randn(batch, classes, classes, *size, generator=generator)
        return FullConfusion((raw + 2 * torch.eye(classes).view(1, classes, classes, *[1] * len(size))).softmax(1))

    logits = torch.randn(batch, classes, *size, generator=generator).requires_grad_()
    output = {"logits": logits, "positive": matrices(), "negative": matrices()}
    for kind in ("positive", "negative"):
        output[kind].matrix.requires_grad_()
    return output
