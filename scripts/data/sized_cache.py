"""A cached dataset that keeps as much as the memory holds."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import torch
from monai.data import CacheDataset

from scripts.data.memory import free_device_memory, memory_budget, move_if_it_fits, tensor_bytes, usable_cores
from scripts.data.random_part import is_random, needs_metadata, without_metadata

__all__ = ["SizedCacheDataset", "reading_threads"]

logger = logging.getLogger(__name__)

_MOST_WORKERS = 4
_STRIDE = 15_485_863  # a prime, so that the cases of one epoch do not share seeds with those of another


def reading_threads(asked: int | None) -> int:
    """Number of threads that read files: what was asked for, or one per core, at most 4."""
    return min(usable_cores(), _MOST_WORKERS) if asked is None else max(asked, 1)


class SizedCacheDataset(CacheDataset):
    """MONAI's :class:`CacheDataset` whose size follows from the data and the memory.

    The cases are put through the deterministic transforms one after the other and kept until a share of the memory
    that was available is used up. What counts is what the cases really take, since the size of a file says little
    after resampling and cropping. A warning says when not all could be kept.

    Random transforms, and what follows them, compute without metadata, which takes about as long as they do, unless one
    of them is known to need it (:func:`scripts.data.random_part.needs_metadata`).

    Index i + r * len(dataset) is the r-th repetition of case i within an epoch: the same cached case with other random
    numbers, for samplers that draw a case several times (:class:`scripts.data.ShareSampler`).

    Args:
        data: cases.
        transform: deterministic transforms first; their result is cached.
        sizes: of the cases, in any unit, to estimate what those take that are not kept.
        cache_rate: share of the cases that is kept, whatever the memory; None for as many as fit.
        memory_share: share of the available memory that may be used, of the GPU's too.
        num_workers: threads that fill the cache; None for one per core, at most 4.
        device: of the training. If it is a GPU on which all cases fit, they are moved there, so that the random
            transforms run on it; the data loader must then have no worker processes. None for never.
        progress: whether a progress bar is shown.

    Attributes:
        cache_device: where the cached tensors are.
        keeps_metadata: whether metadata are there after the random transforms, since one of them needs some.
        epoch_seed: if set, what is random about a case depends on this number and the case alone: neither on how many
            worker processes load, nor on what is cached.
    """

    def __init__(
        self,
        data: Sequence[Mapping[str, Any]],
        transform: Sequence[Callable] | Callable,
        *,
        sizes: Sequence[float] = (),
        cache_rate: float | None = None,
        memory_share: float = 0.5,
        num_workers: int | None = None,
        device: str | torch.device | None = None,
        progress: bool = True,
    ) -> None:
        self.sizes = list(sizes)
        self.by_size = cache_rate is None
        self.memory_share = memory_share
        self.device = torch.device("cpu" if device is None else device)
        self.cache_device = torch.device("cpu")
        self.epoch_seed: int | None = None
        super().__init__(
            data,
            transform,
            cache_rate=1.0 if cache_rate is None else cache_rate,
            num_workers=reading_threads(num_workers),
            progress=progress,
            copy_cache=False,
        )
        self.keeps_metadata = needs_metadata(self.transform)

    def _fill_cache(self, indices: Sequence[int] | None = None) -> list:
        # a training set is filled before the validation set is made, so the memory it takes is no longer available
        # to that one: together they keep within the share
        self._room = memory_budget(self.memory_share) if self.by_size else math.inf
        self._bytes = [0] * len(self.data)
        items = super()._fill_cache(indices)
        if self._full:
            items = self._within_memory(items)
        if self.device.type != "cpu" and len(items) == len(self.data):
            free = free_device_memory(self.device)
            items, self.cache_device = move_if_it_fits(items, self.device, free, self.memory_share)
        return items

    @property
    def _full(self) -> bool:
        return sum(self._bytes) > self._room

    def _load_cache_item(self, idx: int) -> Any:
        """One item for the cache, or None once the memory is used up."""
        if self._full:
            return None
        item = super()._load_cache_item(idx)
        self._bytes[idx] = tensor_bytes(item)
        return item

    def _within_memory(self, items: list) -> list:
        """The first items, as many as fit."""
        sizes = self.sizes if len(self.sizes) == len(items) else [1] * len(items)
        measured = sum(size for size, taken in zip(sizes, self._bytes, strict=True) if taken)
        needed = sum(self._bytes) * sum(sizes) / measured
        total = self.cache_num = 0
        while items[self.cache_num] is not None and total + self._bytes[self.cache_num] <= self._room:
            total += self._bytes[self.cache_num]
            self.cache_num += 1
        logger.warning(
            f"{self.cache_num} of {len(items)} cases are kept in memory: all of them need about {needed / 1e9:.3g} GB, "
            f"and {self._room / 1e9:.3g} GB may be used. The others are read again in every epoch, which takes time. "
            "A machine with more memory, or less data, avoids that; --cache_rate sets the share that is kept."
        )
        return items[: self.cache_num]

    def __iter__(self) -> Iterator[Any]:
        # Python's own way of iterating goes on until an index is refused
        return (self[index] for index in range(len(self)))

    def _transform(self, index: int) -> Any:
        case = index % len(self)
        if self.epoch_seed is not None:
            repetition = max(index, case)  # a negative index counts from the end and repeats nothing
            self.transform.set_random_state(seed=(self.epoch_seed + repetition * _STRIDE) % 2**32)
        first = self.transform.get_index_of_first(is_random)
        if first is None or self.keeps_metadata:
            return super()._transform(case)
        cached = self.before_random(case)
        with without_metadata():
            return self.transform(cached, start=first)

    def before_random(self, index: int) -> Any:
        """A case after the deterministic transforms, from the cache if it is kept there; not to be changed.

        Args:
            index: of the case, from 0 to ``len(self.data) - 1``.
        """
        cached = self._cache[index] if index < self.cache_num else None
        # the method of the parent: one that is not kept must not count as taking up memory
        return CacheDataset._load_cache_item(self, index) if cached is None else cached

    @property
    def loading_workers(self) -> int:
        """Number of worker processes that suits a data loader.

        0 when everything is cached, for what remains takes less time than to hand it from process to process.
        """
        return 0 if self.cache_num >= len(self) else min(usable_cores() - 1, _MOST_WORKERS)
