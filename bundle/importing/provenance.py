"""What was written from what, so that a later import adds only what is new and loses nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bundle.importing.source_image import SourceImage
from scripts.volumes.dicom_series import is_slice

__all__ = ["Written", "image_digest", "label_digest", "sha256"]

# headers with their voxels in a file beside them
_DETACHED = (".nhdr", ".mhd")


def sha256(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def label_digest(label: np.ndarray) -> str:
    """SHA-256 of the size and values of a label map, which do not depend on how a file is compressed."""
    digest = hashlib.sha256("x".join(map(str, label.shape)).encode())
    digest.update(np.ascontiguousarray(label).reshape(-1))
    return digest.hexdigest()


def image_digest(image: SourceImage) -> str:
    """SHA-256 of an image; if it is several files, such as DICOM slices, that of their digests, sorted by name."""
    path = image.path
    if path.is_dir():
        files = sorted(part for part in path.iterdir() if is_slice(part))
    elif path.suffix.lower() in _DETACHED:
        files = sorted(part for part in path.parent.iterdir() if part.is_file() and part.stem == path.stem)
    else:
        return sha256(path)
    return hashlib.sha256("".join(map(sha256, files)).encode()).hexdigest()


@dataclass(frozen=True)
class Written:
    """A file that an import has written.

    Attributes:
        sha256: of the file as it was written.
        content: of a label map its :func:`label_digest`, of boxes the same as ``sha256``.
        image: path of the image, relative to the datalist.
        image_sha256: of the image.
        sources: path of each annotation file with its SHA-256.
        imported: when, ISO 8601.
    """

    sha256: str
    content: str
    image: str
    image_sha256: str
    sources: tuple[tuple[str, str], ...]
    imported: str

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        sources = [{"file": file, "sha256": digest} for file, digest in self.sources]
        return {
            "sha256": self.sha256,
            "content_sha256": self.content,
            "image": self.image,
            "image_sha256": self.image_sha256,
            "sources": sources,
            "imported": self.imported,
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Written:
        """The record of :meth:`as_dict`.

        Raises:
            KeyError: when it is not complete.
        """
        return cls(
            values["sha256"],
            values["content_sha256"],
            values["image"],
            values["image_sha256"],
            tuple((source["file"], source["sha256"]) for source in values["sources"]),
            values["imported"],
        )
