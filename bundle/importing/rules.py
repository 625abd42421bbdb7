"""What annotators' label names mean: a table that a person can read and correct."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bundle.importing.marks import AREA, BOX, LINE
from bundle.importing.stroke_width import StrokeWidth, parse_width
from scripts.errors import DataError, list_problems

__all__ = ["BACKGROUND", "COLUMNS", "IGNORED", "SKIPPED", "Meaning", "Rule", "Rules", "plain_label"]

BACKGROUND, IGNORED, SKIPPED = "background", "ignore", "skip"
#: Columns of the table.
COLUMNS = ("label", "shape", "meaning", "width")

_KINDS = (AREA, LINE, BOX)


@dataclass(frozen=True)
class Meaning:
    """What a mark says.

    Attributes:
        action: ``is``, ``not``, ``box``, ``ignore`` or ``skip``.
        name: of the class; empty for the last two.
    """

    action: str
    name: str = ""

    @classmethod
    def parse(cls, text: str) -> Meaning:
        """The meaning of ``vessel``, ``not vessel``, ``background``, ``box vessel``, ``ignore`` or ``skip``.

        Raises:
            DataError: when the text is empty, or says "not" or "box" of nothing or of the background.
        """
        plain = " ".join(text.split())
        lower = plain.lower()
        if lower in (IGNORED, SKIPPED):
            return cls(lower)
        first, _, rest = plain.partition(" ")
        action = first.lower() if first.lower() in ("not", "box") else "is"
        name = (rest if action != "is" else plain).lower()
        if not name or name in ("not", "box") or (action == "box" and name == BACKGROUND):
            raise DataError(
                f'"{text}" is no meaning. Expected a class such as vessel, or not vessel, background, box vessel, '
                "ignore or skip."
            )
        return cls(action, name)

    def __str__(self) -> str:
        return {"is": self.name, "ignore": IGNORED, "skip": SKIPPED}.get(self.action, f"{self.action} {self.name}")


@dataclass(frozen=True)
class Rule:
    """One row of the table.

    Attributes:
        label: the annotators' name; upper and lower case are the same.
        meaning: what it says.
        shape: ``area``, ``line`` or ``box`` if the rule holds for such shapes alone; empty for all.
        width: of lines with this label; None: that of the whole import.
    """

    label: str
    meaning: Meaning
    shape: str = ""
    width: StrokeWidth | None = None

    @property
    def key(self) -> tuple[str, str]:
        """What no two rules may share."""
        return plain_label(self.label), self.shape


class Rules:
    """The table.

    Args:
        rules: its rows.

    Raises:
        DataError: when two rows are for the same label and shape.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = list(rules)
        self._by_key: dict[tuple[str, str], Rule] = {}
        for rule in self.rules:
            if rule.key in self._by_key:
                raise DataError(
                    f'the label "{rule.label}" has two rules for {rule.shape or "all shapes"}: '
                    f"{self._by_key[rule.key].meaning} and {rule.meaning}. Keep one."
                )
            self._by_key[rule.key] = rule

    def find(self, label: str, kind: str) -> Rule | None:
        """The rule of a label on a kind of shape; that of the shape comes before that of all shapes."""
        plain = plain_label(label)
        return self._by_key.get((plain, kind)) or self._by_key.get((plain, ""))

    def classes(self) -> list[str]:
        """Names of the foreground classes, in the order of the rows."""
        names = [rule.meaning.name for rule in self.rules if rule.meaning.name]
        return [name for name in dict.fromkeys(names) if name != BACKGROUND]

    def boxed(self) -> list[str]:
        """Names of the classes that boxes are given of."""
        return list(dict.fromkeys(rule.meaning.name for rule in self.rules if rule.meaning.action == "box"))

    def rows(self) -> list[dict[str, str]]:
        """The rows as text, as they are written."""
        return [
            {"label": rule.label, "shape": rule.shape, "meaning": str(rule.meaning), "width": str(rule.width or "")}
            for rule in self.rules
        ]

    @classmethod
    def from_rows(cls, rows: Iterable[Mapping[str, str]], source: str) -> Rules:
        """The table of :meth:`rows`, or of a file.

        Raises:
            DataError: listing every row that is none.
        """
        rules, problems = [], []
        for number, row in enumerate(rows, start=2):
            try:
                rules.append(_rule(row))
            except DataError as error:
                problems.append(f"row {number}: {error}")
        if problems:
            raise DataError(list_problems(f"{source}: {len(problems)} rule(s) cannot be used", problems))
        try:
            return cls(rules)
        except DataError as error:
            raise DataError(f"{source}: {error}") from error


def plain_label(label: str) -> str:
    """A label as it is compared: without regard to case and spaces."""
    return " ".join(label.split()).lower()


def _rule(row: Mapping[str, str | None]) -> Rule:
    cells = {key: (row.get(key) or "").strip() for key in COLUMNS}
    if not cells["label"]:
        raise DataError('the column "label" is empty')
    shape = cells["shape"].lower()
    if shape and shape not in _KINDS:
        raise DataError(f'the column "shape" must be empty or one of {list(_KINDS)}, got "{cells["shape"]}"')
    if not cells["meaning"]:
        raise DataError(f'the meaning of "{cells["label"]}" is empty; fill it in, or write skip')
    width = parse_width(cells["width"]) if cells["width"] else None
    return Rule(cells["label"], Meaning.parse(cells["meaning"]), shape, width)
