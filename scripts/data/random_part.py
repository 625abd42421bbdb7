"""The random transforms of a pipeline: where they begin, and how they run fast."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from monai.data import get_track_meta, set_track_meta
from monai.transforms import RandomizableTrait, Transform

__all__ = ["is_random", "without_metadata"]


def is_random(transform: Callable) -> bool:
    """Whether a transform is the first that :class:`monai.data.CacheDataset` does not cache."""
    return isinstance(transform, RandomizableTrait) or not isinstance(transform, Transform)


@contextmanager
def without_metadata() -> Iterator[None]:
    """Let MONAI's transforms compute on plain tensors and note nothing of what they do.

    The values are the same. For patches of a few hundred pixels, handing affines from transform to transform takes
    longer than the transforms. The switch is MONAI's own, and of the whole process.
    """
    before = get_track_meta()
    set_track_meta(False)
    try:
        yield
    finally:
        set_track_meta(before)
