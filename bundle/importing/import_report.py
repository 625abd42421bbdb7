"""Says what an import did, and what to do next."""

from __future__ import annotations

import shlex

from bundle.importing.import_folder import ImportResult
from bundle.importing.import_request import ImportRequest
from bundle.importing.stage import CHANGED, EMPTY, NEW, UNCHANGED, StagedCase
from bundle.importing.subjects import SECTIONS

__all__ = ["describe_import"]

_MOST_NAMED = 5
_MOST_NOTES = 30
# that the shell reads within double quotes, or that end a name within single ones
_SPECIAL = set("\"'$`\\!")
_FLAVOURS = {False: "configs", True: "configs/volume"}


def describe_import(result: ImportResult, request: ImportRequest, *, dry: bool) -> str:
    """The report for the terminal.

    Args:
        result: of the import.
        request: what was asked for.
        dry: whether nothing was written.
    """
    lines = [*_counts(result), *_notes(result, request)]
    if dry:
        changes = "" if result.data_set.changed else ", and nothing would change"
        return "\n".join([*lines, "", f"Nothing was written, since this is a dry run{changes}."])
    if not result.data_set.changed:
        return "\n".join([*lines, "", "All is as it was, so nothing was written."])
    out, configs = request.out, _FLAVOURS[result.volumes]
    overlaid = f"\"['{configs}/train.json','{out / 'classes.json'}']\""
    if _SPECIAL & set(str(out)):
        overlaid = shlex.quote(repr([f"{configs}/train.json", str(out / "classes.json")]))
    folder = shlex.quote(str(out))
    lines += [
        "",
        f"{out / 'datalist.json'}: the data set. Next, look at it and train:",
        f"  python -m bundle check --config_file {configs}/train.json "
        f"--config_file {shlex.quote(str(out / 'classes.json'))} --dataset_dir {folder}",
        f"  python -m monai.bundle run training --config_file {overlaid} --dataset_dir {folder}",
    ]
    return "\n".join(lines)


def _counts(result: ImportResult) -> list[str]:
    formats = ", ".join(f"{number} {name}" for name, number in sorted(result.scan.formats.items()))
    status = {name: [case for case in result.cases if case.status == name] for name in (NEW, UNCHANGED, CHANGED, EMPTY)}
    content = result.data_set.content
    lists = ", ".join(f"{name} {len(content[name])}" for name in (*SECTIONS, "held_back") if name in content)
    return [
        f"annotation files: {formats}",
        "cases: " + ", ".join(f"{len(cases)} {name}" for name, cases in status.items()),
        f"data set: {lists}, unlabelled {len(content['unlabelled'])}",
        f"classes: {', '.join(content['classes'])}",
    ]


def _notes(result: ImportResult, request: ImportRequest) -> list[str]:
    lines = _case_notes(result) + [f"note: {note}" for note in result.data_set.notes]
    content = result.data_set.content
    kept = [_name(case) for case in result.data_set.kept]
    if kept:
        lines.append(f"note: {_some(kept)} changed since an earlier import and stay as they were; --update takes them")
    empty = [_name(case) for case in result.cases if case.status == EMPTY]
    if empty:
        lines.append(
            f"note: nothing is marked on {_some(empty)}, so they count as unlabelled. If they hold nothing on purpose, "
            "and the annotations are boxes or dense masks, give --empty-counts"
        )
    if result.folder.left_alone:
        lines.append(f"note: no annotations, left alone: {_some([str(path) for path in result.folder.left_alone])}")
    if not result.subjects_known:
        lines.append(
            "note: each image counts as a subject of its own. If a person has several, give --subjects or "
            "--subject-pattern, or the measured quality will be too good"
        )
    if not content["validation"]:
        lines.append(
            "note: the list of validation is empty, but a training needs one. Give --validation; if there are boxes "
            "alone, import dense masks of a few subjects with --dense and --split-again"
        )
    measured = [entry for name in ("validation", "test") for entry in content[name]]
    if any(entry["supervision"] != "dense" for entry in measured):
        lines.append(
            "note: some cases of validation or test are drawings, so quality is agreement with drawings. Import dense "
            "masks of a few subjects with --dense and --split-again"
        )
    cases = [entry for name in SECTIONS for entry in content[name]]
    blind = [entry["image"] for entry in cases if not entry.get("field_of_view")]
    if 0 < len(blind) < len(cases):
        lines.append(f"note: {_some(blind)} have no field of view, other cases have; give --fields-of-view")
    if any("boxes" in entry for entry in content["training"]) and request.boxes_complete:
        lines.append(
            "note: what lies outside all boxes counts as background. If objects were left out, give --boxes-incomplete"
        )
    return lines


def _case_notes(result: ImportResult) -> list[str]:
    """One line for each thing that is to be said, whatever the number of cases."""
    names: dict[str, list[str]] = {}
    for case in result.cases:
        for note in case.notes:
            names.setdefault(note, []).append(_name(case))
    lines = [f"note: {_some(of)}: {note}" for note, of in names.items()]
    rest = [f"note: and {len(lines) - _MOST_NOTES} more such notes"] if len(lines) > _MOST_NOTES else []
    return lines[:_MOST_NOTES] + rest


def _name(case: StagedCase) -> str:
    return f"{case.name.image} ({case.name.annotator})" if case.name.annotator else case.name.image


def _some(names: list[str]) -> str:
    rest = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + rest
