"""Whether the files of a case are there, and what may be meant where one is not."""

from __future__ import annotations

import difflib
import os
import re
import stat
import unicodedata
from pathlib import Path

from scripts.checking.finding import Finding

__all__ = ["absent_file", "near_name"]

_NEAR = 0.8
# names of larger folders are only compared without regard to spelling
_MOST_COMPARED = 5000


def absent_file(path: str, kind: str, where: str, *, folder: bool = False) -> Finding | None:
    """What keeps a file from being read at all.

    Args:
        path: absolute.
        kind: what it is, such as "field of view".
        where: the case.
        folder: whether a folder of DICOM slices may stand in its place.

    Returns:
        A finding of ``file-missing``, ``broken-link`` or ``file-empty``; None if there is something to be read.
    """
    link = _broken_link(path)
    if link:
        return Finding(
            "broken-link",
            f"{path}: the {kind} cannot be found, since the link {link} leads to {os.readlink(link)}, which does not "
            "exist. Copy the file itself to its place, or set the link anew.",
            where,
            path,
        )
    try:
        state = os.stat(path)
    except (OSError, ValueError) as error:
        return Finding("file-missing", _missing_message(path, kind, error), where, path)
    if stat.S_ISDIR(state.st_mode):
        return _bad_slice(path, where) if folder else None
    if not stat.S_ISREG(state.st_mode):
        # to read a pipe or a device might never end
        return Finding("file-missing", f"{path}: the {kind} is no file. Correct its path in the datalist.", where, path)
    if state.st_size == 0:
        return _empty(path, f"the {kind}", where)
    return None


def _empty(path: str, what: str, where: str) -> Finding:
    return Finding("file-empty", f"{path}: {what} is an empty file of 0 bytes. Copy or export it again.", where, path)


def _bad_slice(folder: str, where: str) -> Finding | None:
    """A slice of a DICOM folder that is not there; other programs would read the folder without it."""
    try:
        entries = sorted((entry for entry in os.scandir(folder) if entry.name[0] != "."), key=lambda entry: entry.name)
        for entry in entries:
            if entry.is_symlink() and not os.path.exists(entry.path):
                return Finding(
                    "broken-link",
                    f"{entry.path}: the link leads to {os.readlink(entry.path)}, which does not exist, so the series "
                    "may lack a slice. Copy the file itself to its place, or take the link away.",
                    where,
                    entry.path,
                )
            if entry.is_file() and entry.name.lower().endswith(".dcm") and entry.stat().st_size == 0:
                return _empty(entry.path, "a slice of the image", where)
    except OSError:
        return None  # what keeps the folder from being read is said when it is read
    return None


def _broken_link(path: str) -> str:
    """The link on the way to a file that leads nowhere, empty if there is none."""
    steps = [Path(path), *Path(path).parents]
    return next((str(step) for step in steps if os.path.islink(step) and not os.path.exists(step)), "")


def _missing_message(path: str, kind: str, error: Exception) -> str:
    if not isinstance(error, FileNotFoundError):
        reason = getattr(error, "strerror", None) or str(error)
        return f"{path}: the {kind} cannot be reached ({reason}). Correct its path, or who may read its folder."
    slashed = path.replace("\\", "/")
    if slashed != path and os.path.exists(slashed):
        return f'{path}: the {kind} does not exist, but {slashed} does. Write "/" between folders, not "\\".'
    # the first part of the path that is not there
    lost = next(step for step in (*reversed(Path(path).parents), Path(path)) if not os.path.lexists(step))
    near = near_name(lost.name, _listed(lost.parent))
    part = "" if lost == Path(path) else f", there is no folder {lost}"
    found = f'; {lost.parent} holds "{near}"' if near else ""
    advice = "Write the name as it is there, or rename it." if near else "Add it, or correct its path in the datalist."
    return f"{path}: the {kind} does not exist{part}{found}. {advice}"


def _listed(folder: Path) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []


def near_name(name: str, names: list[str]) -> str:
    """The name that was probably meant, empty if none is near.

    Names with other numbers never count, since ``eye_12.png`` is not ``eye_13.png``; leading zeros may differ.

    Args:
        name: that is not there.
        names: that are there.
    """
    plain = _plain(name)
    same = [other for other in names if _plain(other) == plain]
    if same:
        return same[0]
    alike = [other for other in names[:_MOST_COMPARED] if _numbers(other) == _numbers(name)]
    same = [other for other in alike if _stem(other) == _stem(name)]
    return (same or difflib.get_close_matches(name, alike, n=1, cutoff=_NEAR) or [""])[0]


def _plain(name: str) -> str:
    """Without differences that one does not see: case, outer spaces, and ways to write accents."""
    return unicodedata.normalize("NFC", name).casefold().strip()


def _stem(name: str) -> str:
    plain = _plain(name).removesuffix(".gz")
    return plain.rpartition(".")[0] or plain


def _numbers(name: str) -> list[int]:
    return [int(digits) for digits in re.findall(r"[0-9]+", name)]
