"""Readers of the formats that annotation tools write, one module each."""

from __future__ import annotations

from collections.abc import Callable

__all__ = ["ImageSize"]

#: Width and height (and depth) of the image of a name; of None: of the image that belongs to the annotation file
#: itself. None when there is no such image.
ImageSize = Callable[[str | None], tuple[int, ...] | None]
