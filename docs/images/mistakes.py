"""The picture of docs/how-to/draw-well.md: mistakes.py OUT.png, one made-up photograph drawn on in every way."""

import sys

from made_up import FUNDUS, GREEN, RED, show
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from bundle.benchmarking.mistakes import DESCRIPTIONS
from scripts.drawing.synthesis import synthesise_drawing

mask, field_of_view = FUNDUS.mask > 0, FUNDUS.field_of_view > 0
figure = Figure(figsize=(12, 5.6), facecolor="white")
FigureCanvasAgg(figure)
for place, (quality, words) in enumerate(DESCRIPTIONS.items(), start=1):
    drawing = synthesise_drawing(mask, ratio=0.3, quality=quality, seed=2, field_of_view=field_of_view).label
    coloured = [(drawing == 1, GREEN), (drawing == 2, RED)]
    show(figure.add_subplot(2, 4, place), words, coloured, (slice(150, 330), slice(300, 520)))
figure.tight_layout()
figure.savefig(sys.argv[1], dpi=110)
