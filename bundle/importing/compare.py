"""Compares a case with what earlier imports have made of it, and keeps what people have edited."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bundle.importing.former_import import FormerImport, files_of
from bundle.importing.provenance import Written, sha256
from bundle.importing.stage import CHANGED, NEW, UNCHANGED, StagedCase
from scripts.publishing import relative_path

__all__ = ["compare_case"]


@dataclass
class _Former:
    """Files of a case that earlier imports have written, by what became of them."""

    records: dict[str, Written]
    edited: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)


def compare_case(case: StagedCase, former: FormerImport, out: Path, *, update: bool) -> None:
    """Set the status of a case, which of its files are moved, and what a person should know.

    A file that somebody has edited since it was imported is never replaced. If its annotation has changed too, that is
    a problem as soon as the change is to be taken.

    Args:
        case: with its files written; changed in place.
        former: earlier imports.
        out: folder of the data set; only read.
        update: whether changes are taken.
    """
    image = relative_path(case.image.path, out)
    entry = former.cases.get((image, case.name.annotator, "dense" if case.dense else "coarse"))
    if entry is None:
        _compare_new(case, former, update)
    else:
        _compare_known(case, entry, former, out, update)
    case.problems += _clashes(case, former, set() if entry is None else set(files_of(entry)), out)


def _compare_new(case: StagedCase, former: FormerImport, update: bool) -> None:
    if not case.files:
        return
    case.status = NEW
    if any(name in former.written and name not in former.owners for name in case.files):
        case.status = CHANGED
        case.notes.append("was taken out of datalist.json since it was imported")
    if case.status == NEW or update:
        case.moves = list(case.files)


def _compare_known(case: StagedCase, entry: dict[str, Any], former: FormerImport, out: Path, update: bool) -> None:
    held = files_of(entry)
    before = _look_at(case, {name: former.written[name] for name in held if name in former.written}, out)
    why = _what_changed(case, entry, before)
    if not why:
        case.status = NEW if before.missing else UNCHANGED
        case.files = {name: case.files[name] for name in case.files if name in before.missing}
        case.moves = list(case.files)
        case.notes += [f"{out / name} was missing and is written again" for name in case.moves]
        case.notes += [
            f"{out / name} was edited since it was imported; it is left as it is" for name in sorted(before.edited)
        ]
        return
    case.status = CHANGED
    case.notes += why
    if not update:
        case.notes += [f"{out / name} is missing" for name in sorted(before.missing)]
        return
    lost = before.records.keys() - case.files.keys()
    case.problems += [
        f"{out / name}: was edited since it was imported, and its annotation has changed too. Move the edited file "
        "elsewhere, or leave this annotation out"
        for name in sorted(before.edited & (before.changed | lost))
    ]
    kept = before.edited - before.changed - lost
    case.moves = [name for name in case.files if name not in kept]
    case.removed = sorted(lost - before.missing)
    for name in sorted(kept):
        record = before.records[name]
        case.files[name] = replace(case.files[name], sha256=record.sha256, imported=record.imported)
        case.notes.append(f"{out / name} was edited since it was imported; it is left as it is")


def _look_at(case: StagedCase, records: dict[str, Written], out: Path) -> _Former:
    result = _Former(records)
    for name, record in records.items():
        now = case.files.get(name)
        if now and now.content != record.content:
            result.changed.add(name)
        if not (out / name).exists():
            result.missing.add(name)
        elif sha256(out / name) not in (record.sha256, now.sha256 if now else ""):
            result.edited.add(name)
    return result


def _what_changed(case: StagedCase, entry: dict[str, Any], before: _Former) -> list[str]:
    """What is not as it was; empty if all is."""
    if not case.files:
        return ["nothing is marked any longer"]
    reasons = []
    if before.changed or set(files_of(entry)) != case.files.keys():
        reasons.append("its annotation has changed since it was imported")
    images = {record.image_sha256 for record in before.records.values()}
    if images - {now.image_sha256 for now in case.files.values()}:
        reasons.append("its image has changed since it was imported; see whether the annotation still fits")
    if case.boxes and bool(entry.get("boxed_classes")) != bool(case.boxed):
        reasons.append("whether every object has its box is said otherwise than before")
    return reasons


def _clashes(case: StagedCase, former: FormerImport, held: set[str], out: Path) -> list[str]:
    """Files that would be replaced and are not those of this case."""
    problems = []
    for name in case.moves:
        if name in held:
            continue
        owner = former.owners.get(name)
        if owner is not None:
            whose = f"{owner[0]}{f' by {owner[1]}' if owner[1] else ''}"
            problems.append(
                f"{out / name}: belongs to {whose}, and {case.image.path} would replace it. Give the same --images as "
                "before, or import into another --out"
            )
        elif (out / name).exists():
            written = former.written.get(name)
            if sha256(out / name) not in (case.files[name].sha256, written.sha256 if written else ""):
                problems.append(
                    f"{out / name}: is there already, and no import has written it so. Move it elsewhere, or choose "
                    "another --out"
                )
    return problems
