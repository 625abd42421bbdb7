"""The boxes of a datalist with errors."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scripts.boxes import read_boxes
from scripts.checking.finding import Finding
from scripts.data.case_boxes import CaseBoxes
from scripts.errors import DataError

__all__ = ["ListedBoxes"]

# what is said of boxes with swapped, equal or missing corners
_DEGENERATE = re.compile(r"expected [xyz]0 < |finite numbers \[x0|needs \"class\"|its bbox must be")
_TOP_LEVEL = "the top level's"
_BOX_KEYS = ("boxes", "boxes_source", "boxes_size", "boxed_classes")


class ListedBoxes:
    """Gives cases their boxes, as :class:`scripts.data.case_boxes.CaseBoxes` does; those with errors get none.

    Args:
        content: of the datalist.
        datalist: its path.
        root: folder that relative paths start from.

    Attributes:
        findings: what was wrong so far.
    """

    def __init__(self, content: Mapping[str, Any], datalist: Path, root: Path) -> None:
        self.datalist = datalist
        self.findings: list[Finding] = []
        self._readable: dict[str, bool] = {}
        try:
            self._boxes = CaseBoxes(content, datalist, root)
        except (OSError, ValueError) as error:  # of a path that no file can have
            self._note(f'{_TOP_LEVEL} "boxes": {content.get("boxes")!r:.100} is no path of a file ({error})', "")
            self._boxes = CaseBoxes({**content, "boxes": None}, datalist, root)
        self._shared_lost = any(problem.startswith(_TOP_LEVEL) for problem in self._boxes.problems)
        self._take_problems("")

    def add(self, case: dict[str, Any], where: str) -> bool:
        """Replace what a case says of its boxes by ``boxes``, ``boxed_classes`` and ``boxes_source``.

        Args:
            case: its values as in the datalist, ``image`` as it is written there.
            where: what to call it.

        Returns:
            Whether the case was meant to be boxed; where its boxes cannot be used it has none of the keys.
        """
        meant = case.get("boxes") is not None
        try:
            self._boxes.add(case, where)
        except (OSError, ValueError) as error:
            self._note(f"{where}: its boxes name no path of a file ({error})", where)
            self._forget(case)
            return meant
        own = [problem for problem in self._boxes.problems if problem.startswith(f"{where}:")]
        self._take_problems(where)
        boxed = meant or "boxes" in case
        if boxed and (any('"boxed_classes"' not in problem for problem in own) or not self._usable(case)):
            self._forget(case)
        return boxed

    def _usable(self, case: Mapping[str, Any]) -> bool:
        """Whether boxes that are none mean that somebody found none, not that their file could not be read."""
        source = case.get("boxes_source", "")
        if case.get("boxes") or source == str(self.datalist):
            return True
        if source == str(self._boxes.shared_path):
            return not self._shared_lost
        if source not in self._readable:
            try:
                read_boxes(source)
                self._readable[source] = True
            except DataError:
                self._readable[source] = False
        return self._readable[source]

    @staticmethod
    def _forget(case: dict[str, Any]) -> None:
        for key in _BOX_KEYS:
            case.pop(key, None)

    def _take_problems(self, where: str) -> None:
        for problem in self._boxes.problems:
            self._note(problem, where)
        self._boxes.problems.clear()

    def _note(self, problem: str, where: str) -> None:
        check = "box-degenerate" if _DEGENERATE.search(problem) else "boxes-unreadable"
        if '"boxed_classes" must be' in problem:
            check = "entry-incomplete"
        text = problem if str(self.datalist) in problem else f"{self.datalist}: {problem}"
        text = text.rstrip()
        self.findings.append(Finding(check, text if text.endswith(".") else f"{text}.", where, str(self.datalist)))
