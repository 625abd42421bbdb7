"""A bundle as one file whose bytes depend on nothing but the bundle's content."""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from collections.abc import Iterable
from pathlib import Path

from scripts.errors import DataError
from scripts.replacing import replacing

__all__ = ["file_digest", "pack"]

_EARLIEST = (1980, 1, 1, 0, 0, 0)
_PLAIN_FILE = 0o100644 << 16
_UNIX = 3


def file_digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def pack(folder: Path, names: Iterable[str], target: Path, *, root: str | None = None) -> str:
    """Write a ZIP file, and beside it ``<target>.sha256`` for ``sha256sum --check``.

    The order, the times and the rights of the entries are the same for every export. Where one of the two files cannot
    be written, both are as they were.

    Args:
        folder: of the bundle.
        names: paths of the files below the folder, with forward slashes.
        target: of the ZIP file.
        root: name of the folder in the ZIP file; None for that of ``folder``.

    Returns:
        The SHA-256 of the ZIP file.

    Raises:
        DataError: when a file cannot be written.
    """
    checksum = target.with_name(f"{target.name}.sha256")
    for path in (target, checksum):
        if path.is_dir():
            raise DataError(f"{path} is a folder; expected a file to write. Move it away, or choose another --out.")
    try:
        # both are complete before the first takes its place
        with replacing(checksum) as sum_file, replacing(target) as zip_file:
            _write_zip(zip_file, folder, names, root or folder.name)
            digest = file_digest(zip_file)
            sum_file.write_text(f"{digest}  {target.name}\n", encoding="utf-8")
            # a stop between the two leaves no ZIP file with the checksum of another
            checksum.unlink(missing_ok=True)
    except OSError as error:
        raise DataError(
            f"{target} cannot be written ({error.strerror or error}). Make room there, choose another --out, or export "
            "without --zip."
        ) from error
    return digest


def _write_zip(target: Path, folder: Path, names: Iterable[str], root: str) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(names):
            entry = zipfile.ZipInfo(f"{root}/{name}", _EARLIEST)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, _PLAIN_FILE, _UNIX
            entry.file_size = (folder / name).stat().st_size
            with (folder / name).open("rb") as source, archive.open(entry, "w") as packed:
                shutil.copyfileobj(source, packed, 1 << 20)
