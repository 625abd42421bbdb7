"""Reads files of boxes."""

from __future__ import annotations

import json
from pathlib import Path

from scripts.boxes.box_list import Box, check_boxes
from scripts.boxes.coco import CocoBoxes, parse_coco
from scripts.errors import DataError, list_problems

__all__ = ["read_boxes"]


def read_boxes(path: str | Path) -> list[Box] | CocoBoxes:
    """The boxes in a JSON file.

    Args:
        path: of a list of ``{"class": name, "box": corners}``, which is for one image, or of a COCO object.

    Raises:
        DataError: naming the file, when it is missing or not JSON, holds something else, or boxes that are none.
    """
    path = Path(path)
    if not path.is_file():
        state = "is a folder; expected a JSON file with boxes" if path.is_dir() else "does not exist"
        raise DataError(f"{path}: {state}.")
    try:
        # some programs write a byte order mark
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise DataError(f"{path}: cannot be read as JSON ({error}). Export the boxes again.") from error
    if isinstance(content, dict):
        return parse_coco(content, str(path))
    if not isinstance(content, list):
        raise DataError(f"{path}: expected a list of boxes or a COCO object, got {content!r:.100}.")
    boxes, problems = check_boxes(content)
    if problems:
        raise DataError(list_problems(f"{path} has {len(problems)} problem(s)", problems))
    return boxes
