"""JSON that people can read, with lists of numbers on one line."""

from __future__ import annotations

import json
import re
from typing import Any

__all__ = ["compact_json"]

# a quoted string, which stays as it is, or a list of numbers over several lines
_STRING_OR_NUMBERS = re.compile(r'"(?:[^"\\]|\\.)*"|\[\s+(-?[\d.][-+\d.eE]*(?:,\s+-?[\d.][-+\d.eE]*)*)\s+\]')


def compact_json(content: Any) -> str:
    """Indented text, with a newline at the end, in which each list of numbers takes one line."""
    return _STRING_OR_NUMBERS.sub(_join, json.dumps(content, indent=1)) + "\n"


def _join(match: re.Match[str]) -> str:
    return match[0] if match[1] is None else f"[{', '.join(match[1].replace(',', ' ').split())}]"
