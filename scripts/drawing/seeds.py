"""Seeds that depend on a case's own name only."""

from __future__ import annotations

import zlib

__all__ = ["case_seed"]


def case_seed(seed: int, stem: str) -> int:
    """Seed of one case, so that adding or removing a case changes the drawing of no other.

    Args:
        seed: seed of the whole data set.
        stem: file name of the case without folder and ending.

    Returns:
        An integer in [0, 2**32).
    """
    return zlib.crc32(f"{seed}/{stem}".encode())
