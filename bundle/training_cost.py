"""What a training costs with and without mixed precision: time of an epoch, memory of the GPU, validation metric."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bundle.virtual_environment import ROOT
from scripts.errors import DataError, SettingError, root_user_error

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
        RuntimeError: it crashed; its messages have been shown.
    """
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "result.json"
        request = json.dumps({"config_files": list(config_files), "settings": dict(settings), "result": str(result)})
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-m", "bundle.training_cost"], input=request, text=True, cwd=ROOT, check=False
        )
        told = json.loads(result.read_text(encoding="utf-8")) if result.is_file() else None
    if told is not None and "error" in told:
        raise (DataError if told["kind"] == "data" else SettingError)(told["error"])
    if done.returncode or told is None:
        raise RuntimeError(f"the training ended with status {done.returncode}")
    return TrainingCost(**told)


def _train(config_files: Sequence[str], settings: Mapping[str, Any]) -> TrainingCost:
    import torch
    from ignite.engine import Events
    from monai.bundle import ConfigWorkflow

    files = [*config_files, _LEAN]
    # as from the command line, where settings that nothing reads are refused
    given = [word for name, value in settings.items() for word in (f"--{name}", str(value))]
    sys.argv = ["monai/bundle/__main__.py", "run", "training", "--config_file", str(files), *given]
    workflow = ConfigWorkflow(config_file=files, meta_file=None, logging_file=False, workflow_type="train", **settings)
    workflow.initialize()
    trainer = workflow.parser.get_parsed_content("train#trainer")
    validator = workflow.parser.get_parsed_content("validate#evaluator")
    device = torch.device(workflow.parser.get_parsed_content("device"))
    epochs: list[float] = []
    waits = [0.0]
    # Ignite's own time of an epoch has no validation in it
    trainer.add_event_handler(
        Events.EPOCH_COMPLETED, lambda engine: epochs.append(engine.state.times[Events.EPOCH_COMPLETED.name])
    )
    trainer.add_event_handler(Events.EPOCH_COMPLETED, lambda: waits.append(0.0))
    begun = [0.0]
    trainer.add_event_handler(Events.GET_BATCH_STARTED, lambda: begun.append(time.perf_counter()))
    trainer.add_event_handler(
        Events.GET_BATCH_COMPLETED, lambda: waits.append(waits.pop() + time.perf_counter() - begun[-1])
    )
    workflow.run()
    on_gpu = device.type == "cuda"
    epoch = statistics.median(epochs[_WARM_UP:] or epochs)
    length = trainer.state.epoch_length
    return TrainingCost(
        torch.cuda.get_device_name(device) if on_gpu else "cpu",
        epoch,
        epoch / length,
        # the last entry is begun after the last epoch
        statistics.median(waits[_WARM_UP:-1] or waits[:1]) / length,
        torch.cuda.max_memory_allocated(device) if on_gpu else None,
        validator.state.metrics[validator.state.key_metric_name],
    )


def _main() -> int:
    request = json.load(sys.stdin)
    try:
        told = asdict(_train(request["config_files"], request["settings"]))
    except Exception as error:
        mendable = root_user_error(error)
        if mendable is None:
            raise
        told = {"kind": "data" if isinstance(mendable, DataError) else "setting", "error": str(mendable)}
    Path(request["result"]).write_text(json.dumps(told), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(_main())
