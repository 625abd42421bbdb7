"""Whether the files of a data set are of one kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np

from scripts.checking.finding import Finding
from scripts.checking.record import CaseRecord, ImageFacts
from scripts.checking.set_findings import finding_of, group_by, line_of, one_per_image

__all__ = ["judge_kinds"]

# one format by several names
_SAME_FORMAT = {".jpeg": ".jpg", ".jpe": ".jpg", ".tiff": ".tif"}
# where more volumes lie otherwise than most, they come from several scanners, and none is the odd one out
_MOST_TURNED = 0.25
_ENDINGS = {
    *(".jpg", ".png", ".tif", ".bmp", ".gif", ".ppm", ".pgm"),
    *(".nii", ".gz", ".nrrd", ".nhdr", ".mha", ".mhd"),
}


def judge_kinds(records: Sequence[CaseRecord], spatial_dims: int) -> list[Finding]:
    """Find file endings, channels, numbers of bits and orientations that are not the same in all cases."""
    images = one_per_image(records)
    findings = _endings(records)
    if spatial_dims == 2:
        findings += [*_colour(images), *_transparency(images)]
        findings += _bits(images, "A picture of more than 8 bits is scaled by its own maximum when it is read")
    else:
        findings += _bits(images, "Whoever saved them with 8 bits has scaled them, and not all in the same way")
        findings += _orientation(images)
    return findings


def _endings(records: Sequence[CaseRecord]) -> list[Finding]:
    findings = []
    labels = [record for record in records if record.label]
    for kind, cases, path_of in (
        ("images", records, lambda record: record.image.path),
        ("labels", labels, lambda record: record.label.path),
    ):
        spellings = group_by(cases, lambda record, path_of=path_of: Path(path_of(record)).suffix)
        formats: dict[str, list[str]] = {}
        for spelling in map(str, spellings):
            plain = _SAME_FORMAT.get(spelling.lower(), spelling.lower())
            if plain in _ENDINGS:
                formats.setdefault(plain, []).append(spelling)
        for found in formats.values():
            if len(found) > 1:
                firsts = [spellings[spelling][0] for spelling in found]
                findings.append(
                    finding_of(
                        "mixed-extensions",
                        f"the endings of the {kind} are spelt in several ways, {_counts(spellings, found)}. A tool "
                        "that looks for one of them misses the others. Rename the files; for instance",
                        firsts,
                        [f"{record.where}: {path_of(record)}" for record in firsts],
                        file=path_of(firsts[0]),
                    )
                )
    return findings


def _counts(groups: dict, names: Iterable) -> str:
    return " and ".join(f"{len(groups[name])} {name}" for name in names)


def _rarest(groups: dict) -> list[CaseRecord]:
    """All cases but those of the largest group, which is the first of equals."""
    usual = max(groups, key=lambda name: len(groups[name]))
    return [record for name, group in groups.items() if name != usual for record in group]


def _mixed(check: str, images: Sequence[CaseRecord], kind: Callable[[CaseRecord], str], text: str) -> list[Finding]:
    """A finding where images are of several kinds, with those of the rarer ones."""
    groups = group_by(images, kind)
    if len(groups) < 2:
        return []
    rare = _rarest(groups)
    lines = [line_of(record, kind(record)) for record in rare]
    return [finding_of(check, f"the images differ: {_counts(groups, groups)}. {text}", rare, lines)]


def _colour(images: Sequence[CaseRecord]) -> list[Finding]:
    return _mixed(
        "image-channels",
        images,
        lambda record: "with one channel" if record.image.channels <= 2 else "in colour",
        "Grey pictures become RGB with three equal channels, so a network may tell them apart by that alone. Make sure "
        "that they belong to the same data set",
    )


def _transparent(image: ImageFacts) -> bool:
    # four channels of a JPEG are the inks of a print
    return image.channels == 2 or (image.channels == 4 and image.file_format != "JPEG")


def _transparency(images: Sequence[CaseRecord]) -> list[Finding]:
    return _mixed(
        "image-channels",
        images,
        lambda record: "transparent" if _transparent(record.image) else "not transparent",
        "Transparency is dropped, and what it hid may be anything. Save all pictures without it",
    )


def _bit_count(record: CaseRecord) -> str:
    """Numbers of bits that differ in what they can hold; all above 8 will do for any picture and volume."""
    if record.image.dtype in ("", "bool"):
        return "with 1 bit" if record.image.dtype else ""
    try:
        return "with 8 bits" if np.dtype(record.image.dtype).itemsize == 1 else "with more than 8 bits"
    except TypeError:  # no number
        return ""


def _bits(images: Sequence[CaseRecord], why: str) -> list[Finding]:
    return _mixed(
        "image-dtype",
        images,
        _bit_count,
        f"{why}, so their brightness cannot be compared. Export all images in the same way",
    )


def _orientation(images: Sequence[CaseRecord]) -> list[Finding]:
    groups = group_by(images, lambda record: record.image.orientation)
    if groups and len(_rarest(groups)) > _MOST_TURNED * len(images):
        return []
    return _mixed(
        "orientation-differs",
        images,
        lambda record: f"stored as {record.image.orientation}" if record.image.orientation else "",
        "The training turns all volumes the same way as their headers say, so this does no harm where the headers are "
        "right. Open these in a viewer, and see whether left, front and top are where they belong",
    )
