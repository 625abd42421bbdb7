"""The picture of docs/explanation/why-coarse-labels.md: readings.py OUT.png, what undrawn pixels count as."""

import sys

import numpy as np
from made_up import BLUE, FUNDUS, GREEN, RED, show
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from scripts.constants import IGNORE
from scripts.drawing.synthesis import synthesise_drawing
from scripts.labels.reading import read_drawing

mask, field_of_view = FUNDUS.mask > 0, FUNDUS.field_of_view > 0
drawing = synthesise_drawing(mask, ratio=0.1, quality="clean", seed=4, field_of_view=field_of_view).label
positive = np.where(drawing == 1, 1, IGNORE).astype(np.uint8)
negative = np.stack([np.zeros_like(drawing), drawing == 2]).astype(np.uint8)
readings = {
    "sparse": {"reading": "sparse"},
    "support": {"reading": "support"},
    "support, open ends": {"reading": "support", "support_ends": "open"},
    "dense": {"reading": "dense"},
}
figure = Figure(figsize=(12, 3.3), facecolor="white")
FigureCanvasAgg(figure)
for place, (words, settings) in enumerate(readings.items(), start=1):
    read, _ = read_drawing(positive, negative, **settings)
    coloured = [(read == 1, GREEN), (drawing == 2, RED), ((read == 0) & (drawing != 2), BLUE)]
    show(figure.add_subplot(1, 4, place), words, coloured, (slice(170, 350), slice(400, 580)))
figure.tight_layout()
figure.savefig(sys.argv[1], dpi=110)
