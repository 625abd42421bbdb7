"""MONAI's supervised trainer for losses made of named terms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from monai.data import MetaTensor
from monai.engines import PrepareBatch, SupervisedTrainer
from monai.utils.enums import CommonKeys as Keys

from scripts.errors import SettingError
from scripts.handlers.averaged_network import AveragedNetwork

__all__ = ["CoarseLabelTrainer", "PrepareCoarseBatch"]

_TARGETS = ("positive", "negative", "dense", "boxes")


class PrepareCoarseBatch(PrepareBatch):
    """Moves a batch to the device: the image, and the targets that the decoding transforms wrote."""

    def __call__(
        self,
        batchdata: Mapping[str, Any],
        device: str | torch.device | None = None,
        non_blocking: bool = False,
        **kwargs: Any,
    ) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
        """Image `BNH[WD]` and the dict of targets."""

        def move(value: torch.Tensor) -> torch.Tensor:
            # plain tensors: metadata would follow every operation of the network
            plain = value.as_tensor() if isinstance(value, MetaTensor) else value
            return plain.to(device=device, non_blocking=non_blocking)

        return move(batchdata["image"]).to(**kwargs), {
            # boxes are there only where the data set has some
            key: move(batchdata[key])
            for key in _TARGETS
            if key != "boxes" or key in batchdata
        }


class CoarseLabelTrainer(SupervisedTrainer):
    """A :class:`SupervisedTrainer` whose loss function returns a dict of named terms; their sum is minimised.

    After each iteration ``engine.state.output["losses"]`` holds the terms, detached, beside MONAI's usual entries;
    autocast, gradient scaling and accumulation are MONAI's.

    A loss that is not finite stops the training.

    Args:
        loss_function: takes the network's output and the targets, returns a dict of scalars.
        teacher: an average of the network. Where the loss has a method ``teacher_in_use()`` that says so, the targets
            get its probabilities as ``teacher`` `BCH[WD]`.
        kwargs: as for :class:`monai.engines.SupervisedTrainer`.
    """

    def __init__(
        self,
        *,
        loss_function: Callable[..., dict[str, torch.Tensor]],
        teacher: AveragedNetwork | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs.setdefault("prepare_batch", PrepareCoarseBatch())
        kwargs.setdefault("decollate", False)  # the network's output holds confusion matrices, not only tensors
        super().__init__(loss_function=self._sum_of_terms, **kwargs)
        self.terms = loss_function
        self.teacher = teacher

    @torch.no_grad()
    def _ask_teacher(self) -> torch.Tensor:
        """What the average says of the images of this iteration, `BCH[WD]` probabilities."""
        if self.teacher is None or self.teacher.ema_model is None:
            raise SettingError(
                "teacher_weight above 0 needs an average of the network; enable 'averaged' in the config."
            )
        return self.teacher.ema_model(self.state.output[Keys.IMAGE]).softmax(1)

    def _sum_of_terms(self, output: Any, targets: dict[str, torch.Tensor]) -> torch.Tensor:
        """Minimised by MONAI's iteration.

        Raises:
            SettingError: when the loss is not finite; going on would only waste the user's time.
        """
        if hasattr(self.terms, "teacher_in_use") and self.terms.teacher_in_use():
            targets = {**targets, "teacher": self._ask_teacher()}
        terms = self.terms(output, targets)
        self.state.output["losses"] = {name: term.detach() for name, term in terms.items()}
        total = torch.stack(list(terms.values())).sum()
        if not torch.isfinite(total):
            values = ", ".join(f"{name} {term.item():g}" for name, term in terms.items())
            raise SettingError(
                f"the loss is no longer a number in epoch {self.state.epoch} ({values}). Lower learning_rate or "
                "annotation_learning_rate; the models saved so far are untouched."
            )
        return total
