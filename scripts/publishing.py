"""Folders of results that are either complete or as they were."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from scripts.errors import DataError, list_problems

__all__ = ["publishing", "relative_path"]


@contextmanager
def publishing(
    out: Path, names: Sequence[str], *, inputs: Iterable[Path] = (), overwrite: bool = False
) -> Iterator[Path]:
    """Gives a temporary folder whose results move to ``out`` when the block ends well; else nothing is left behind.

    Args:
        out: folder to create or to add to; other files in it stay.
        names: files and folders that may be written. One that a former run left and this one does not write is removed.
        inputs: files that are read, and must not lie where something is replaced.
        overwrite: replace what a former run left.

    Raises:
        DataError: some result exists and ``overwrite`` is not set, an input would be replaced, or the folder cannot be
            written.
    """
    _check(out, names, inputs, overwrite)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    except OSError as error:
        raise DataError(
            f"{out} cannot be written ({error.strerror or error}). Choose another folder with --out."
        ) from error
    try:
        temporary.chmod(0o755)
        yield temporary
        out.mkdir(exist_ok=True)
        for name in names:
            if (out / name).is_dir():
                shutil.rmtree(out / name)
            if (temporary / name).exists():
                os.replace(temporary / name, out / name)
            else:
                (out / name).unlink(missing_ok=True)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def relative_path(path: str | Path, folder: Path) -> str:
    """Path from a folder to a file, with forward slashes, as datalists hold it."""
    return Path(os.path.relpath(Path(path).resolve(), folder.resolve())).as_posix()


def _check(out: Path, names: Sequence[str], inputs: Iterable[Path], overwrite: bool) -> None:
    if out.exists() and not out.is_dir():
        raise DataError(f"{out} is a file. Choose another folder with --out.")
    held = [name for name in names if (out / name).exists()]
    if held and not overwrite:
        raise DataError(
            f"{out} holds {', '.join(held)} already. Choose another folder with --out, or replace its results with "
            "--overwrite."
        )
    replaced = {(out / name).resolve() for name in names}
    lost = [path for path in inputs if replaced & {path.resolve(), *path.resolve().parents}]
    if lost:
        title = f"{out} holds files that are needed and would be replaced; choose another folder with --out"
        raise DataError(list_problems(title, map(str, lost)))
