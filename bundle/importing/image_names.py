"""The names that annotations share with their images."""

from __future__ import annotations

import re
import unicodedata

from scripts.data.image_folder import PICTURES
from scripts.volumes import VOLUME_SUFFIXES

__all__ = ["image_suffix", "name_parts", "shorter_names"]

# what tools and people add to the name of an image, with a number where there are several
_WORDS = "labels?|seg|segmentation|masks?|annotations?|drawings?|markups?|roi"
_ADDED = re.compile(rf"[ _.\-]+({_WORDS})([ _.\-]?\d+)?$", re.I)
# segmentations that 3D Slicer saves beside the volumes, with an ending of volumes
_SEGMENTATION = (".seg.nrrd", ".seg.nhdr", ".seg.nii.gz")


def image_suffix(name: str) -> str:
    """The ending by which a file is an image, in lower case; empty for others."""
    lower = name.lower()
    if lower.endswith(_SEGMENTATION):
        return ""
    return max((suffix for suffix in (*PICTURES, *VOLUME_SUFFIXES) if lower.endswith(suffix)), key=len, default="")


def shorter_names(name: str) -> list[str]:
    """A name, and what is left of it without what was added to the image's, the longest first.

    ``left.jpg_seg`` may belong to ``left.jpg_seg`` or to ``left``.

    Args:
        name: of an annotation, without its ending, maybe with folders.
    """
    names = [name]
    while True:
        shorter = _ADDED.sub("", names[-1])
        shorter = shorter[: len(shorter) - len(image_suffix(shorter))]
        if shorter == names[-1] or not shorter.rpartition("/")[2]:
            return names
        names.append(shorter)


def name_parts(name: str) -> tuple[str, ...]:
    """Folders and name, however they are separated and composed; macOS writes letters with accents in two parts."""
    plain = unicodedata.normalize("NFC", name).replace("\\", "/")
    return tuple(part for part in plain.split("/") if part not in ("", ".", ".."))
