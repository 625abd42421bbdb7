"""Mixes dense and coarse cases at a share that does not depend on how many there are of each."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator

import torch
from torch.utils.data import Sampler

from scripts.data.case_dataset import CaseDataset
from scripts.errors import SettingError, list_problems

__all__ = ["ShareSampler"]

logger = logging.getLogger(__name__)


class _Deck:
    """Cases in shuffled order, shuffled anew once all were drawn."""

    def __init__(self, cases: list[int], generator: torch.Generator) -> None:
        self.cases = cases
        self.generator = generator
        self.drawn = 0
        self.order: list[int] = []

    def draw(self) -> int:
        if self.drawn % len(self.cases) == 0:
            self.order = torch.randperm(len(self.cases), generator=self.generator).tolist()
        self.drawn += 1
        return self.cases[self.order[(self.drawn - 1) % len(self.cases)]]


class ShareSampler(Sampler[int]):
    """Draws dense cases at a configured share, in one process or several.

    An epoch has ``ceil(num_samples / num_replicas)`` cases per process. The share is kept evenly: every prefix of an
    epoch holds as many dense cases as the share says, up to one. With 0.5 they alternate, so that each batch of even
    size holds as many dense cases as others; where several processes make one step together, its cases are mixed as
    well as each process's own. Within each kind cases come in shuffled order, none twice before all were drawn once.

    Case i drawn for the r-th time in an epoch (from 0) is the index i + r * len(dataset), which
    :class:`scripts.data.sized_cache.SizedCacheDataset` gives other random numbers.

    Source: that the share of dense cases decides how label uncertainty explains background inside boxes is our
    reading of Neven et al., *Weakly-Supervised Semantic Segmentation by Learning Label Uncertainty*, ICCVW 2021,
    https://arxiv.org/abs/2110.05926; ``docs/explanation/boxes.md`` says why 0.5.

    Args:
        dataset: whose ``data`` say of each case whether its ``supervision`` is ``dense``.
        dense_share: share of dense cases, in (0, 1); None for a plain shuffle, as the data are.
        warm_up: share of the training with dense cases alone, in [0, 1].
        num_replicas: number of processes; None for those of the distributed run, or 1.
        rank: of this process among them; None for its rank in the distributed run, or 0.
        num_samples: cases per epoch, of all processes together; None for as many as the dataset has.

    Attributes:
        progress: share of the training that is done, in [0, 1]; 1 unless something sets it
            (:class:`scripts.handlers.TrainingProgress` does, before each epoch).
        epoch_seed: what several processes order the cases by, so that none draws another's;
            :class:`scripts.handlers.EpochSeed` sets it. One process alone follows torch's global generator.

    Raises:
        SettingError: for shares outside their range.
    """

    def __init__(
        self,
        dataset: CaseDataset,
        dense_share: float | None,
        warm_up: float = 0.0,
        num_replicas: int | None = None,
        rank: int | None = None,
        num_samples: int | None = None,
    ) -> None:
        problems = []
        if num_samples is not None and (isinstance(num_samples, bool) or not num_samples >= 1):
            problems.append(f"cases_per_epoch must be at least 1, or null for all cases once, got {num_samples}.")
        if dense_share is not None and not 0 < dense_share < 1:
            problems.append(f"dense_share must lie in (0, 1), or be null for cases as they come, got {dense_share}.")
        if not 0 <= warm_up <= 1:
            problems.append(f"dense_warm_up is a share of the training and must lie in [0, 1], got {warm_up}.")
        if problems:
            raise SettingError(list_problems("dense and other cases cannot be mixed", problems))
        distributed = torch.distributed.is_available() and torch.distributed.is_initialized()
        self.num_replicas = num_replicas or (torch.distributed.get_world_size() if distributed else 1)
        self.rank = rank if rank is not None else torch.distributed.get_rank() if distributed else 0
        self.dataset = dataset
        self.num_samples = len(dataset) if num_samples is None else int(num_samples)
        self.dense_share = dense_share
        self.warm_up = warm_up
        self.progress = 1.0
        self.epoch_seed: int | None = None
        self.dense = [i for i, case in enumerate(dataset.data) if case["supervision"] == "dense"]
        self.others = [i for i, case in enumerate(dataset.data) if case["supervision"] != "dense"]
        if self.rank == 0:
            self._tell() if self.mixed else self._warn()

    @property
    def mixed(self) -> bool:
        """Whether there are cases of both kinds."""
        return self.dataset.mixed

    def _tell(self) -> None:
        shown = "as they come" if self.dense_share is None else f"{self.dense_share:g} of those that are shown"
        logger.info(f"{len(self.dense)} of {len(self.dataset)} training cases are dense: {shown} (dense_share)")

    def _warn(self) -> None:
        shares = {"dense_share": self.dense_share, "dense_warm_up": self.warm_up if self.others else 0}
        ignored = [f"{name} {share:g}" for name, share in shares.items() if share]
        if not ignored:
            return
        if self.others:
            reason = "no training case is dense. Without any dense mask boxes teach less; a few masks help most"
        else:
            reason = "all training cases are dense"
        logger.warning(f"{' and '.join(ignored)} cannot be kept, and cases are shuffled as they are: {reason}.")

    def __len__(self) -> int:
        return math.ceil(self.num_samples / self.num_replicas)

    def __iter__(self) -> Iterator[int]:
        # drawn as a whole and at once, so that what else draws random numbers meanwhile changes nothing
        seed = int(torch.empty((), dtype=torch.int64).random_().item())
        if self.num_replicas > 1 and self.epoch_seed is not None:
            seed = self.epoch_seed
        yield from self._common_order(torch.Generator().manual_seed(seed))[self.rank :: self.num_replicas]

    def _common_order(self, generator: torch.Generator) -> list[int]:
        """Indices for all processes: those of the first step of each, then those of the second, and so on."""
        decks = {False: _Deck(self.others, generator), True: _Deck(self.dense, generator)}
        if not self.mixed or (self.dense_share is None and self.progress >= self.warm_up):
            decks[False] = decks[True] = _Deck(list(range(len(self.dataset))), generator)
        drawn = [0] * len(self.dataset)
        order = []
        for step in range(len(self)):
            for rank in range(self.num_replicas):
                case = decks[self._is_dense(step, rank)].draw()
                order.append(case + drawn[case] * len(self.dataset))
                drawn[case] += 1
        return order

    def _is_dense(self, step: int, rank: int) -> bool:
        """Whether a process draws a dense case at a step."""
        if self.progress < self.warm_up:
            return True
        share = self.dense_share or 0.0
        # Error diffusion. The processes' phases are spread over one case, so that all of them together have drawn
        # round(share * steps * processes) dense cases after every step (Hermite's identity for the floor function).
        phase = (rank + 0.5) / self.num_replicas
        return math.floor((step + 1) * share + phase) > math.floor(step * share + phase)
