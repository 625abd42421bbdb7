"""The folders of an import: which may lie in which, and where files wait."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bundle.importing.stage import FOLDERS
from scripts.errors import DataError

__all__ = ["check_apart", "inside", "staging"]


def check_apart(out: Path, images: Path, annotations: Path) -> None:
    """Refuse folders in which an import would read what it writes.

    A data set in a folder of its own within that of the images is fine.

    Args:
        out: of the data set.
        images: where images are looked for.
        annotations: where annotations are looked for.

    Raises:
        DataError: when a folder is that of the data set, or lies where label files are written.
    """
    for option, folder in (("--images", images), ("--annotations", annotations)):
        if folder.resolve() == out.resolve():
            raise DataError(
                f"--out is the folder of {option} ({out}), where label maps of the data set would be taken for images "
                f"or annotations. Give another one, such as {out / 'data_set'}."
            )
        if any(folder.resolve().is_relative_to(out.resolve() / name) for name in FOLDERS):
            raise DataError(
                f"{folder}, the folder of {option}, lies where imports into {out} write their label files. Give "
                "another --out, or move it elsewhere."
            )


def inside(folder: Path, part: Path) -> list[Path]:
    """The second folder, if it lies in the first one; else nothing."""
    whole, inner = folder.resolve(), part.resolve()
    return [part] if inner != whole and inner.is_relative_to(whole) else []


@contextmanager
def staging(out: Path, dry: bool) -> Iterator[Path]:
    """A folder on the disk of the data set, so that files can be moved; of a dry run one that leaves no trace there."""
    place = None if dry else next(path for path in (out, *out.absolute().parents) if path.is_dir())
    with tempfile.TemporaryDirectory(prefix=f".{out.name}.", dir=place, ignore_cleanup_errors=True) as folder:
        yield Path(folder)
