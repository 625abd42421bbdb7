"""What files hold, as SHA-256, without reading again what has not changed."""

from __future__ import annotations

import hashlib
import json
import stat
import time
from pathlib import Path

from scripts.replacing import replacing

__all__ = ["FileDigests"]

_DETACHED = (".nhdr", ".mhd")
_HEADER_BYTES = 1 << 16
# a file that was changed just now may be changed again without its times telling
_SETTLED_NS = 2_000_000_000


class FileDigests:
    """SHA-256 of files and folders, kept in an index by what a change would alter: size, times and inode.

    Methods may be called by several threads at a time.

    Args:
        path: of the index; one that is missing or damaged counts as empty.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._known = _read_index(path)
        self._used: dict[str, list] = {}

    def digest(self, path: Path) -> str:
        """Of what a path holds; empty if there is nothing that can be read.

        A folder is all files in it, with their names. A header whose voxels lie in files beside it is all of these.
        """
        try:
            if path.is_dir():
                return _joined({part.name: self._file(part) for part in sorted(path.iterdir()) if part.is_file()})
            if path.suffix.lower() in _DETACHED:
                return _joined({part.name: self._file(part) for part in (path, *_voxel_files(path))})
            return self._file(path)
        except OSError:
            return ""

    def save(self) -> None:
        """Write the index, without files that are gone.

        Raises:
            OSError: when it cannot be written.
        """
        if all(self._known.get(name) == row for name, row in self._used.items()):
            return
        others = {name: row for name, row in self._known.items() if name not in self._used and Path(name).exists()}
        with replacing(self.path) as temporary:
            temporary.write_text(json.dumps({**others, **self._used}), encoding="utf-8")

    def _file(self, path: Path) -> str:
        state = path.stat()
        if not stat.S_ISREG(state.st_mode):
            # to read a pipe would wait for ever
            raise OSError(f"{path} is no file")
        signs = [state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino]
        known = self._known.get(str(path))
        if known and known[:-1] == signs:
            self._used[str(path)] = known
            return known[-1]
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        if not 0 <= time.time_ns() - max(state.st_mtime_ns, state.st_ctime_ns) < _SETTLED_NS:
            self._used[str(path)] = [*signs, digest]
        return digest


def _joined(digests: dict[str, str]) -> str:
    return hashlib.sha256(json.dumps(digests).encode()).hexdigest()


def _voxel_files(header: Path) -> list[Path]:
    """The files beside a NRRD or MetaImage header that it names; all files of the folder if it names none."""
    with header.open("rb") as stream:
        lines = stream.read(_HEADER_BYTES).decode("latin-1").splitlines()
    names = {line.replace("=", ":").rpartition(":")[2].strip() for line in lines}
    beside = [part for part in sorted(header.parent.iterdir()) if part.is_file() and part != header]
    # such as a pattern for the names of many slices
    return [part for part in beside if part.name in names] or beside


def _read_index(path: Path) -> dict[str, list]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    rows = content.items() if isinstance(content, dict) else ()
    return {name: row for name, row in rows if isinstance(row, list) and len(row) == 5 and isinstance(row[-1], str)}
