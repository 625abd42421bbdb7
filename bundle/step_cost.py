"""How much a training step and an inference cost, method by method, in one process."""

from __future__ import annotations

import copy
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from monai.bundle import ConfigParser
from tqdm import tqdm

from scripts.constants import IGNORE, INSIDE, OUTSIDE

__all__ = ["Cost", "measure"]

BASELINE = "partial_cross_entropy"


@dataclass(frozen=True)
class Cost:
    """Costs of one method.

    Attributes:
        method: name of its overlay.
        step: median seconds of a training step (forward, loss, backward, optimiser).
        step_ratio: median over rounds of this step's time over the baseline's of the same round.
        inference: median seconds of a forward pass in eval mode.
        inference_ratio: the same for inference.
    """

    method: str
    step: float
    step_ratio: float
    inference: float
    inference_ratio: float


def _synchronised(action: Callable[[], object], device: torch.device) -> float:
    start = time.perf_counter()
    action()
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return time.perf_counter() - start


class _Method:
    """One method's network, loss and optimiser, built from the product's own configs."""

    def __init__(self, configs: Path, name: str, device: str) -> None:
        parser = ConfigParser()
        parser.read_config([str(configs / "train.json"), str(configs / "methods" / f"{name}.json")])
        parser["device"] = device
        self.name = name
        self.boxed = name.startswith("boxes")
        # some settings follow the data set, which is not loaded here
        kinds = dict.fromkeys(("boxed", "any_dense", "mixed"), self.boxed)
        parser["train#dataset"] = {"_target_": "types.SimpleNamespace", **kinds}
        self.network = parser.get_parsed_content("coupled")
        self.teacher = copy.deepcopy(self.network).eval()
        self.loss = parser.get_parsed_content("loss")
        self.optimizer = parser.get_parsed_content("optimizer")
        self.patch_size = parser.get_parsed_content("patch_size")
        self.patches = parser.get_parsed_content("batch_size") * parser.get_parsed_content("patches_per_image")
        self.channels = parser["network_def#in_channels"]
        self.classes = len(parser["classes"])

    def batch(self, device: torch.device) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
        """Random images with the labels of the method.

        Drawings: a quarter of the pixels have a positive label, a quarter a negative one. Boxes: half of the patches
        have a dense mask, the others a box around a quarter of their pixels.
        """
        generator = torch.Generator().manual_seed(0)
        shape = (self.patches, 1, *self.patch_size)
        image = torch.rand(self.patches, self.channels, *self.patch_size, generator=generator)
        kind = torch.randint(0, 4, shape, generator=generator)
        label = torch.randint(0, self.classes, shape, generator=generator)
        negative = torch.zeros(self.patches, self.classes, *self.patch_size, dtype=torch.uint8)
        negative[:, 1:2] = kind == 1
        targets = {
            "positive": torch.where(kind == 0, label, IGNORE).to(torch.uint8),
            "negative": negative,
            "dense": torch.zeros(self.patches, dtype=torch.bool),
        }
        if self.boxed:
            targets["dense"] = torch.arange(self.patches) % 2 == 0
            dense = targets["dense"].view(-1, 1, *[1] * len(self.patch_size))
            targets["positive"] = torch.where(dense, label, IGNORE).to(torch.uint8)
            targets["negative"] = torch.zeros_like(negative)
            targets["boxes"] = torch.zeros_like(negative)
            targets["boxes"][1::2, 1:] = OUTSIDE
            targets["boxes"][1::2, 1, : self.patch_size[0] // 2, : self.patch_size[1] // 2] = INSIDE
        return image.to(device), {name: value.to(device) for name, value in targets.items()}

    def step(self, image: torch.Tensor, targets: dict[str, torch.Tensor]) -> None:
        """One training step with the matrices, or the teacher, in use."""
        self.network.train()
        if self.loss.teacher_in_use():
            with torch.no_grad():
                targets = {**targets, "teacher": self.teacher(image).softmax(1)}
        self.optimizer.zero_grad()
        torch.stack(list(self.loss(self.network(image), targets).values())).sum().backward()
        self.optimizer.step()

    def infer(self, image: torch.Tensor) -> None:
        """One forward pass."""
        self.network.eval()
        with torch.no_grad():
            self.network(image)


def measure(configs: Path, methods: Sequence[str], rounds: int, device: str, progress: bool = True) -> list[Cost]:
    """Time all methods in turns, so that whatever else the machine does falls on all of them.

    Args:
        configs: folder with ``train.json`` and ``methods``.
        methods: names of overlays; partial cross-entropy, the baseline, is always measured too.
        rounds: number of timed turns, after three that are not timed.
        device: such as ``cpu`` or ``cuda``.
        progress: whether a bar is shown.

    Returns:
        One row per method, the baseline first.
    """
    names = [BASELINE, *[name for name in methods if name != BASELINE]]
    built = [_Method(configs, name, device) for name in names]
    batches = {method.name: method.batch(torch.device(device)) for method in built}
    steps: dict[str, list[float]] = {name: [] for name in names}
    passes: dict[str, list[float]] = {name: [] for name in names}
    warm_up = 3
    for number in tqdm(range(rounds + warm_up), desc="measuring", unit="round", disable=not progress):
        # the first method of a round finds colder caches, so the order turns
        turn = number % len(built)
        for method in built[turn:] + built[:turn]:
            image, targets = batches[method.name]
            step = _synchronised(lambda m=method, i=image, t=targets: m.step(i, t), image.device)
            inference = _synchronised(lambda m=method, i=image: m.infer(i), image.device)
            if number >= warm_up:
                steps[method.name].append(step)
                passes[method.name].append(inference)
    return [_cost(name, steps, passes) for name in names]


def _cost(name: str, steps: dict[str, list[float]], passes: dict[str, list[float]]) -> Cost:
    def ratio(times: dict[str, list[float]]) -> float:
        return statistics.median(own / base for own, base in zip(times[name], times[BASELINE], strict=True))

    return Cost(name, statistics.median(steps[name]), ratio(steps), statistics.median(passes[name]), ratio(passes))
