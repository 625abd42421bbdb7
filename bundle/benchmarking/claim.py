"""A file that one process at a time has for itself."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["claim"]


@contextmanager
def claim(path: Path, *, wait: bool) -> Iterator[bool]:
    """Whether this process has the file for itself; a process that dies gives it back.

    Args:
        path: of the file, which is made and stays.
        wait: until another process gives it back, instead of giving False.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        yield True
