"""How much a drawing on an image would help, as one number."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from scripts.scoring.uncertainty_map import uncertainty_map

__all__ = ["PredictionScore", "score_prediction", "uncertainty_score"]

#: From this probability of a foreground class on, a pixel may belong to a structure.
_POSSIBLE = 0.1


@dataclass(frozen=True)
class PredictionScore:
    """What a prediction tells about its image without a reference.

    Attributes:
        uncertainty: see :func:`uncertainty_score`.
        foreground_share: share of the pixels that are predicted foreground.
    """

    uncertainty: float
    foreground_share: float


def uncertainty_score(probabilities: torch.Tensor) -> float:
    """Mean uncertainty over the pixels that may belong to a structure, from 0 (certain) to 1.

    These are the pixels that are predicted foreground, and those where a foreground class has a probability of at
    least 0.1. Over the whole image the certain background would drown everything else, and the size of a structure
    would count instead of the doubt about it. Where there is no such pixel, it is the mean over the whole image, which
    is low: the network is sure that nothing is there.

    Args:
        probabilities: `CH[WD]`, background first.

    Returns:
        A number from 0 to 1.

    Raises:
        SettingError: for a single class.
    """
    return score_prediction(probabilities).uncertainty


def score_prediction(probabilities: torch.Tensor) -> PredictionScore:
    """:func:`uncertainty_score`, and how much was found; arguments and errors as there."""
    values = torch.as_tensor(probabilities).as_subclass(torch.Tensor)
    uncertainty = uncertainty_map(values)
    greatest = values[1:].amax(dim=0)
    found = greatest > values[0]
    relevant = found | (greatest >= _POSSIBLE)
    scored = uncertainty[relevant] if relevant.any() else uncertainty
    return PredictionScore(float(scored.mean()), float(found.float().mean()))
