"""Runs ``python -m monai.bundle run`` in a fork of a process that has imported it, which saves its start."""

from __future__ import annotations

import json
import logging
import os
import runpy
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

from scripts.errors import DataError, SettingError, root_user_error

__all__ = ["ENDED", "TOLD", "CellError", "fork", "run_bundle", "wait_for", "warm_up"]


#: Begins the message of an error that a user can mend, in a log.
TOLD = "error: "
#: Begins the line of a log about a process that crashed; what happened is above it.
ENDED = "ended: "


class CellError(RuntimeError):
    """A training or evaluation crashed."""


def warm_up() -> None:
    """Import what trainings need; nothing is run, so that no threads and no GPU stand in the way of a fork."""
    # else torch's question for a GPU would wake it here, and no fork could use it
    os.environ.setdefault("PYTORCH_NVML_BASED_CUDA_CHECK", "1")
    import fire  # noqa: F401
    import ignite.handlers  # noqa: F401
    import matplotlib.figure  # noqa: F401
    import mlflow  # noqa: F401
    import monai.bundle  # noqa: F401
    import skimage.morphology  # noqa: F401
    import tqdm

    import scripts.data
    import scripts.engines
    import scripts.handlers
    import scripts.losses
    import scripts.metrics
    import scripts.networks
    import scripts.transforms  # noqa: F401

    # its thread might hold a lock while this process forks
    tqdm.tqdm.monitor_interval = 0


def fork(work: Callable[[], object], log: Path) -> int:
    """Start a process that does the work, with its own group and its output added to a log.

    Returns:
        Its id. It ends with 0, or with 1 after an error, which its log has.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    sys.stdout.flush()
    sys.stderr.flush()
    process = os.fork()
    if process:
        return process
    code = 1
    try:
        _write_to(log)
        work()
        code = 0
    except (DataError, SettingError) as error:
        print(f"\n{TOLD}{error}", file=sys.stderr)
    except CellError as error:
        print(f"{ENDED}{error}", file=sys.stderr)
    except BaseException:  # whatever it is, the process must not go on as a second parent
        traceback.print_exc()
    finally:
        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def wait_for(process: int) -> int:
    """Exit status of a process, negative for the signal that ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def run_bundle(arguments: Sequence[str], log: Path, root: Path, threads: int) -> str | None:
    """Run the product's command in a process of its own.

    Args:
        arguments: what follows ``python -m monai.bundle run``.
        log: gets what it prints.
        root: folder to run it in.
        threads: that torch may use.

    Returns:
        None, or the message of the :class:`~scripts.errors.SettingError` that stopped it.

    Raises:
        DataError: the data cannot be used.
        CellError: it crashed.
    """
    reading, writing = os.pipe()

    def work() -> None:
        os.close(reading)
        error = _run(arguments, root, threads)
        if error is not None:
            kind = "setting" if isinstance(error, SettingError) else "data"
            os.write(writing, json.dumps([kind, str(error)[:30000]]).encode())

    process = fork(work, log)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read()
    status = wait_for(process)
    if status:
        raise CellError(f"{arguments[0]} with status {status}")
    if not told:
        return None
    kind, message = json.loads(told)
    if kind == "data":
        raise DataError(message)
    return message


def _run(arguments: Sequence[str], root: Path, threads: int) -> DataError | SettingError | None:
    """Run the command within this process; errors that a user can mend are returned."""
    import torch

    os.chdir(root)
    torch.set_num_threads(threads)
    sys.path.insert(0, str(root))
    sys.argv = ["monai.bundle", "run", *arguments]
    try:
        # its own sys.argv[0] is that of `python -m monai.bundle`
        runpy.run_module("monai.bundle", run_name="__main__", alter_sys=True)
    except SystemExit as stop:
        if stop.code not in (None, 0):
            raise
    except Exception as error:
        user_error = root_user_error(error)
        if user_error is None:
            raise
        print(f"\n{TOLD}{user_error}", file=sys.stderr)
        return user_error
    return None


def _write_to(log: Path) -> None:
    """Let everything that this process prints go to a file."""
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(file, 1)
    os.dup2(file, 2)
    os.close(file)
    sys.stdout = open(1, "w", buffering=1, closefd=False, encoding="utf-8")
    sys.stderr = open(2, "w", buffering=1, closefd=False, encoding="utf-8")
