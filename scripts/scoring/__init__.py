"""How uncertain a prediction is: pixel by pixel, and as one number for an image."""

from scripts.scoring.uncertainty_map import uncertainty_map
from scripts.scoring.uncertainty_score import PredictionScore, score_prediction, uncertainty_score

__all__ = ["PredictionScore", "score_prediction", "uncertainty_map", "uncertainty_score"]
