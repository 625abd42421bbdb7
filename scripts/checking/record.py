"""What is measured of a case, in plain values that can be stored as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from scripts.checking.finding import Finding

__all__ = ["BoxFacts", "CaseRecord", "ImageFacts", "LabelFacts"]


@dataclass
class ImageFacts:
    """What was found in an image.

    Attributes:
        path: absolute.
        readable: whether all below was measured.
        sha256: of the file, of a DICOM folder of all its files; empty if missing.
        file_format: by content, such as ``PNG``, ``JPEG``, ``NIfTI``, ``NRRD``, ``MetaImage``, ``DICOM``.
        size: along each axis of the file's array, x first.
        channels: as stored, transparency included.
        dtype: as stored, such as ``uint8``.
        pixels: sha256 of the values, so that copies in another lossless format are found.
        look: 64-bit difference hash in hex; pictures that look alike differ in few bits. Empty for volumes.
        minimum, maximum, mean, std: of the values; of colours over all channels but transparency.
        spacing: of a voxel along each array axis in mm; None for pictures.
        orientation: of a volume, such as ``RAS``; None for pictures.
    """

    path: str
    readable: bool = False
    sha256: str = ""
    file_format: str = ""
    size: list[int] = field(default_factory=list)
    channels: int = 0
    dtype: str = ""
    pixels: str = ""
    look: str = ""
    minimum: float | None = None
    maximum: float | None = None
    mean: float | None = None
    std: float | None = None
    spacing: list[float] | None = None
    orientation: str | None = None


@dataclass
class LabelFacts:
    """What was found in a label map.

    Attributes:
        path: absolute.
        readable: whether its values could be read.
        decoded: whether the label table names all its values, so that the counts below are known.
        sha256: of the file; empty if missing.
        file_format: by content, as of an image.
        size: along each axis of the file's array, x first.
        values: number of pixels of each value of the file, by value.
        positive: number of pixels drawn as each class; inside the field of view, where there is one.
        negative: number of pixels drawn as "not" each class; inside the field of view.
        ignored: number of pixels that say "ignore".
        outside_view: number of drawn pixels (neither undrawn nor "ignore") outside the field of view; None without one.
        outside_boxes: number of pixels drawn as a boxed class outside all its boxes; None without boxes.
    """

    path: str
    readable: bool = False
    decoded: bool = False
    sha256: str = ""
    file_format: str = ""
    size: list[int] = field(default_factory=list)
    values: dict[int, int] = field(default_factory=dict)
    positive: list[int] = field(default_factory=list)
    negative: list[int] = field(default_factory=list)
    ignored: int = 0
    outside_view: int | None = None
    outside_boxes: int | None = None

    @property
    def pixels(self) -> int:
        """Number of pixels."""
        return sum(self.values.values())

    @property
    def drawn(self) -> int:
        """Number of pixels on which something is said."""
        return sum(self.positive) + sum(self.negative)


@dataclass
class BoxFacts:
    """What was found in the boxes of a case.

    Attributes:
        count: boxes of each class; those that fit the image.
        cut: number of boxes that reach beyond the image.
        complete: the foreground classes that are boxed exhaustively.
    """

    count: list[int] = field(default_factory=list)
    cut: int = 0
    complete: list[str] = field(default_factory=list)


@dataclass
class CaseRecord:
    """A case as it was measured.

    Attributes:
        where: ``training[3]``.
        section: ``training``, ``validation`` or ``test``.
        supervision: ``coarse`` or ``dense``.
        image: facts of the image.
        label: facts of the label map; None where there is none.
        boxes: facts of the boxes; None where the case is not boxed or boxes are not used.
        subject: who is on the image; None where the datalist does not say.
        annotator: who drew; None where the datalist does not say.
        keys: all keys that the datalist's entry has.
        findings: what could not be read or measured, and what the reading alone shows.
        thumbnail: name of the picture in the folder of thumbnails; empty if there is none.
        labels: label table of drawings of this case; empty for that of the settings.
        dense_labels: label table of dense masks of this case; empty for that of the settings.
    """

    where: str
    section: str
    supervision: str
    image: ImageFacts
    label: LabelFacts | None = None
    boxes: BoxFacts | None = None
    subject: str | None = None
    annotator: str | None = None
    keys: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    thumbnail: str = ""
    labels: dict[str, Any] = field(default_factory=dict)
    dense_labels: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> CaseRecord:
        """The record of :meth:`as_dict`, also after it went through JSON."""
        label = dict(values["label"]) if values["label"] else None
        if label:
            label["values"] = {int(value): number for value, number in label["values"].items()}
        return cls(
            **{
                **values,
                "image": ImageFacts(**values["image"]),
                "label": LabelFacts(**label) if label else None,
                "boxes": BoxFacts(**values["boxes"]) if values["boxes"] else None,
                "findings": [Finding(**finding) for finding in values["findings"]],
            }
        )
