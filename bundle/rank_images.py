"""Scores images by how uncertain a network is about them, and writes them in that order."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from tqdm import tqdm

from bundle.rank_settings import RankTarget
from scripts.errors import DataError, SettingError, list_problems, root_user_error
from scripts.replacing import replacing
from scripts.scoring import PredictionScore, score_prediction

__all__ = ["RankedImage", "rank_images", "ranking_table", "write_ranking"]

_COLUMNS = ("image", "score", "foreground_share")


@dataclass(frozen=True)
class RankedImage:
    """An image and its score.

    Attributes:
        image: path.
        score: how uncertain the network is, see :func:`scripts.scoring.uncertainty_score`.
        foreground_share: share of the pixels that it finds a structure in.
    """

    image: str
    score: float
    foreground_share: float


def rank_images(target: RankTarget) -> tuple[list[RankedImage], list[str]]:
    """Score every image; one that fails does not end it.

    Returns:
        The images, the most uncertain first, and a line for each one that could not be scored.

    Raises:
        DataError: when none could be scored.
    """
    ranked, problems = [], []
    for image in tqdm(target.images, desc="scoring", unit="image", disable=None, leave=False):
        try:
            score = _score(image, target)
        except Exception as error:  # a damaged file fails in many ways
            problems.append(_describe(image, error))
        else:
            ranked.append(RankedImage(image, score.uncertainty, score.foreground_share))
    if not ranked:
        raise DataError(list_problems("none of the images could be scored", problems))
    return sorted(ranked, key=lambda entry: (-entry.score, entry.image)), problems


def _score(image: str, target: RankTarget) -> PredictionScore:
    tensor = target.preprocessing({"image": image})["image"]
    with torch.inference_mode():
        batch = torch.as_tensor(tensor)[None].to(target.device)
        logits = target.inferer(batch, target.network)
        return score_prediction(logits[0].float().softmax(0))


def _describe(image: str, error: Exception) -> str:
    reason = str(root_user_error(error) or error) or type(error).__name__
    return reason if image in reason else f"{image}: {reason.splitlines()[0]}"


def write_ranking(ranked: Sequence[RankedImage], path: Path) -> None:
    """Write the ranking as CSV: image, score, foreground_share.

    Raises:
        SettingError: when the file cannot be written.
    """
    try:
        with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(_COLUMNS)
            writer.writerows((entry.image, f"{entry.score:.6f}", f"{entry.foreground_share:.6f}") for entry in ranked)
    except OSError as error:
        raise SettingError(f"{path} cannot be written ({error}). Choose another file with --out.") from error


def ranking_table(ranked: Sequence[RankedImage], top: int) -> str:
    """The first rows of a ranking as text.

    Args:
        ranked: the most uncertain first.
        top: number of rows.
    """
    rows = [f"{'score':>6}  {'foreground':>10}  image"]
    rows += [f"{entry.score:6.3f}  {entry.foreground_share:10.2%}  {entry.image}" for entry in ranked[:top]]
    if len(ranked) > top:
        rows.append(f"... and {len(ranked) - top} more")
    return "\n".join(rows)
