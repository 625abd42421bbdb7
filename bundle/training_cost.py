"""What a training costs with and without mixed precision: time of an epoch, memory of the GPU, validation metric."""

from __future__ import annotations

import os
import statistics
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

from bundle.virtual_environment import ROOT
from scripts.errors import root_user_error

__all__ = ["TrainingCost", "measure_training"]

# the first epochs wait for libraries and memory
_WARM_UP = 2
# no tracking and no pictures, and one validation, after the last epoch
_LEAN = "configs/benchmark/lean_training.json"


@dataclass(frozen=True)
class TrainingCost:
    """Costs of one training.

    Attributes:
        device: name of the GPU, or "cpu".
        epoch: median seconds of an epoch, without validation and the first two epochs.
        step: the same per step.
        data: the same that a step waits for its batch; the processor's time, where the GPU does part of it.
        peak: most bytes of tensors on the GPU at a time, validation included; None without one.
        metric: the validation's key metric after the last epoch.
    """

    device: str
    epoch: float
    step: float
    data: float
    peak: int | None
    metric: float


def measure_training(config_files: Sequence[str], settings: Mapping[str, Any]) -> TrainingCost:
    """Run a training in a process of its own, and measure it.

    Args:
        config_files: as for ``--config_file``, seen from the repository's root.
        settings: further settings by id, such as ``{"amp": False}``.

    Raises:
        DataError, SettingError: what the training ended with.
    """
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_train, list(config_files), dict(settings)).result()


def _train(config_files: list[str], settings: dict[str, Any]) -> TrainingCost:
    os.chdir(ROOT)
    files = [*config_files, _LEAN]
    # as from the command line, where settings that nothing reads are refused
    given = [word for name, value in settings.items() for word in (f"--{name}", str(value))]
    sys.argv = ["monai/bundle/__main__.py", "run", "training", "--config_file", str(files), *given]
    try:
        return _measure(files, settings)
    except Exception as error:
        # what a process hands over has lost its causes
        raise root_user_error(error) or error from None


def _measure(files: list[str], settings: dict[str, Any]) -> TrainingCost:
    import torch
    from ignite.engine import Engine, Events
    from ignite.handlers import Timer
    from monai.bundle import ConfigWorkflow

    workflow = ConfigWorkflow(config_file=files, meta_file=None, logging_file=False, workflow_type="train", **settings)
    workflow.initialize()
    trainer = workflow.parser.get_parsed_content("train#trainer")
    validator = workflow.parser.get_parsed_content("validate#evaluator")
    device = torch.device(workflow.parser.get_parsed_content("device"))
    waiting = Timer().attach(
        trainer, start=Events.EPOCH_STARTED, resume=Events.GET_BATCH_STARTED, pause=Events.GET_BATCH_COMPLETED
    )
    epochs: list[float] = []
    waits: list[float] = []

    def note(engine: Engine) -> None:
        # Ignite's own time of an epoch has no validation in it
        epochs.append(engine.state.times[Events.EPOCH_COMPLETED.name])
        waits.append(waiting.value())

    trainer.add_event_handler(Events.EPOCH_COMPLETED, note)
    workflow.run()
    on_gpu = device.type == "cuda"
    length = trainer.state.epoch_length
    epoch, wait = (statistics.median(times[_WARM_UP:] or times) for times in (epochs, waits))
    return TrainingCost(
        torch.cuda.get_device_name(device) if on_gpu else "cpu",
        epoch,
        epoch / length,
        wait / length,
        torch.cuda.max_memory_allocated(device) if on_gpu else None,
        validator.state.metrics[validator.state.key_metric_name],
    )
