"""Work on many cases in several processes, of which none can spoil the others."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

__all__ = ["Failed", "work_on"]

logger = logging.getLogger(__name__)

# seconds that starting processes takes; work that is done sooner stays in this one
_START_UP = 8.0
_ENDED = "the process that worked on it ended, for lack of memory or by a fault in a library"
# read when libraries are loaded; every process has a core
_THREAD_LIMITS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "ITK_GLOBAL_DEFAULT_NUMBER_OF_THREADS")


class _NoProcesses(Exception):
    """This system starts no processes for us."""


@dataclass(frozen=True)
class Failed:
    """A case that could not be worked on; ``reason`` says why, in one line without a full stop."""

    reason: str


def work_on(
    work: Callable[[Any], Any], items: Sequence[Any], *, workers: int, head_start: float = 2.0
) -> Iterator[tuple[int, Any]]:
    """Do the same with every item.

    What an item raises, and the end of a process that works on it, is the result of this item alone.

    Args:
        work: a function that a fresh process can import.
        items: arguments.
        workers: processes; 1 works in this process.
        head_start: seconds in which this process works alone, to learn whether others are worth while.

    Yields:
        Index of an item and its result or :class:`Failed`, in the order in which they are finished.
    """
    left = deque(enumerate(items))
    started = time.monotonic()
    while left:
        done, elapsed = len(items) - len(left), time.monotonic() - started
        expected = elapsed / done * len(left) if done else 0.0
        if workers > 1 and elapsed >= head_start and (expected > _START_UP or not done):
            break
        index, item = left.popleft()
        yield index, _attempt(work, item)
    suspects: deque[tuple[int, Any]] = deque()
    try:
        while left:
            yield from _share_out(work, left, workers, suspects)
            yield from _by_themselves(work, suspects)
    except _NoProcesses as error:
        logger.warning(f"no further processes can be started ({error}); the rest is done in this one, more slowly.")
        for index, item in (*suspects, *left):
            yield index, _attempt(work, item)


def _share_out(work: Callable, left: deque, workers: int, suspects: deque) -> Iterator[tuple[int, Any]]:
    """Work in a pool until nothing is left or a process dies; ``suspects`` gets what was under way then."""
    running: dict[Future, tuple[int, Any]] = {}
    with _pool(min(workers, len(left))) as pool:
        try:
            while left or running:
                # a few at a time: arguments and results of a large set would fill the memory
                while left and len(running) < 2 * workers:
                    future = _submit(pool, work, left[0][1])
                    running[future] = left.popleft()
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    result = future.result()
                    yield running.pop(future)[0], result
        except BrokenProcessPool:
            suspects += running.values()


def _by_themselves(work: Callable, suspects: deque) -> Iterator[tuple[int, Any]]:
    """Work on one item at a time, so that it is known which one ends its process; ``suspects`` is emptied."""
    while suspects:
        with _pool(1) as pool:
            try:
                _submit(pool, _nothing, None).result()
            except BrokenProcessPool as error:
                raise _NoProcesses(str(error)) from error
            try:
                while suspects:
                    result = _submit(pool, work, suspects[0][1]).result()
                    yield suspects.popleft()[0], result
            except BrokenProcessPool:
                yield suspects.popleft()[0], Failed(_ENDED)


@contextmanager
def _pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    # a forked process would inherit locks that threads of this one hold
    context = multiprocessing.get_context("spawn")
    try:
        pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_start)
    except (OSError, ImportError) as error:  # a system without semaphores
        raise _NoProcesses(str(error)) from error
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _submit(pool: ProcessPoolExecutor, work: Callable, item: Any) -> Future:
    """Hand work to a pool, which starts its processes only then."""
    main, limits = sys.modules["__main__"], {name: os.environ.get(name) for name in _THREAD_LIMITS}
    # a fresh process would import the main module, which may be a script that trains
    sys.modules["__main__"] = ModuleType("__main__")
    os.environ.update(dict.fromkeys(_THREAD_LIMITS, "1"))
    try:
        return pool.submit(_attempt, work, item)
    finally:
        sys.modules["__main__"] = main
        for name, value in limits.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _nothing(_: None) -> None:
    """Shows that a process works at all."""


def _start() -> None:
    """In a new process: leave the keyboard to the main one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.basicConfig(format="%(levelname)s %(message)s")


def _attempt(work: Callable, item: Any) -> Any:
    try:
        return work(item)
    except Exception as error:
        text = (str(error).strip().splitlines() or [""])[0]
        return Failed(f"{type(error).__name__}: {text}".rstrip(" :."))
