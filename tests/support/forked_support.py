"""A function in a fork of the test's process."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable


def in_a_fork(work: Callable[[], object]) -> int:
    """Start the work; gives the process, which ends with 0 where the work gives something true, else with 1."""
    process = os.fork()
    if process:
        return process
    status = 2
    try:
        status = 0 if work() else 1
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(status)  # whatever happens, no second pytest may go on


def exit_status(process: int) -> int:
    """Wait for the end of a process."""
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
