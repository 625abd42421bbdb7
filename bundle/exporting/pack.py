"""A bundle as one file whose bytes depend on nothing but the bundle's content."""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from collections.abc import Iterable
from pathlib import Path

from scripts.replacing import replacing

__all__ = ["file_digest", "pack"]

_EARLIEST = (1980, 1, 1, 0, 0, 0)
_PLAIN_FILE = 0o100644 << 16
_UNIX = 3


def file_digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def pack(folder: Path, names: Iterable[str], target: Path) -> str:
    """Write a ZIP file, and beside it ``<target>.sha256`` for ``sha256sum --check``.

    The order, the times and the rights of the entries are the same for every export.

    Args:
        folder: of the bundle; its name is the folder in the ZIP file.
        names: paths of the files below the folder, with forward slashes.
        target: of the ZIP file.

    Returns:
        The SHA-256 of the ZIP file.
    """
    checksum = target.with_name(f"{target.name}.sha256")
    checksum.unlink(missing_ok=True)
    with replacing(target) as temporary:
        with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            for name in sorted(names):
                entry = zipfile.ZipInfo(f"{folder.name}/{name}", _EARLIEST)
                entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, _PLAIN_FILE, _UNIX
                entry.file_size = (folder / name).stat().st_size
                with (folder / name).open("rb") as source, archive.open(entry, "w") as packed:
                    shutil.copyfileobj(source, packed, 1 << 20)
    digest = file_digest(target)
    with replacing(checksum) as temporary:
        temporary.write_text(f"{digest}  {target.name}\n", encoding="utf-8")
    return digest
