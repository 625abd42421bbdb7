"""The folder of one training run."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

import ignite.distributed as idist

from scripts.checkpoints import find_resume_point

__all__ = ["RunFolder", "run_folder"]


@dataclass(frozen=True)
class RunFolder:
    """Where a run keeps its files.

    Attributes:
        name: unique name of the run, also its name in MLflow.
        path: folder of checkpoints, pictures and the executed config.
        resume_from: checkpoint that the run goes on from; empty for a new run.
    """

    name: str
    path: str
    resume_from: str = ""


def run_folder(output_dir: str | Path, method: str, resume: bool | str = False) -> RunFolder:
    """Name a new run by time, method and process, or find the run that is resumed.

    Nothing is created. MLflow merges runs of one name, so no two runs may share one. The processes of a distributed run
    all get the name that the first one made.

    Args:
        output_dir: folder of all runs.
        method: goes into the name, for the reader.
        resume: False for a new run, True for the latest, or the folder or checkpoint of a run.

    Raises:
        SettingError: when there is nothing to resume.
    """
    if resume:
        checkpoint = Path(find_resume_point(resume, output_dir)).resolve()
        folder = checkpoint.parent.parent
        return RunFolder(folder.name, str(folder), str(checkpoint))
    name = f"{time.strftime('%Y%m%d_%H%M%S')}_{method}_{os.getpid()}"
    if idist.get_world_size() > 1:
        name = idist.broadcast(name, src=0)
    return RunFolder(name, str(Path(output_dir) / name))
