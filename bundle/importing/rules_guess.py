"""Guesses what annotators' label names mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from bundle.importing.marks import BOX
from bundle.importing.rules import BACKGROUND, IGNORED, plain_label

__all__ = ["guess_rules"]

_BETWEEN = r"[ _.\-]+"
_BEFORE = r"^(?:{words})" + _BETWEEN + r"(?P<name>.+)$"
_AFTER = r"^(?P<name>.+)" + _BETWEEN + r"(?:{words})$"
_NEGATIVE = [
    re.compile(_BEFORE.format(words="not|no|non|neg|negative")),
    re.compile(_AFTER.format(words="neg|negative")),
]
_POSITIVE = [re.compile(form.format(words="pos|positive")) for form in (_BEFORE, _AFTER)]
_BACKGROUNDS = {"background", "bg"}
_IGNORES = {"ignore", "ignore*", "ignored", "unknown", "unsure", "uncertain", "void", "unlabelled", "unlabeled"}
# values, colours, and what tools call a label that nobody has named
_NAMELESS = re.compile(r"^(\d+|#[0-9a-f]{6}|(segment|label|class)[ _]?\d+|unclassified|undefined|roi)$")


def guess_rules(found: Iterable[tuple[str, str]], classes: Sequence[str] = ()) -> tuple[list[dict[str, str]], bool]:
    """Guess what names mean.

    ``not X``, ``no X``, ``X negative`` and the like mean "not X", ``bg`` is background, ``unknown`` and the like are
    ignored, rectangles are boxes, every other name is a class. A value, a colour or a tool's default such as
    ``Segment_1`` is no name: it can be guessed only if it is the single one and a single class is expected.

    Args:
        found: names and kinds of the marks.
        classes: the foreground classes that are expected; empty if any may come.

    Returns:
        rows: of the table, as :meth:`Rules.rows`; ``meaning`` is empty where nothing can be guessed.
        complete: whether every meaning was guessed.
    """
    kinds: dict[str, set[str]] = {}
    spelt: dict[str, str] = {}
    for label, kind in found:
        kinds.setdefault(plain_label(label), set()).add(kind)
        spelt.setdefault(plain_label(label), label)
    known = [plain_label(name) for name in classes]
    nameless = [label for label in kinds if _NAMELESS.match(label)]
    rows = []
    for label, label_kinds in kinds.items():
        if label in nameless:
            guessed = known[0] if len(known) == len(nameless) == 1 else ""
        else:
            guessed = _guess(label, known)
        negative = guessed.startswith("not ") or guessed in ("", BACKGROUND, IGNORED)
        if BOX in label_kinds and not negative:
            rows.append({"label": spelt[label], "shape": BOX, "meaning": f"box {guessed}", "width": ""})
            label_kinds = label_kinds - {BOX}
        if label_kinds:
            rows.append({"label": spelt[label], "shape": "", "meaning": guessed, "width": ""})
    return rows, all(row["meaning"] for row in rows)


def _guess(label: str, known: Sequence[str]) -> str:
    """A meaning as text, empty if none can be guessed."""
    plain = _spaced(label)
    if plain in _BACKGROUNDS:
        return BACKGROUND
    if plain in _IGNORES:
        return IGNORED
    prefix = ""
    for patterns, said in ((_NEGATIVE, "not "), (_POSITIVE, "")):
        match = next(filter(None, (pattern.match(label) for pattern in patterns)), None)
        if match:
            prefix, plain = said, _spaced(match["name"])
            break
    if plain in _BACKGROUNDS:
        return prefix + BACKGROUND
    if not known:
        return prefix + plain if plain else ""
    return next((prefix + name for name in known if plain == _spaced(name)), "")


def _spaced(label: str) -> str:
    return re.sub(_BETWEEN, " ", label).strip()
