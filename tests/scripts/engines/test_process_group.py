"""Leaving the process group."""

import sys
import threading
import time

import torch
import torch.distributed as dist

from scripts.engines import leave_process_group


def test_without_a_group_nothing_happens():
    started = time.monotonic()
    leave_process_group()
    assert time.monotonic() - started < 0.4


def test_a_thread_that_waits_for_the_interpreter_gets_it_before_the_process_ends(tmp_path, monkeypatch):
    dist.init_process_group("gloo", init_method=f"file://{tmp_path / 'store'}", rank=0, world_size=1)
    dist.all_gather([torch.zeros(3)], torch.ones(3))
    may_drop, dropped = threading.Event(), threading.Event()
    destroy = dist.destroy_process_group

    def destroy_and_leave_a_thread_waiting() -> None:
        destroy()
        may_drop.set()

    monkeypatch.setattr(dist, "destroy_process_group", destroy_and_leave_a_thread_waiting)

    def worker() -> None:
        may_drop.wait()
        dropped.set()

    thread = threading.Thread(target=worker)
    thread.start()
    interval = sys.getswitchinterval()
    try:
        # from here on the thread runs only where this one gives the interpreter away
        sys.setswitchinterval(1000)
        leave_process_group()
        assert dropped.is_set() and not dist.is_initialized()
    finally:
        sys.setswitchinterval(interval)
        thread.join()
