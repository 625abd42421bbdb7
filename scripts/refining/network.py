"""A trained network as an inferer takes it: one tensor in, one tensor out."""

from __future__ import annotations

import torch
from torch import nn

from scripts.checkpoints import load_weights
from scripts.errors import SettingError
from scripts.networks import CoupledSegmenter
from scripts.refining.trained_run import TrainedRun

__all__ = ["RefiningNetwork"]


class RefiningNetwork(nn.Module):
    """Logits and, where they were learned, log variances of a trained :class:`CoupledSegmenter`.

    Args:
        coupled: gets the weights. Of a checkpoint of the segmentation network alone, log variances are not used.
        run: names the checkpoint.

    Attributes:
        uncertainty: whether there are log variances.

    Raises:
        SettingError: when the checkpoint cannot be read or belongs to another network; nothing is loaded then.
    """

    def __init__(self, coupled: CoupledSegmenter, run: TrainedRun) -> None:
        super().__init__()
        self.coupled = coupled
        loaded: nn.Module = coupled
        try:
            state = load_weights(run.checkpoint, coupled)
        except SettingError as error:
            loaded = coupled.segmentation
            try:
                state = load_weights(run.checkpoint, loaded)
            except SettingError:
                raise error from None
        loaded.load_state_dict(state)
        self.uncertainty = coupled.uncertainty and loaded is coupled

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        """Logits `BCH[WD]` of an image `BNH[WD]`, with ``uncertainty`` followed by as many log variances."""
        logits, log_variance = self.coupled.predict(image)
        return torch.cat([logits.float(), log_variance.float()], dim=1) if self.uncertainty else logits.float()
