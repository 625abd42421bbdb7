"""Errors that a user can mend, and a plain way to show them on the command line."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterable
from types import TracebackType

__all__ = ["DataError", "SettingError", "list_problems", "root_user_error", "show_plain_errors"]


class DataError(ValueError):
    """A file or datalist is not what the bundle needs; the message names the file and what to do."""


class SettingError(ValueError):
    """A setting (config value, override) is wrong; the message names the setting and what to do."""


def list_problems(title: str, problems: Iterable[str], most: int = 10) -> str:
    """A title and one line per problem, so that a user mends all in one go; only the first ``most`` are spelled out."""
    problems = list(problems)
    rest = [f"and {len(problems) - most} more"] if len(problems) > most else []
    return "\n  ".join([f"{title}:", *problems[:most], *rest])


def root_user_error(error: BaseException | None) -> DataError | SettingError | None:
    """The deepest user error in the chain of causes, None if there is none.

    MONAI wraps what happens inside a config or a transform several times.
    """
    found = None
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        if isinstance(error, (DataError, SettingError)):
            found = error
        error = error.__cause__ or error.__context__
    return found


def _excepthook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    user_error = root_user_error(error)
    if user_error is None:
        traceback.print_exception(kind, error, trace)
        return
    print(f"\nerror: {user_error}", file=sys.stderr)


def show_plain_errors() -> None:
    """Make an uncaught :class:`DataError` or :class:`SettingError` end the process with its message alone.

    MONAI reports what goes wrong inside a config as "Failed to evaluate ConfigExpression", below a long traceback.
    Every other error keeps its traceback; the exit status stays 1. Called from the ``initialize`` section of the
    configs, so that importing ``scripts`` changes nothing in a process that merely uses it.
    """
    sys.excepthook = _excepthook
