"""The picture of docs/how-to/draw-well.md: mistakes.py OUT.png, one made-up photograph drawn on in every way."""

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from bundle.benchmarking.mistakes import DESCRIPTIONS
from scripts.data.fundus_phantom import make_fundus
from scripts.drawing.synthesis import synthesise_drawing

fundus = make_fundus((560, 640), np.random.default_rng(3))
image, mask, field_of_view = fundus.image, fundus.mask > 0, fundus.field_of_view > 0
rows, columns = slice(150, 330), slice(300, 520)
figure = Figure(figsize=(12, 5.6), facecolor="white")
FigureCanvasAgg(figure)
for place, (quality, words) in enumerate(DESCRIPTIONS.items(), start=1):
    drawing = synthesise_drawing(mask, ratio=0.3, quality=quality, seed=2, field_of_view=field_of_view).label
    shown = image.astype(float).mean(-1, keepdims=True).repeat(3, -1) * 0.6 + 60
    for value, colour in ((1, (0, 200, 90)), (2, (215, 60, 60))):
        shown[drawing == value] = 0.35 * shown[drawing == value] + 0.65 * np.array(colour)
    axes = figure.add_subplot(2, 4, place)
    axes.imshow(shown[rows, columns].astype(np.uint8), interpolation="nearest")
    axes.contour(mask[rows, columns], [0.5], colors="white", linewidths=0.6)
    axes.set_title(words, fontsize=9.5)
    axes.axis("off")
figure.tight_layout()
figure.savefig(sys.argv[1], dpi=110)
