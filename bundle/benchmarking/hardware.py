"""What a result was obtained with: machine, libraries and code."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

import torch

from bundle.exporting import manifest

__all__ = ["code_version", "hardware_name", "library_versions"]


def hardware_name() -> str:
    """The GPU's name, or the processor's with the number of cores and of threads that torch uses.

    Not to be called in a process that forks afterwards: it may wake the GPU.
    """
    if torch.cuda.is_available():
        return torch.cuda.get_device_name()
    threads = torch.get_num_threads()
    return f"{_processor()}, {os.cpu_count()} cores, {threads} thread{'s' if threads != 1 else ''} per training"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return next(iter(names), "") or platform.processor() or platform.machine()


def library_versions() -> dict[str, str]:
    """Versions of torch, MONAI and Python."""
    return {**{name: version(name) for name in ("torch", "monai")}, "python": platform.python_version()}


def code_version(folder: Path) -> str:
    """The commit of a repository, with ``+changes`` where code or configs differ from it; empty without one."""
    found = manifest.code_version(folder)
    if found["commit"] is None:
        return ""
    return f"{found['commit']}+changes" if found["commit_has_changes"] else found["commit"]
