"""How much memory losses and matrices add to a training step, beside what written-out matrices would need."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import nn
from torch.profiler import ProfilerActivity, profile

from scripts.constants import IGNORE
from scripts.losses import CoarseLabelLoss
from scripts.networks import CoupledSegmenter

__all__ = ["MemoryCost", "Volume", "explicit_bytes", "measure_memory"]

_FEATURES = 16


@dataclass(frozen=True)
class Volume:
    """The batch to measure with.

    Attributes:
        classes: C, background included.
        size: voxels along each of three axes.
        batch_size: B.
        labelled: share of the voxels with a label, half of them positive, half negative.
    """

    classes: int = 14
    size: int = 96
    batch_size: int = 2
    labelled: float = 0.05


@dataclass(frozen=True)
class MemoryCost:
    """One row: what a way to model the annotators adds.

    Attributes:
        name: of the row.
        added: bytes at the peak of a step, beyond those of the network's own step.
        share: ``added`` over what the matrices written out would need.
    """

    name: str
    added: int
    share: float


def explicit_bytes(volume: Volume) -> int:
    """Bytes of B x C x C x N matrices in float32, without gradients or copies."""
    return 4 * volume.batch_size * volume.classes**2 * volume.size**3


def measure_memory(volume: Volume, rows: dict[str, dict[str, object]], device: str = "cpu") -> list[MemoryCost]:
    """Peak memory of a training step with each model of the annotators, less that of the segmentation network alone.

    The segmentation network is as small as can be, two convolutions with the features that a real one would give, so
    that nothing hides behind its own peak. Alone it runs backward from the plain sum of its logits, so that everything
    that a loss needs counts as added.

    Args:
        volume: the batch.
        rows: arguments of :class:`scripts.networks.CoupledSegmenter` by the name of the row.
        device: ``cpu`` (tensors are counted by the profiler) or ``cuda`` (by the allocator).
    """
    image, targets = _batch(volume, device)
    alone = _network(volume).to(device)
    base = _peak(lambda: alone(image).sum().backward(), device)
    costs = []
    for name, arguments in rows.items():
        coupled = CoupledSegmenter(
            _network(volume), spatial_dims=3, num_classes=volume.classes, share_kinds=True, in_channels=1, **arguments
        ).to(device)
        loss = CoarseLabelLoss(trace_weight=0.01)

        def step(coupled: CoupledSegmenter = coupled, loss: CoarseLabelLoss = loss) -> None:
            torch.stack(list(loss(coupled(image), targets).values())).sum().backward()

        added = _peak(step, device) - base
        costs.append(MemoryCost(name, added, added / explicit_bytes(volume)))
    return costs


def _network(volume: Volume) -> nn.Module:
    return nn.Sequential(nn.Conv3d(1, _FEATURES, 3, padding=1), nn.Conv3d(_FEATURES, volume.classes, 1)).train()


def _batch(volume: Volume, device: str) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
    generator = torch.Generator().manual_seed(0)
    shape = (volume.batch_size, 1, *[volume.size] * 3)
    kind = torch.rand(shape, generator=generator)
    label = torch.randint(0, volume.classes, shape, generator=generator, dtype=torch.uint8)
    negative = torch.zeros(volume.batch_size, volume.classes, *shape[2:], dtype=torch.uint8)
    negated = (kind >= volume.labelled / 2) & (kind < volume.labelled)
    negative.scatter_(1, label.long(), negated.to(torch.uint8))
    targets = {
        "positive": torch.where(kind < volume.labelled / 2, label, IGNORE).to(torch.uint8),
        "negative": negative,
        "dense": torch.zeros(volume.batch_size, dtype=torch.bool),
    }
    image = torch.rand(shape, generator=generator)
    return image.to(device), {name: value.to(device) for name, value in targets.items()}


def _peak(step: Callable[[], object], device: str) -> int:
    """Most bytes allocated at a time during a step, beyond what was there before."""
    if device != "cpu":
        torch.cuda.synchronize(device)
        before = torch.cuda.memory_allocated(device)
        torch.cuda.reset_peak_memory_stats(device)
        step()
        torch.cuda.synchronize(device)
        return torch.cuda.max_memory_allocated(device) - before
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as profiler:
        step()
    # the profiler's own list; the public one adds the allocations up per operator
    changes = [event for event in profiler.profiler.kineto_results.events() if event.name() == "[memory]"]
    total = peak = 0
    for event in sorted(changes, key=lambda event: event.start_ns()):
        total += event.nbytes()
        peak = max(peak, total)
    return peak
