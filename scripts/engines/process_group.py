"""Leaving the process group of a training that ran in several processes."""

from __future__ import annotations

import time

import torch.distributed as dist

__all__ = ["leave_process_group"]

# seconds without the GIL, thousands of times what a worker thread needs to drop its tensors
_GRACE = 0.5


def leave_process_group() -> None:
    """Destroy the default process group, where there is one, and let its worker threads come to rest.

    With gloo a worker thread may still hold the Python tensors of the last collective, and goes on running after the
    group is destroyed (torch 2.13). If the interpreter ends while that thread waits for the GIL, Python ends the thread
    in the middle of C++ code, and the process dies of SIGABRT ("terminate called without an active exception") after a
    training that went well. Sleeping gives the GIL away, so the thread drops its tensors before.
    """
    if dist.is_initialized():
        dist.destroy_process_group()
        time.sleep(_GRACE)
