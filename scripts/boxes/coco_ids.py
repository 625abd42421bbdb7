"""Ids in the COCO format, by which its annotations refer to images and categories."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

__all__ = ["coco_id", "unknown_ids"]


def coco_id(entry: Mapping[str, Any], key: str) -> float | str | None:
    """The number or text at ``key``; None if there is none."""
    value = entry.get(key)
    return value if isinstance(value, (int, float, str)) and not isinstance(value, bool) else None


def unknown_ids(annotation: Mapping[str, Any], images: Collection, categories: Collection) -> list[str]:
    """What an annotation refers to in vain.

    Args:
        annotation: has ``image_id`` and ``category_id``.
        images: ids of the images.
        categories: ids of the categories.

    Returns:
        A few words for each of the two that is none of the ids.
    """
    return [
        f'its {key} {annotation.get(key)!r:.50} is not in "{part}"'
        for key, part, known in (("image_id", "images", images), ("category_id", "categories", categories))
        if coco_id(annotation, key) not in known
    ]
