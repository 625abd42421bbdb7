"""Lays out the app and runs the server until it is stopped."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from bundle.serving.checks import is_loopback
from bundle.virtual_environment import ROOT, python_of
from scripts.errors import SettingError

__all__ = ["environment_folder", "lay_out_app", "run_server", "server_command", "server_variables"]

_APP = Path(__file__).resolve().parent / "app"
#: The parts of an app folder that are ours; MONAI Label adds logs, bin.
_CODE = ("main.py", "guarded.py", "lib")
_MODELS = "model"
#: Seconds until what does not end by itself is killed.
_PATIENCE = 10
# loaded before there is a child, which may not load anything until it has its own program
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_SIGNAL_AT_DEATH_OF_PARENT = 1


def environment_folder() -> Path:
    """The server's environment: ``MONAILABEL_VENV``, or ``.venv-monailabel`` beside the code."""
    return ROOT / os.environ.get("MONAILABEL_VENV", ".venv-monailabel")


def lay_out_app(folder: Path, bundles: Mapping[str, Path]) -> None:
    """Make a folder that MONAI Label runs: a copy of the app, and a link to each bundle.

    Args:
        folder: a new or empty one, or one of a former start, whose logs stay.
        bundles: folders by name.

    Raises:
        SettingError: when the folder holds something else.
    """
    held = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    if (folder.exists() and not folder.is_dir()) or (held and "main.py" not in held):
        raise SettingError(f"{folder} is not the folder of an app; give a new one with --app.")
    models = folder / _MODELS
    models.mkdir(parents=True, exist_ok=True)
    own = [path.name for path in models.iterdir() if not path.is_symlink()]
    if own:
        raise SettingError(f"{models} holds {own[0]}, which is no link to a bundle; give a new folder with --app.")
    for link in models.iterdir():
        link.unlink()
    shutil.rmtree(folder / "lib", ignore_errors=True)
    for name in _CODE:
        source = _APP / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, folder / name)
    for name, bundle in bundles.items():
        (models / name).symlink_to(bundle.resolve(), target_is_directory=True)


def server_command(
    environment: Path, app: Path, studies: Path, models: Sequence[str], host: str, port: int
) -> list[str]:
    """What starts MONAI Label; its own script breaks paths at spaces."""
    return [
        *(str(python_of(environment)), "-m", "monailabel.main", "start_server"),
        *("--app", str(app.resolve()), "--studies", str(studies.resolve())),
        *("--conf", "models", ",".join(models)),
        *("--host", host, "--port", str(port), "--uvicorn_app", "guarded:app"),
    ]


def server_variables(
    environment: Path, app: Path, host: str, *, scoring: bool = True, temporary: Path | None = None
) -> dict[str, str]:
    """The variables of the server's process.

    Args:
        environment: virtual environment, whose programs come first.
        app: folder of the app; gets the images of those who do not want them in the studies.
        host: at which the server listens; if others reach it, it may be called by any name.
        scoring: score images whenever the model changes.
        temporary: folder that nobody else can read, for images and labels on their way.
    """
    variables = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "PYTHONHOME")}
    variables |= {
        "PATH": f"{python_of(environment).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "VIRTUAL_ENV": str(environment),
        "PYTHONNOUSERSITE": "1",
        "MONAI_LABEL_AUTO_UPDATE_SCORING": str(scoring).lower(),
        "MONAI_LABEL_SESSION_PATH": str(app.resolve() / "sessions"),
        # a name that leads here from elsewhere is how pages get around what browsers forbid them
        "COARSE_LABEL_HOSTS": "127.0.0.1,localhost,::1,[::1]" if is_loopback(host) else "*",
    }
    if temporary:
        variables["TMPDIR"] = str(temporary.resolve())
    return variables


def run_server(command: Sequence[str], variables: Mapping[str, str], folder: Path) -> int:
    """Run the server until it ends, or until this process is interrupted or terminated.

    Args:
        command: of the server.
        variables: of its environment.
        folder: to run in; MONAI Label reads a file ``.env`` there, so it is not the user's own.

    Returns:
        The exit status: 0 when it was stopped.
    """
    with _terminate_as_interrupt():
        server = subprocess.Popen(  # noqa: S603
            command,
            env=dict(variables),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            preexec_fn=_end_with_parent,  # noqa: PLW1509
        )
        try:
            return server.wait()
        except KeyboardInterrupt:
            return 0
        finally:
            _end(server)


def _end_with_parent() -> None:
    """On Linux, end the server when this process is killed: it would go on, unseen, and keep the port."""
    if _LIBC is not None:
        _LIBC.prctl(_SIGNAL_AT_DEATH_OF_PARENT, signal.SIGTERM)


def _end(server: subprocess.Popen) -> None:
    """End the server and what it started; a training would keep it from ending by itself."""
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, signal.SIG_IGN)  # an impatient second Ctrl-C must not leave a training behind
    left = [*_descendants(server.pid), server.pid] if server.poll() is None else []
    _send(signal.SIGTERM, left)
    with suppress(subprocess.TimeoutExpired):
        server.wait(_PATIENCE)
    _send(signal.SIGKILL, set(left) & set(_parents()))
    server.wait()


def _send(sign: signal.Signals, processes: Iterable[int]) -> None:
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process, sign)


def _parents() -> dict[int, int]:
    """The parent of every process that runs."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True)  # noqa: S607
    return {int(child): int(parent) for child, parent in map(str.split, listed.stdout.splitlines())}


def _descendants(process: int) -> list[int]:
    parents = _parents()
    found = [process]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found[1:]


@contextmanager
def _terminate_as_interrupt() -> Iterator[None]:
    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    # a shell that starts it in the background has both ignored
    former = {sign: signal.signal(sign, interrupt) for sign in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for sign, handler in former.items():
            signal.signal(sign, handler)
