"""Refuses requests that would make a bundle run code, or use files that the server does not offer.

Values of a request become part of a bundle's config, where MONAI evaluates texts that start with ``$``, ``@`` or ``%``
and builds what has a ``_target_``. Plain standard library.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["UnsafeRequestError", "is_plain_name", "refuse_no_object", "refuse_unsafe"]

_EVALUATED = ("$", "@", "%")
_BUILT = "_target_"
#: Runs of a bundle that train; any other name would run another part of its config.
_RUNS = ("", "run", "training")
#: Set by the server itself: it is searched for code.
_OWN = "bundle_path"


class UnsafeRequestError(ValueError):
    """Says what may not be asked for, and what may."""


def is_plain_name(name: Any) -> bool:
    """Whether a name stands for itself: no path, not hidden, nothing that cannot be printed."""
    return isinstance(name, str) and name.isprintable() and not re.search(r"[/\\]|^\.", name)


def refuse_no_object(name: str, text: Any) -> None:
    """Check a field of a form that holds options.

    Args:
        name: of the field.
        text: as it came; an empty one has no options.

    Raises:
        UnsafeRequestError: when it is no JSON object.
    """
    if not text:
        return
    try:
        given = json.loads(text)
    except (TypeError, ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        raise UnsafeRequestError(f'{name} is {text!r:.100}; expected a JSON object, such as {{"device": "cpu"}}')


def refuse_unsafe(request: Any) -> None:
    """Check the options of an inference, a training or a scoring.

    Args:
        request: as parsed from JSON.

    Raises:
        UnsafeRequestError: naming the option.
    """
    _refuse_evaluated(request, "the request")
    if not isinstance(request, Mapping):
        return
    for name, value in request.items():
        allowed = _ALLOWED.get(name)
        # viewers send back a list of choices as they got it; the first of them counts
        for one in value if isinstance(value, (list, tuple)) else [value]:
            if allowed and one is not None and not allowed[0](one):
                raise UnsafeRequestError(f"{name} is {one!r}; expected {allowed[1]}")


def _refuse_evaluated(value: Any, where: str) -> None:
    if isinstance(value, Mapping):
        if _BUILT in value:
            raise UnsafeRequestError(f"{where} has {_BUILT!r}, which a request may not have")
        for key, item in value.items():
            _refuse_evaluated(item, str(key))
    elif isinstance(value, (list, tuple)):
        for item in value:
            _refuse_evaluated(item, where)
    elif isinstance(value, str) and value.lstrip().startswith(_EVALUATED):
        raise UnsafeRequestError(f"{where} is {value!r}; a value may not start with {' '.join(_EVALUATED)}")


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _share(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and -1 <= value < 1


def _text(pattern: str) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None


#: What an option may be, and how to say it.
_ALLOWED: dict[str, tuple[Callable[[Any], bool], str]] = {
    _OWN: (lambda value: False, "nothing, for the server sets it"),
    "device": (_text(r"[A-Za-z][\w ()./:-]*"), "the name of a device, such as cpu or cuda:0"),
    "gpus": (_text(r"(all|\d+(,\d+)*)?"), "all, or numbers with commas between them"),
    "label_tag": (is_plain_name, "a name without / and \\"),
    "logging": (_text(r"(?i)debug|info|warning|error|critical"), "a level, such as INFO"),
    "max_epochs": (_whole, "a whole number from 1 on"),
    "model_filename": (is_plain_name, "a file in the folder models of the bundle"),
    "result_extension": (_text(r"(\.\w+)*"), "the ending of a file, such as .png"),
    "run_id": (lambda value: value in _RUNS, f"one of {', '.join(map(repr, _RUNS))}"),
    "session_id": (is_plain_name, "a name without / and \\"),
    "tracking": (_text(r"(?i)(none|mlflow)?"), "mlflow or None"),
    "val_split": (_share, "a number from -1 to less than 1"),
}
