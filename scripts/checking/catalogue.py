"""All checks of a data set by name."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CHECKS", "ERROR", "WARNING", "Check"]

ERROR = "error"
WARNING = "warning"


@dataclass(frozen=True)
class Check:
    """A named check.

    Attributes:
        name: as in reports.
        severity: ``error`` if no sound model can come of it, else ``warning``.
        title: what is wrong, in a few words.
        group: what it looks at.
    """

    name: str
    severity: str
    title: str
    group: str


_TABLE = {
    "datalist": (
        ("datalist-unreadable", ERROR, "the datalist is missing or is no JSON object"),
        ("section-missing", ERROR, "there are no training or no validation cases"),
        ("entry-incomplete", ERROR, "a case lacks its image, or both label and boxes, or a key holds nonsense"),
        ("unknown-key", WARNING, "a case has a key that is not read and looks like a misspelt one"),
        ("case-twice", WARNING, "the same image and label stand in the datalist twice"),
        ("label-table", ERROR, "a label table names unknown classes, or a value twice"),
    ),
    "files": (
        ("file-missing", ERROR, "a file that the datalist names does not exist"),
        ("broken-link", ERROR, "a symbolic link leads nowhere"),
        ("file-empty", ERROR, "a file has no content"),
        ("file-extension", WARNING, "a file's ending does not fit its content"),
        ("mixed-extensions", WARNING, "endings of one format are spelt in several ways"),
        ("label-is-image", ERROR, "a label is the image itself"),
    ),
    "images": (
        ("image-unreadable", ERROR, "an image cannot be read"),
        ("image-pages", WARNING, "a picture file holds several pages"),
        ("image-turned", ERROR, "EXIF data turn a photograph for display"),
        ("image-not-finite", ERROR, "an image holds NaN or infinite values"),
        ("image-constant", ERROR, "an image has one value throughout"),
        ("image-channels", WARNING, "some images are grey and others in colour, or transparent"),
        ("image-dtype", WARNING, "images have different numbers of bits"),
        ("image-size-outlier", WARNING, "an image is far larger or smaller than the others"),
        ("image-brightness-outlier", WARNING, "an image is far brighter or darker than the others"),
        ("patch-size", WARNING, "an image is smaller than the patches that are cut from it"),
        ("spacing-outlier", WARNING, "the voxels of a volume have an unusual size"),
        ("orientation-differs", WARNING, "the axes of a volume are stored in another order or direction"),
    ),
    "labels": (
        ("label-unreadable", ERROR, "a label map cannot be read"),
        ("label-lossy", ERROR, "a label map is stored in a lossy format"),
        ("label-size", ERROR, "a label map has another size than its image"),
        ("label-grid", ERROR, "a label map lies on another voxel grid than its image"),
        ("label-values", ERROR, "a label map holds values that its table does not name"),
        ("label-damaged", ERROR, "a label map was smoothed, or saved as JPEG once"),
        ("dense-marked-coarse", WARNING, "a drawing leaves nothing undrawn, as a dense mask"),
        ("coarse-marked-dense", ERROR, "a dense mask holds the values of a drawing"),
        ("label-empty", WARNING, "nothing is drawn"),
        ("label-one-kind", WARNING, "a case shows one kind of drawing alone"),
        ("label-little", WARNING, "hardly anything is drawn"),
        ("label-of-another", WARNING, "a label map has the name of another image"),
        ("label-copied", WARNING, "two images have the same label map"),
        ("view-unreadable", ERROR, "a field of view cannot be read or does not fit its image"),
        ("view-empty", WARNING, "a field of view is empty"),
        ("drawn-outside-view", WARNING, "something is drawn outside the field of view"),
        ("annotators-disagree", WARNING, "drawings of one image contradict each other"),
    ),
    "boxes": (
        ("boxes-unreadable", ERROR, "boxes cannot be read"),
        ("box-degenerate", ERROR, "a box has swapped, equal or missing corners"),
        ("box-outside", ERROR, "a box lies outside its image"),
        ("box-cut", WARNING, "a box reaches beyond its image"),
        ("box-class", ERROR, "a box has an unknown class"),
        ("drawn-outside-boxes", WARNING, "a structure is drawn outside all boxes of its class"),
        ("reference-unusable", ERROR, "the reference mask of a boxed case cannot be used"),
    ),
    "set": (
        ("duplicate-image", WARNING, "two cases of one list show the same image"),
        ("duplicate-across-splits", ERROR, "an image stands in two lists"),
        ("near-duplicate", WARNING, "two images look alike"),
        ("subject-in-two-splits", ERROR, "a subject stands in two lists"),
        ("subject-missing", WARNING, "some cases name their subject and others do not"),
        ("validation-not-dense", WARNING, "a validation or test case has no dense mask"),
        ("class-never-drawn", ERROR, "a class does not occur in the training"),
        ("class-not-validated", WARNING, "a class does not occur in the validation"),
        ("one-sided", ERROR, "the training set shows one kind of label alone"),
        ("few-cases", WARNING, "there are too few cases to tell a good model from a bad one"),
        ("check-failed", ERROR, "a case could not be checked"),
    ),
}

#: The checks by name.
CHECKS: dict[str, Check] = {
    name: Check(name, severity, title, group) for group, rows in _TABLE.items() for name, severity, title in rows
}
