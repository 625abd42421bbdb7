"""How much memory and how many processor cores this process may use, and what fits."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch

__all__ = [
    "available_memory",
    "free_device_memory",
    "memory_budget",
    "move_if_it_fits",
    "tensor_bytes",
    "usable_cores",
]

# folder and files of a control group, by its version: what it may use, what it uses, and which part of that is cache
# of files that the system drops when memory is short
_GROUP_FILES = {
    1: ("sys/fs/cgroup/memory", ("memory.limit_in_bytes",), "memory.usage_in_bytes", "total_inactive_file"),
    2: ("sys/fs/cgroup", ("memory.max", "memory.high"), "memory.current", "inactive_file"),
}


def _table(path: Path) -> dict[str, str]:
    """First word of each line and the second; empty where the file cannot be read."""
    try:
        lines = [line.split() for line in path.read_text().splitlines()]
    except OSError:
        return {}
    return {words[0].rstrip(":"): words[1] for words in lines if len(words) > 1}


def _number(path: Path) -> int | None:
    """Of a file that holds nothing else; None where it cannot be read, or says "max"."""
    try:
        return int(path.read_text())
    except (OSError, ValueError):
        return None


def _system_memory(root: Path) -> int | None:
    table = _table(root / "proc/meminfo")
    if "MemAvailable" in table:
        return int(table["MemAvailable"]) * 1024
    for pages in ("SC_AVPHYS_PAGES", "SC_PHYS_PAGES"):
        try:
            return os.sysconf(pages) * os.sysconf("SC_PAGE_SIZE")
        except (AttributeError, ValueError, OSError):  # not on this system
            continue
    return None


def _group_memory(root: Path) -> Iterator[int]:
    """What each control group of this process leaves; a limit of any parent holds for its children."""
    try:
        lines = (root / "proc/self/cgroup").read_text().splitlines()
    except OSError:
        return
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers and "memory" not in controllers.split(","):
            continue
        mount, limits, usage, cache = _GROUP_FILES[1 if controllers else 2]
        group = root / mount / path.lstrip("/")
        # inside a container the path may be the one outside: then only the mount itself is found
        for folder in (group, *group.parents):
            limit = min((n for name in limits if (n := _number(folder / name)) is not None), default=None)
            used = _number(folder / usage)
            if limit is not None and used is not None:
                yield limit - used + int(_table(folder / "memory.stat").get(cache, 0))
            if folder == root / mount:
                break


def available_memory(root: str | Path = "/") -> int | None:
    """Bytes that this process may still use: the least of what the system and the process's control groups leave.

    Args:
        root: folder of ``proc`` and ``sys``.

    Returns:
        The bytes; all memory of a system that does not say what is available (macOS); None where nothing is known.
    """
    known = [n for n in (_system_memory(Path(root)), *_group_memory(Path(root))) if n is not None]
    return max(min(known), 0) if known else None


def _processes() -> int:
    """Of a distributed run on this machine, as ``torchrun`` says."""
    return max(int(os.environ.get("LOCAL_WORLD_SIZE", 1)), 1)


def memory_budget(share: float) -> float:
    """Bytes that make up a share of the available memory, for each process on this machine; inf where not known."""
    available = available_memory()
    return math.inf if available is None else available * share / _processes()


def usable_cores() -> int:
    """Processor cores for this process, at least 1; those it may run on, divided among a run's processes."""
    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:  # not on this system
        cores = os.cpu_count() or 1
    return max(cores // _processes(), 1)


def tensor_bytes(item: Any) -> int:
    """Bytes of all tensors and arrays in dicts and sequences, however nested."""
    if isinstance(item, (torch.Tensor, np.ndarray)):
        return int(item.nbytes)
    if isinstance(item, Mapping):
        return sum(tensor_bytes(value) for value in item.values())
    if isinstance(item, (list, tuple)):
        return sum(tensor_bytes(value) for value in item)
    return 0


def free_device_memory(device: torch.device) -> int:
    """Free bytes of a GPU; 0 for any other device."""
    return torch.cuda.mem_get_info(device)[0] if device.type == "cuda" else 0


def _move(item: Any, device: torch.device) -> Any:
    # a list of tensors holds the places from which crops are drawn, which are read one by one: faster on the CPU
    if not isinstance(item, Mapping):
        return item
    return {key: value.to(device) if isinstance(value, torch.Tensor) else value for key, value in item.items()}


def move_if_it_fits(items: list, device: torch.device, free: int, share: float) -> tuple[list, torch.device]:
    """Move the tensors of cases to a device, all or none.

    Args:
        items: dicts; tensors in lists within them stay where they are.
        device: where to.
        free: bytes of the device.
        share: of them that may be used.

    Returns:
        The items, and the device that they are on.
    """
    if tensor_bytes(items) > free * share:
        return items, torch.device("cpu")
    return [_move(item, device) for item in items], device
