"""Finds images that were moved since they were imported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bundle.importing.former_import import FormerImport
from bundle.importing.provenance import image_digest
from bundle.importing.source_image import SourceImage
from scripts.publishing import relative_path

__all__ = ["follow_images"]


def follow_images(former: FormerImport, images: Sequence[SourceImage], out: Path) -> tuple[FormerImport, list[str]]:
    """Give cases of earlier imports the new paths of their images, which are known by what they hold.

    Args:
        former: earlier imports.
        images: all images of this import.
        out: folder of the data set.

    Returns:
        former: with the paths that hold now, and without unlabelled images that are gone.
        notes: what a person should know.
    """
    recorded = {record.image: record.image_sha256 for record in former.written.values()}
    used = {entry["image"] for entry in former.cases.values()}
    gone = {path for path in used if not (out / path).exists()}
    unlabelled = [entry for entry in former.unlabelled if (out / entry["image"]).exists()]
    if not gone:
        return replace(former, unlabelled=unlabelled), []
    free = {path: image for image in images if (path := relative_path(image.path, out)) not in used}
    by_digest: dict[str, list[str]] = {}
    for path, image in free.items():
        by_digest.setdefault(image_digest(image), []).append(path)
    claims = Counter(recorded.get(path) for path in gone)
    moved = {}
    for path in gone:
        places = by_digest.get(recorded.get(path, ""), [])
        if len(places) == 1 and claims[recorded[path]] == 1:
            moved[path] = places[0]
    notes = [f"{len(moved)} images of earlier cases have moved; the data set follows them"] if moved else []
    lost = sorted(gone - moved.keys())
    if lost:
        notes.append(
            f"the images of {len(lost)} earlier cases are gone ({lost[0]} for one). Put them back, or take these cases "
            f"out of {out / 'datalist.json'}"
        )
    followed = replace(
        former,
        entries={
            name: [{**entry, "image": moved.get(entry["image"], entry["image"])} for entry in cases]
            for name, cases in former.entries.items()
        },
        written={
            name: replace(record, image=moved.get(record.image, record.image))
            for name, record in former.written.items()
        },
        unlabelled=unlabelled,
    )
    return followed, notes
