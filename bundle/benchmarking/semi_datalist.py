"""The datalist of a training on a few dense masks and many drawings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from scripts.errors import DataError

__all__ = ["semi_datalist"]


def semi_datalist(
    coarse: Mapping[str, Any], dense: Mapping[str, Any], *, seed: int, share: float = 1 / 6, least: int = 2
) -> dict[str, Any]:
    """Exchange the drawings of some training cases for their dense masks.

    Which cases they are depends on the seed and the number of cases alone, not on ratio and quality.

    Args:
        coarse: content of ``datalist.json``, training on drawings.
        dense: content of ``datalist_dense.json``, the same cases with dense masks.
        seed: seed of the choice.
        share: part of the training cases that become dense.
        least: so many at the least.

    Returns:
        Content of ``datalist_semi.json``.

    Raises:
        DataError: the lists hold other training cases, or none would keep its drawing.
    """
    drawn, masked = coarse["training"], dense["training"]
    if [case["image"] for case in drawn] != [case["image"] for case in masked]:
        raise DataError("the training cases of datalist.json and datalist_dense.json differ. Draw them again.")
    count = max(least, round(share * len(drawn)))
    if count >= len(drawn):
        raise DataError(
            f"{count} of {len(drawn)} training cases would be dense and none drawn. At least {least + 1} are needed."
        )
    chosen = set(np.random.default_rng(seed).permutation(len(drawn))[:count].tolist())
    training = [masked[i] if i in chosen else case for i, case in enumerate(drawn)]
    provenance = {**coarse.get("provenance", {}), "dense_cases": count, "dense_seed": seed}
    return {**coarse, "training": training, "provenance": provenance}
