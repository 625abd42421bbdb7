"""The datalist of an import: what is there already, and what is new."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bundle.importing.case_lists import SplitPlan, list_cases
from bundle.importing.former_import import FORMAT, LISTS, UNLABELLED, FormerImport, Identity, identity
from bundle.importing.label_values import LabelValues
from bundle.importing.rules import Rules, plain_label
from bundle.importing.source_image import SourceImage
from bundle.importing.stage import CHANGED, NEW, StagedCase
from bundle.importing.subjects import Subjects
from scripts.errors import DataError, list_problems
from scripts.publishing import relative_path

__all__ = ["DataSet", "build_data_set"]

_PROVENANCE = "provenance"
_MOST_NAMED = 3
_VIEW = "field_of_view"
# what an import says of a case; all else was added by hand and stays
_OURS = ("image", "label", "boxes", "boxed_classes", "annotator", "subject", "supervision")


@dataclass
class DataSet:
    """What the data set is after the import.

    Attributes:
        content: of the datalist.
        values: of label maps.
        taken: cases whose files are written.
        kept: cases that have changed, and stay as they were.
        notes: what a person should know.
        changed: whether anything is not as it was.
    """

    content: dict[str, Any]
    values: LabelValues
    taken: list[StagedCase] = field(default_factory=list)
    kept: list[StagedCase] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    changed: bool = True


def build_data_set(
    cases: Sequence[StagedCase],
    images: Sequence[SourceImage],
    former: FormerImport,
    subjects: Subjects,
    values: LabelValues,
    rules: Rules,
    split: SplitPlan,
    *,
    out: Path,
    update: bool,
    views: Mapping[str, Path],
    record: Mapping[str, Any],
) -> DataSet:
    """Add the cases to what is there.

    Args:
        cases: staged.
        images: all images.
        former: what is there.
        subjects: of the images.
        values: of label maps.
        rules: of this import.
        split: how cases are put into lists.
        out: folder of the data set.
        update: whether cases that have changed are taken.
        views: field of view by the key of an image; of other images what is known stays.
        record: of this import, for the provenance.

    Raises:
        DataError: when a subject would be in two lists, is not known where those of earlier imports are, or none is
            left for training.
    """
    _require_subjects(cases, former, subjects, out)
    taken = [case for case in cases if case.status == NEW or (case.status == CHANGED and update)]
    kept = [case for case in cases if case.status == CHANGED and not update]
    if former.content and not taken:
        # names that no label has would be classes that nobody learns
        values, rules = LabelValues(former.classes, former.labels), former.rules
    paths = {image.key: relative_path(image.path, out) for image in images}
    entries = _entries(taken, paths, former, subjects)
    _add_views(entries.values(), {paths[key]: relative_path(view, out) for key, view in views.items()})
    listed = {entry["image"] for entry in entries.values()}
    known = {} if subjects.known else former.subjects()
    unlabelled = {entry["image"]: entry for entry in former.unlabelled}
    unlabelled |= {path: {"image": path, "subject": known.get(path, subjects.of[key])} for key, path in paths.items()}
    written = _written(taken, former)
    content = {
        **former.content,
        "name": former.content.get("name", out.resolve().name),
        "description": former.content.get("description", "Imported from annotations."),
        "classes": values.names,
        "labels": values.drawing,
        "dense_labels": values.dense,
        **{name: [] for name in LISTS if name in former.content},
        **list_cases(entries.values(), former, subjects, split),
        UNLABELLED: [unlabelled[path] for path in sorted(unlabelled.keys() - listed)],
        _PROVENANCE: {
            "format": FORMAT,
            "imports": former.imports,
            "rules": _merged(rules, former.rules).rows(),
            "files": {name: written[name].as_dict() for name in sorted(written)},
        },
    }
    changed = bool(content != former.content or any(case.moves or case.removed for case in taken))
    content[_PROVENANCE]["imports"] = [*former.imports, dict(record)]
    return DataSet(content, values, taken, kept, _orphans(cases, former, out), changed)


def _require_subjects(cases: Sequence[StagedCase], former: FormerImport, subjects: Subjects, out: Path) -> None:
    """Refuse new images of people who may be in the data set already."""
    if subjects.known or not former.subjects_told:
        return
    known = former.subjects()
    new = [case.name.image for case in cases if case.status == NEW and relative_path(case.image.path, out) not in known]
    if new:
        title = (
            "earlier imports were told who is on the images; give --subjects or --subject-pattern for these too, or a "
            "person may be both trained and measured on"
        )
        raise DataError(list_problems(title, new))


def _entries(
    taken: Sequence[StagedCase], paths: Mapping[str, str], former: FormerImport, subjects: Subjects
) -> dict[Identity, dict[str, Any]]:
    """All cases, with the subjects that are known now."""
    entries = {name: dict(entry) for name, entry in former.cases.items()}
    known = {path: subjects.of[key] for key, path in paths.items()} if subjects.known else former.subjects()
    for case in taken:
        image = paths[case.name.image]
        entry: dict[str, Any] = {"image": image}
        for key, value in (("label", case.label), ("boxes", case.boxes), ("annotator", case.name.annotator)):
            if value:
                entry[key] = value
        if case.boxes:
            entry["boxed_classes"] = case.boxed
        entry["subject"] = subjects.of[case.name.image]
        entry["supervision"] = "dense" if case.dense else "coarse"
        name = identity(entry)
        before = entries.pop(name, {})
        if case.label or case.boxes:
            entries[name] = {**entry, **{key: value for key, value in before.items() if key not in _OURS}}
    for entry in entries.values():
        entry["subject"] = known.get(entry["image"], entry["subject"])
    return entries


def _add_views(entries: Iterable[dict[str, Any]], views: Mapping[str, str]) -> None:
    """Give cases the fields of view of their images, those of the datalist's other cases too."""
    entries = list(entries)
    known = {entry["image"]: entry[_VIEW] for entry in entries if entry.get(_VIEW)} | dict(views)
    for entry in entries:
        if entry["image"] in known:
            entry[_VIEW] = known[entry["image"]]


def _written(taken: Sequence[StagedCase], former: FormerImport) -> dict[str, Any]:
    written = dict(former.written)
    for case in taken:
        for name in case.removed:
            del written[name]
        written |= case.files
    return written


def _orphans(cases: Sequence[StagedCase], former: FormerImport, out: Path) -> list[str]:
    """Cases of earlier imports whose annotations are gone."""
    seen = {(relative_path(case.image.path, out), case.name.annotator) for case in cases}
    gone = set()
    for name, owner in former.owners.items():
        record = former.written.get(name)
        if record and owner[:2] not in seen and not any((out / file).exists() for file, _ in record.sources):
            gone.add(owner[0])
    if not gone:
        return []
    named = ", ".join(sorted(gone)[:_MOST_NAMED]) + (" and others" if len(gone) > _MOST_NAMED else "")
    return [
        f"the annotations of {len(gone)} earlier cases are gone ({named}); what was imported from them stays. Take the "
        f"cases out of {out / 'datalist.json'} by hand if they are unwanted"
    ]


def _merged(rules: Rules, former: Rules) -> Rules:
    """All rules, those of this import before earlier ones for the same label."""
    now = {plain_label(rule.label) for rule in rules.rules}
    return Rules([*rules.rules, *(rule for rule in former.rules if plain_label(rule.label) not in now)])
