"""What a file is by its content, whatever its name says."""

from __future__ import annotations

import hashlib
import io
import os
import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

__all__ = ["FileContent", "file_format", "folder_digest", "read_content"]

# files up to this many bytes are read once and decoded from memory
_IN_MEMORY = 256 * 2**20
_HEAD = 4096
_NIFTI_HEADER = 352

_STARTS: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"II+\x00", "TIFF"),
    (b"MM\x00+", "TIFF"),
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"\x00\x00\x00\x0cjP  ", "JPEG 2000"),
    (b"\xff\x4f\xff\x51", "JPEG 2000"),
    (b"NRRD000", "NRRD"),
    (b"%PDF", "PDF"),
    (b"PK\x03\x04", "ZIP"),
    (b"\x89HDF", "HDF5"),
    (b"version https://git-lfs", "Git LFS pointer"),
)
_PATTERNS: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), "WebP"),
    (re.compile(rb".{4}ftyp(heic|heix|hevc|mif1|msf1|avif)", re.DOTALL), "HEIC"),
    (re.compile(rb"P[1-6]\s"), "PNM"),
    (re.compile(rb"\s*(ObjectType|NDims|Comment)\s*="), "MetaImage"),
    (re.compile(rb"(\xef\xbb\xbf)?\s*<(!doctype\s+html|html)", re.IGNORECASE), "HTML"),
    (re.compile(rb"(\xef\xbb\xbf)?\s*<(\?xml|svg)", re.IGNORECASE), "XML"),
)


@dataclass(frozen=True)
class FileContent:
    """A file that was read.

    Attributes:
        path: of the file.
        sha256: of its bytes.
        file_format: see :func:`file_format`.
        data: its bytes; None for a file too large for that.
    """

    path: Path
    sha256: str
    file_format: str
    data: bytes | None = None

    def open(self) -> BinaryIO:
        """A stream from the beginning of the file."""
        return self.path.open("rb") if self.data is None else io.BytesIO(self.data)


def read_content(path: str | Path, *, keep: bool = True) -> FileContent:
    """Read a file once.

    Args:
        path: of a regular file.
        keep: whether its bytes are wanted.

    Raises:
        OSError: when it cannot be read.
    """
    path = Path(path)
    with path.open("rb") as stream:
        if keep and os.fstat(stream.fileno()).st_size <= _IN_MEMORY:
            data = stream.read()
            return FileContent(path, hashlib.sha256(data).hexdigest(), file_format(data[:_HEAD]), data)
        head = stream.read(_HEAD)
        stream.seek(0)
        return FileContent(path, hashlib.file_digest(stream, "sha256").hexdigest(), file_format(head))


def folder_digest(folder: str | Path) -> str:
    """SHA-256 of all files of a folder, whatever their names and their order; hidden ones do not count.

    Raises:
        OSError: when one cannot be read.
    """
    files = (entry for entry in Path(folder).iterdir() if entry.is_file() and not entry.name.startswith("."))
    digests = sorted(read_content(file, keep=False).sha256 for file in files)
    return hashlib.sha256("".join(digests).encode()).hexdigest()


def file_format(head: bytes) -> str:
    """Name of a format.

    Args:
        head: the first bytes of a file, some thousands if it has so many.

    Returns:
        ``PNG``, ``JPEG``, ``TIFF``, ``BMP``, ``GIF``, ``PNM``, ``WebP``, ``JPEG 2000``, ``HEIC``, ``NIfTI`` (also
        compressed), ``NRRD``, ``MetaImage``, ``DICOM``, or a name of something else that is neither a picture nor a
        volume; empty if it is not known.
    """
    known = next((name for start, name in _STARTS if head.startswith(start)), None)
    known = known or next((name for pattern, name in _PATTERNS if pattern.match(head)), None)
    if known:
        return known
    if head[128:132] == b"DICM":
        return "DICOM"
    if head.startswith(b"\x1f\x8b"):
        return "NIfTI" if _is_nifti(_decompressed(head)) else "gzip"
    return "NIfTI" if _is_nifti(head) else ""


def _decompressed(head: bytes) -> bytes:
    """The first bytes of what was compressed by gzip."""
    try:
        return zlib.decompressobj(wbits=31).decompress(head, _NIFTI_HEADER)
    except zlib.error:
        return b""


def _is_nifti(head: bytes) -> bool:
    return head[344:348] in (b"n+1\0", b"ni1\0") or head[4:8] in (b"n+2\0", b"ni2\0")
