"""Judges the files of a case: endings, a label that is the image, images smaller than a patch."""

from __future__ import annotations

import math
import os

from scripts.checking.finding import Finding
from scripts.checking.record import CaseRecord, ImageFacts, LabelFacts
from scripts.checking.settings import CheckSettings
from scripts.wording import times

__all__ = ["judge_extension", "judge_patch_size", "judge_same_file"]

# DICOM is missing on purpose: its files and folders have any name, or a number
_ENDINGS = {
    "png": (".png",),
    "jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"),
    # photographs of some cameras and phones, which call them JPEG
    "mpo": (".mpo", ".jpg", ".jpeg"),
    "jpeg 2000": (".jp2", ".j2k", ".jpx"),
    "webp": (".webp",),
    "heic": (".heic", ".heif", ".avif"),
    "tiff": (".tif", ".tiff"),
    "bmp": (".bmp", ".dib"),
    "gif": (".gif",),
    "pnm": (".pnm", ".ppm", ".pgm", ".pbm"),
    "nifti": (".nii", ".nii.gz"),
    "nifti (gzip)": (".nii.gz",),
    "nrrd": (".nrrd", ".nhdr"),
    "metaimage": (".mha", ".mhd"),
    "gzip": (".gz",),
}
# share of a patch that an image must fill; a few voxels less do no harm
_LEAST_FILLED = 0.8
# which of x (right), y (front), z (up) an axis of a volume lies along
_ALONG = {"R": 0, "L": 0, "A": 1, "P": 1, "S": 2, "I": 2}


def judge_extension(record: CaseRecord) -> list[Finding]:
    """Image and label whose ending is that of another format."""
    files: list[tuple[str, ImageFacts | LabelFacts | None]] = [("image", record.image), ("label map", record.label)]
    # another name does not mend what JPEG has changed
    lost = {finding.file for finding in record.findings if finding.check == "label-lossy"}
    findings = []
    for kind, facts in files:
        endings = _ENDINGS.get(facts.file_format.strip().lower()) if facts is not None else None
        if facts is None or endings is None or facts.path.lower().endswith(endings) or facts.path in lost:
            continue
        ending = os.path.splitext(facts.path)[1]
        came = f"its name ends in {ending}" if ending else "its name has no ending"
        message = (
            f"{facts.path}: the {kind} is a {facts.file_format} file by its content, but {came}. Expected "
            f"{' or '.join(endings)}, since programs that go by the ending refuse or misread it. Rename it, in the "
            "datalist too, or export it again."
        )
        findings.append(Finding("file-extension", message, record.where, facts.path))
    return findings


def judge_same_file(record: CaseRecord) -> list[Finding]:
    """A label that is the image itself, by path or by content."""
    image, label = record.image, record.label
    if label is None:
        return []
    if os.path.normpath(label.path) == os.path.normpath(image.path):
        same = "the datalist names the image itself as its label"
    elif label.sha256 and label.sha256 == image.sha256:
        same = f"the label is byte by byte the same file as its image {image.path}"
    else:
        return []
    message = f"{label.path}: {same}. Expected a label map; name the right file, or export it again."
    return [Finding("label-is-image", message, record.where, label.path)]


def judge_patch_size(record: CaseRecord, settings: CheckSettings) -> list[Finding]:
    """A training image that leaves much of a patch empty; of volumes as they are trained on."""
    patch = list(settings.patch_size)
    if record.section != "training" or not patch:
        return []
    size, how = _trained_size(record.image, settings)
    if len(size) != len(patch):
        return []
    if math.prod(min(side / whole, 1) for side, whole in zip(size, patch)) >= _LEAST_FILLED:
        return []
    unit = "pixels" if settings.spatial_dims == 2 else "voxels"
    message = (
        f"{record.image.path}: the image measures {times(size)} {unit}{how}, but patches of {times(patch)} are cut "
        "from it (`patch_size`). The training fills up what is missing with zeros that have no label, so that patches "
        "partly show nothing. Expected an image at least as large as a patch. Make `patch_size` smaller (a multiple of "
        "16), or leave it if only few images are so small."
    )
    return [Finding("patch-size", message, record.where, record.image.path)]


def _trained_size(image: ImageFacts, settings: CheckSettings) -> tuple[list[int], str]:
    """Size in the axes of the patch and how it comes about; empty if it is not known.

    A volume is turned to right, front, up and resampled before patches are cut. What is cropped as empty is not known
    here.
    """
    size = list(image.size)
    if settings.spatial_dims == 2 or not size:
        return size, ""
    along = [_ALONG.get(letter) for letter in (image.orientation or "").upper()]
    if sorted(along, key=str) != [0, 1, 2] or len(size) != 3:
        return [], ""
    size = [size[along.index(axis)] for axis in range(3)]
    if settings.spacing is None:
        return size, " to the right, front and up"
    if not image.spacing or len(image.spacing) != 3:
        return [], ""
    sides = [image.spacing[along.index(axis)] for axis in range(3)]
    size = [round((n - 1) * side / new + 1) for n, side, new in zip(size, sides, settings.spacing)]
    return size, f" to the right, front and up, once it is resampled to {times(settings.spacing)} mm (`spacing`)"
