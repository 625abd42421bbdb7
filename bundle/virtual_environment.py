"""Virtual environments of programs that cannot share that of the bundle.

Plain standard library, as what imports it, since it runs before anything is installed.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import venv
from collections.abc import Callable, Sequence
from pathlib import Path

__all__ = ["ROOT", "build_from_command_line", "install", "make", "python_of", "run"]

ROOT = Path(__file__).resolve().parents[1]


def python_of(environment: Path) -> Path:
    """The interpreter of a virtual environment."""
    return environment / "bin" / "python"


def make(environment: Path) -> None:
    """Make the environment with pip, unless there is one."""
    if not python_of(environment).exists():
        venv.create(environment, with_pip=True)


def run(environment: Path, *arguments: str) -> None:
    """Run the environment's Python; what it prints is left out, errors are not.

    Raises:
        subprocess.CalledProcessError: it failed, and has said why.
    """
    subprocess.run([python_of(environment), *arguments], check=True, stdout=subprocess.DEVNULL)  # noqa: S603


def install(environment: Path, requirements: Path, *options: str) -> None:
    """Install what a file lists; needs a package index.

    Raises:
        subprocess.CalledProcessError: pip failed, and has said why.
    """
    run(environment, "-m", "pip", "install", "--quiet", *options, "--requirement", str(requirements))


def build_from_command_line(
    arguments: Sequence[str] | None, build: Callable[[Path], None], *, of: str, folder: str, refused: str | None
) -> int:
    """The command line of a file that builds an environment: ``--venv FOLDER``.

    Args:
        arguments: None for those of the process.
        build: makes or completes the environment in a folder.
        of: what the environment is of.
        folder: default of ``--venv``, in the repository.
        refused: why this Python does not fit; None where it does.

    Returns:
        The exit status.
    """
    parser = argparse.ArgumentParser(description=f"Build the environment of {of}.")
    parser.add_argument("--venv", type=Path, default=ROOT / folder, help="folder to make or complete")
    environment = parser.parse_args(arguments).venv.resolve()
    if refused:
        print(refused, file=sys.stderr)
        return 1
    try:
        build(environment)
    except subprocess.CalledProcessError as error:
        print(f"{environment} is not complete: {' '.join(map(str, error.cmd[1:]))} failed, see above.", file=sys.stderr)
        return 1
    return 0
