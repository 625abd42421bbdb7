"""Scores a prediction, for whoever asks which image to draw next."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from monai.config import KeysCollection
from monai.transforms import MapTransform

from scripts.scoring import score_prediction

__all__ = ["ScoreUncertaintyd"]


class ScoreUncertaintyd(MapTransform):
    """Adds ``uncertainty_score`` and ``foreground_share`` to the results that a server sends with a mask.

    See :class:`scripts.scoring.PredictionScore`. On volumes it stands before the inversion of the preprocessing:
    the score is that of the image as the network saw it, whatever the grid of the file.

    Args:
        keys: probabilities `CH[WD]`, one key.
        result_key: item that gets the numbers; MONAI Label returns what it holds as JSON.
    """

    def __init__(self, keys: KeysCollection, result_key: str = "result") -> None:
        super().__init__(keys)
        self.result_key = result_key

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
        """Score; everything else passes unchanged.

        Raises:
            SettingError: for a network with a single channel.
        """
        scored = dict(data)
        for key in self.key_iterator(scored):
            score = score_prediction(scored[key])
            scored[self.result_key] = {
                **(scored.get(self.result_key) or {}),
                "uncertainty_score": score.uncertainty,
                "foreground_share": score.foreground_share,
            }
        return scored
