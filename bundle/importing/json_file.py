"""Reads JSON files that other programs wrote."""

from __future__ import annotations

import json
import reprlib
from pathlib import Path
from typing import Any

from scripts.errors import DataError

__all__ = ["LIMIT_BYTES", "ends_of", "read_json"]

#: Largest JSON file that is read, 512 MiB; what is in it takes several times as much memory.
LIMIT_BYTES = 512 * 1024**2
_END_BYTES = 4096
_NAMES = {dict: "an object {...}", list: "a list [...]"}


def read_json(path: Path, limit_bytes: int = LIMIT_BYTES, kinds: tuple[type, ...] = (dict,)) -> Any:
    """The content of a JSON file.

    ``NaN`` and ``Infinity``, which JSON has not but some programs write, are read as such.

    Args:
        path: the file, UTF-8 with or without a byte order mark.
        limit_bytes: larger files are refused unread.
        kinds: what the outermost value may be, of dict and list.

    Raises:
        DataError: naming the file, when it is missing, empty, too large, too deeply nested, no JSON, or not of
            ``kinds``.
    """
    try:
        size = path.stat().st_size
        if size > limit_bytes:
            raise DataError(
                f"{path}: expected at most {limit_bytes / 1024**2:,.0f} MiB of JSON, got {size / 1024**2:,.0f}. "
                "Export the annotations in several files, or without the image data."
            )
        text = path.read_bytes().decode("utf-8-sig")
        if not text.strip("\0 \t\r\n"):
            raise DataError(f"{path}: is empty; expected annotations in JSON. Export them again.")
        content = json.loads(text)
    except DataError:
        raise
    except UnicodeDecodeError as error:
        raise DataError(
            f"{path}: expected text in UTF-8, got other bytes ({error.reason}). Export it again."
        ) from error
    except RecursionError as error:
        raise DataError(f"{path}: is nested too deeply to be annotations. Export it again.") from error
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: cannot be read as JSON ({error!s:.200}). Export the annotations again.") from error
    if not isinstance(content, kinds):
        expected = " or ".join(_NAMES[kind] for kind in kinds)
        raise DataError(f"{path}: expected {expected}, got {reprlib.repr(content)}. Is this the right file?")
    return content


def ends_of(path: Path) -> str:
    """The first and the last few KB of a text file, to tell formats apart; empty if it cannot be read."""
    try:
        with path.open("rb") as file:
            head = file.read(_END_BYTES)
            rest = max(path.stat().st_size - _END_BYTES, len(head))
            file.seek(rest)
            tail = file.read(_END_BYTES)
    except OSError:
        return ""
    return f"{head.decode('utf-8-sig', 'replace')}\n{tail.decode('utf-8', 'replace')}"
