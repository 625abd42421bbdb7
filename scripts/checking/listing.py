"""The cases of a datalist, also of one with errors."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from scripts.checking.finding import Finding
from scripts.checking.listing_boxes import ListedBoxes
from scripts.checking.listing_keys import CASE_KEYS, LIST_KEYS, intended_key
from scripts.data.datalist import read_datalist
from scripts.errors import DataError, list_problems
from scripts.labels import SUPERVISIONS

__all__ = ["cases_of_lists", "list_cases"]

_SECTIONS = ("training", "validation", "test")
_PATH_KEYS = ("image", "label", "field_of_view", "reference")
_NAME_KEYS = ("subject", "annotator")
_MOST_NAMED = 5


def list_cases(
    datalist: str | Path, dataset_dir: str | Path | None = None
) -> tuple[list[dict[str, Any]], list[Finding]]:
    """All cases of a datalist that can be looked at, and what is wrong with the list itself.

    Unlike :func:`scripts.data.load_cases` this stops at nothing: what cannot be used of a case is left out of it. Files
    are not looked for, but for those that hold boxes.

    Args:
        datalist: path of the JSON file.
        dataset_dir: folder that relative paths start from; default: the datalist's own folder.

    Returns:
        cases: of training, validation and test, as of ``load_cases``, with absolute paths that may lead through links;
            and also ``where`` (``training[3]``), ``section``, and ``keys``, those of the entry in the datalist.
        findings: what is wrong with the datalist.
    """
    path = Path(os.path.abspath(datalist))
    try:
        content = read_datalist(path)
    except (DataError, OSError) as error:
        return [], [Finding("datalist-unreadable", str(error), file=str(path))]
    except RecursionError:
        return [], [Finding("datalist-unreadable", f"the datalist {path} is nested too deeply.", file=str(path))]
    root = path.parent if dataset_dir is None else Path(os.path.abspath(dataset_dir))
    reader = _Reader(content, path, root)
    for section in _SECTIONS:
        reader.read_section(section)
    return reader.cases, reader.findings()


def cases_of_lists(
    training: Sequence[Mapping[str, Any]], validation: Sequence[Mapping[str, Any]], datalist: str | Path = ""
) -> list[dict[str, Any]]:
    """Cases that were read already, in the form of :func:`list_cases`.

    Args:
        training: the training cases, with absolute paths.
        validation: the validation cases.
        datalist: where they come from, if that is known; named where boxes do not say which file they are from.

    Returns:
        New dicts with ``where``, ``section`` and ``keys``; a case that does not say is ``coarse``, as for
        :class:`scripts.data.CaseDataset`.
    """
    cases = []
    for section, listed in (("training", training), ("validation", validation)):
        for number, entry in enumerate(listed):
            case = {"supervision": "coarse", **entry}
            case |= {key: os.path.abspath(case[key]) for key in _PATH_KEYS if case.get(key)}
            if case.get("boxes") is not None and datalist:
                case.setdefault("boxes_source", str(datalist))
            cases.append(case | {"where": f"{section}[{number}]", "section": section, "keys": list(entry)})
    return cases


class _Reader:
    """Reads the sections of a datalist one after the other.

    Args:
        content: of the datalist.
        path: of the datalist.
        root: folder that relative paths start from.
    """

    def __init__(self, content: dict[str, Any], path: Path, root: Path) -> None:
        self.path = path
        self.root = root
        self.content = content
        self.cases: list[dict[str, Any]] = []
        self.problems: list[Finding] = []
        # where a misspelt key stands, by the key and what was meant
        self.misspelt: dict[tuple[str, str], list[str]] = {}
        self.boxes = ListedBoxes(content, path, root)
        self._note_keys(content, LIST_KEYS, "the top level")

    def findings(self) -> list[Finding]:
        """What was wrong so far."""
        unknown = []
        for (key, meant), places in self.misspelt.items():
            text = (
                f'{self.path}: the key "{key}" is not read. If "{meant}" was meant, rename it; if it is your own, a '
                "name that is less alike keeps this apart. It stands in"
            )
            where = places[0] if "[" in places[0] else ""
            unknown.append(
                Finding("unknown-key", list_problems(text, places, _MOST_NAMED), where=where, file=str(self.path))
            )
        return [*self.problems, *self.boxes.findings, *unknown]

    def read_section(self, section: str) -> None:
        """Read one list of cases; one that is missing is no problem here."""
        entries = self.content.get(section)
        if entries is None:
            return
        if not isinstance(entries, list):
            self._note(section, f'"{section}" must be a list of cases, got {entries!r:.100}')
            return
        for number, entry in enumerate(entries):
            self._read_entry(entry, section, f"{section}[{number}]")

    def _read_entry(self, entry: Any, section: str, where: str) -> None:
        if not isinstance(entry, dict):
            self._note(where, f'expected an object with "image" and "label", got {entry!r:.100}')
            return
        self._note_keys(entry, CASE_KEYS, where)
        tables = {key: self.content[key] for key in ("labels", "dense_labels") if key in self.content}
        default = "coarse" if section == "training" else "dense"
        case = {"supervision": default, **tables, **{k: v for k, v in entry.items() if v not in (None, "")}}
        if case["supervision"] not in SUPERVISIONS:
            self._note(where, f'"supervision" must be "coarse" or "dense", got {case["supervision"]!r:.100}')
            case["supervision"] = default
        lacks_label = "label" not in case
        for key in _PATH_KEYS:
            self._check_path(case, key, where)
        for key in _NAME_KEYS:
            self._check_name(case, key, where)
        if "image" not in case:
            if not entry.get("image"):
                self._note(where, f'needs "image", the path of a file; it has {list(entry)}')
            return
        boxed = self.boxes.add(case, where)
        if lacks_label:
            self._note_lacking(case, section, where, list(entry), boxed=boxed)
        case |= {key: os.path.abspath(self.root / case[key]) for key in _PATH_KEYS if key in case}
        self.cases.append(case | {"where": where, "section": section, "keys": list(entry)})

    def _check_path(self, case: dict[str, Any], key: str, where: str) -> None:
        """Leave a path out that is none."""
        if key in case and not _is_path(case[key]):
            self._note(where, f'"{key}" must be one path, got {case.pop(key)!r:.100}')

    def _check_name(self, case: dict[str, Any], key: str, where: str) -> None:
        """Numbers are names too; leave out what is none."""
        value = case.get(key)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            case[key] = str(value)
        elif value is not None and not isinstance(value, str):
            self._note(where, f'"{key}" must be a name, got {case.pop(key)!r:.100}')

    def _note_lacking(
        self, case: Mapping[str, Any], section: str, where: str, keys: Sequence[str], *, boxed: bool
    ) -> None:
        if section != "training":
            self._note(where, f'needs "label", a dense mask to measure on; it has {keys}')
        elif case["supervision"] == "dense":
            self._note(where, f'needs "label", the mask that makes it dense, or no "supervision"; it has {keys}')
        elif not boxed:
            self._note(where, f'needs "label", or "boxes"; it has {keys}')

    def _note(self, where: str, problem: str) -> None:
        place = where if "[" in where else ""
        text = f"{self.path}: {where}: {problem}. Correct it in the datalist."
        self.problems.append(Finding("entry-incomplete", text, where=place, file=str(self.path)))

    def _note_keys(self, entry: Mapping[str, Any], known: Sequence[str], where: str) -> None:
        for key in entry:
            meant = intended_key(key, known, entry)
            if meant:
                self.misspelt.setdefault((key, meant), []).append(where)


def _is_path(value: Any) -> bool:
    try:
        return isinstance(value, str) and b"\0" not in os.fsencode(value)
    except UnicodeEncodeError:
        return False
