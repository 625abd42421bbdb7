"""The data set that earlier imports into the same folder have made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from bundle.importing.provenance import Written
from bundle.importing.rules import Rules
from bundle.importing.subjects import SECTIONS
from scripts.data.datalist import read_datalist
from scripts.errors import DataError

__all__ = ["FORMAT", "LISTS", "UNLABELLED", "FormerImport", "Identity", "identity", "read_former"]

#: Name of this kind of provenance; another number means that it cannot be added to.
FORMAT = "import 1"
#: All lists of cases with labels; the last one holds what may not be trained on and cannot be measured on.
LISTS = (*SECTIONS, "held_back")
UNLABELLED = "unlabelled"

#: What no two cases share: image, annotator and kind of label.
Identity = tuple[str, str, str]


@dataclass
class FormerImport:
    """What is there already; all empty for a new folder.

    Attributes:
        content: of the datalist.
        entries: cases by list.
        classes: names of the foreground classes.
        labels: table of drawings.
        rules: of the earlier imports.
        written: files by their path relative to the datalist.
        imports: one record for each earlier import.
        unlabelled: images without a label.
    """

    content: dict[str, Any] = field(default_factory=dict)
    entries: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    classes: list[str] = field(default_factory=list)
    labels: dict[str, int] = field(default_factory=dict)
    rules: Rules = field(default_factory=lambda: Rules([]))
    written: dict[str, Written] = field(default_factory=dict)
    imports: list[dict[str, Any]] = field(default_factory=list)
    unlabelled: list[dict[str, Any]] = field(default_factory=list)

    @cached_property
    def cases(self) -> dict[Identity, dict[str, Any]]:
        """The cases of all lists; not to be changed."""
        return {identity(entry): entry for cases in self.entries.values() for entry in cases}

    @cached_property
    def owners(self) -> dict[str, Identity]:
        """The case that has a file, by the path of the file."""
        return {name: case for case, entry in self.cases.items() for name in files_of(entry)}

    def subjects(self) -> dict[str, str]:
        """Subject by the path of its image, labelled or not."""
        entries = (*self.unlabelled, *self.cases.values())
        return {entry["image"]: entry.get("subject", entry["image"]) for entry in entries}

    @property
    def subjects_told(self) -> bool:
        """Whether an earlier import was told the subjects."""
        return any(record.get("subjects") for record in self.imports)


def identity(entry: Mapping[str, Any]) -> Identity:
    """What no two cases of a data set share."""
    return entry["image"], entry.get("annotator", ""), entry["supervision"]


def files_of(entry: Mapping[str, Any]) -> list[str]:
    """Paths of a case's label map and boxes, if it has them."""
    return [entry[key] for key in ("label", "boxes") if entry.get(key) and isinstance(entry[key], str)]


def read_former(out: Path) -> FormerImport:
    """What earlier imports have written to a folder.

    Raises:
        DataError: when its datalist is not one of an import, or damaged.
    """
    path = out / "datalist.json"
    if out.exists() and not out.is_dir():
        raise DataError(f"{out} is a file. Choose another folder with --out.")
    if not path.exists():
        return FormerImport()
    content = read_datalist(path)
    provenance = content.get("provenance")
    if not isinstance(provenance, Mapping) or provenance.get("format") != FORMAT:
        raise DataError(f"{path} was not written by an import, so nothing is added to it. Choose another --out.")
    try:
        return FormerImport(
            content=content,
            entries={name: [_entry(entry, name) for entry in content.get(name, ())] for name in LISTS},
            classes=[str(name) for name in content["classes"]][1:],
            labels={str(name): int(value) for name, value in content["labels"].items()},
            rules=Rules.from_rows(provenance["rules"], str(path)),
            written={_own(name): Written.from_dict(record) for name, record in provenance["files"].items()},
            imports=[dict(record) for record in provenance["imports"]],
            unlabelled=[{**entry, "image": str(entry["image"])} for entry in content.get(UNLABELLED, ())],
        )
    except DataError:
        raise
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise DataError(
            f"{path}: is damaged ({error!r}), so it is not known what was imported. Restore it, or import into another "
            "--out."
        ) from error


def _own(name: str) -> str:
    """The path of a written file; one that leads elsewhere is refused, since an update removes what is gone."""
    if PurePosixPath(name).is_absolute() or ".." in name.replace("\\", "/").split("/"):
        raise ValueError(f"{name} lies outside")
    return name


def _entry(entry: Mapping[str, Any], section: str) -> dict[str, Any]:
    """A case, with what one that was added by hand may lack."""
    supervision = "coarse" if section == "training" else "dense"
    return {"subject": entry["image"], "supervision": supervision, **entry}
