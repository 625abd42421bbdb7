"""Makes each epoch's random numbers depend on the seed and the epoch alone."""

from __future__ import annotations

import torch
from ignite.engine import Engine, Events
from monai.data.utils import set_rnd
from monai.utils import set_determinism
from torch.utils.data import DataLoader

from scripts.data.share_sampler import ShareSampler
from scripts.data.sized_cache import SizedCacheDataset

__all__ = ["EpochSeed"]

_STRIDE = 1_000_003  # a prime, so that nearby seeds do not share epochs


class EpochSeed:
    """Seeds torch, numpy, random and the dataset's random transforms at the start of every epoch.

    An interrupted run that is resumed at an epoch then draws what the unbroken run would have drawn, without storing
    the states of the generators of every worker.

    Args:
        data_loader: of the training, without persistent workers.
        seed: of the run.
    """

    def __init__(self, data_loader: DataLoader, seed: int) -> None:
        self.data_loader = data_loader
        self.seed = seed

    def attach(self, engine: Engine) -> None:
        """Attach to a trainer."""
        engine.add_event_handler(Events.EPOCH_STARTED, self)

    def __call__(self, engine: Engine) -> None:
        """Seed for the epoch that starts; each process of a distributed run gets numbers of its own, and one order."""
        rank = torch.distributed.get_rank() if torch.distributed.is_initialized() else 0
        common = self.seed * _STRIDE + engine.state.epoch * 1009
        seed = (common + rank) % 2**32
        set_determinism(seed=seed, use_deterministic_algorithms=None)
        dataset = self.data_loader.dataset
        set_rnd(dataset, seed=seed)
        if isinstance(dataset, SizedCacheDataset):  # whose cases then do not depend on the number of workers
            dataset.epoch_seed = seed
        if isinstance(self.data_loader.sampler, ShareSampler):  # whose order all processes share
            self.data_loader.sampler.epoch_seed = common % 2**32
