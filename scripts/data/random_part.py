"""The random transforms of a pipeline: where they begin, and how they run fast."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from monai.data import get_track_meta, set_track_meta
from monai.transforms import (
    Compose,
    Invertd,
    LoadImage,
    LoadImaged,
    Orientation,
    Orientationd,
    RandomizableTrait,
    ResampleToMatch,
    ResampleToMatchd,
    SaveImage,
    SaveImaged,
    Spacing,
    Spacingd,
    SpatialResample,
    SpatialResampled,
    Transform,
)

__all__ = ["is_random", "needs_metadata", "without_metadata"]

# these read where the voxels are, or ask for it
_NEED = (
    LoadImage,
    LoadImaged,
    Invertd,
    Orientation,
    Orientationd,
    ResampleToMatch,
    ResampleToMatchd,
    SaveImage,
    SaveImaged,
)
_NEED += (Spacing, Spacingd, SpatialResample, SpatialResampled)

_lock = threading.Lock()
_inside = 0
_before = True


def is_random(transform: Callable) -> bool:
    """Whether a transform is the first that :class:`monai.data.CacheDataset` does not cache."""
    return isinstance(transform, RandomizableTrait) or not isinstance(transform, Transform)


def needs_metadata(transform: Compose) -> bool:
    """Whether what follows the first random transform has to know where the voxels are, or is lazy."""
    # not of the flat list: all of a nested pipeline counts as random
    first = transform.get_index_of_first(is_random)
    later = [] if first is None else Compose(transform.transforms[first:]).flatten().transforms
    return bool(transform.lazy) or any(isinstance(part, _NEED) or getattr(part, "lazy", False) for part in later)


@contextmanager
def without_metadata() -> Iterator[None]:
    """Let MONAI's transforms compute on plain tensors and note nothing of what they do.

    The values are the same. For patches of a hundred pixels a side, handing affines from transform to transform takes
    about as long as the transforms. The switch is MONAI's own, and of the whole process: what another thread loads
    meanwhile has no metadata either. The last thread to leave puts it back.
    """
    global _inside, _before
    with _lock:
        if _inside == 0:
            _before = get_track_meta()
        _inside += 1
        set_track_meta(False)
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if _inside == 0:
                set_track_meta(_before)
