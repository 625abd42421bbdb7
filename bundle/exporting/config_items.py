"""Looking through the values of a config."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from monai.bundle.reference_resolver import ReferenceResolver

from scripts.errors import SettingError

__all__ = ["evaluated", "read_json", "references", "strings"]


def read_json(path: Path) -> dict[str, Any]:
    """The object in a JSON file.

    Raises:
        SettingError: when there is none.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SettingError(f"{path} cannot be read ({error.strerror or error}). Give another file.") from error
    except ValueError as error:
        raise SettingError(f"{path} is not valid JSON ({error}). Correct it.") from error
    if not isinstance(content, dict):
        raise SettingError(f"{path} must hold a JSON object, got a {type(content).__name__}.")
    return content


def strings(item: Any, where: str = "") -> Iterator[tuple[str, str]]:
    """Every string value in a config, with its id (``train#handlers#0#_target_``)."""
    pairs = item.items() if isinstance(item, dict) else enumerate(item) if isinstance(item, list) else ()
    for key, value in pairs:
        yield from strings(value, f"{where}#{key}" if where else str(key))
    if isinstance(item, str):
        yield where, item


def references(item: Any) -> set[str]:
    """The ids that the expressions, references and macros in a part of a config refer to, with ``#``."""
    found = set()
    for _, text in strings(item):
        if text.startswith("%"):
            found.add(text[1:])
        else:
            found.update(name.replace("::", "#") for name in ReferenceResolver.match_refs_pattern(text))
    return found


def evaluated(parser: Any, name: str, file: str) -> Any:
    """What a setting of a config comes to.

    Args:
        parser: of the config.
        name: id of the setting.
        file: of the config, for the message.

    Raises:
        SettingError: when it cannot be worked out, with the reason at the bottom of MONAI's.
    """
    try:
        return parser.get_parsed_content(name)
    except Exception as error:  # MONAI wraps whatever an expression or a constructor raises
        reason: BaseException = error
        while reason.__cause__ is not None:
            reason = reason.__cause__
        raise SettingError(f"{file}: `{name}` cannot be worked out: {type(reason).__name__}: {reason}.") from error
