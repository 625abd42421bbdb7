"""Synthesis of coarse drawings (positive and negative strokes) from dense masks."""

from scripts.drawing.seeds import case_seed
from scripts.drawing.statistics import measure_drawing
from scripts.drawing.synthesis import Drawing, drawing_labels, synthesise_drawing

__all__ = ["Drawing", "case_seed", "drawing_labels", "measure_drawing", "synthesise_drawing"]
