"""The picture of docs/explanation/why-coarse-labels.md: readings.py OUT.png, what undrawn pixels count as."""

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from scripts.constants import IGNORE
from scripts.data.fundus_phantom import make_fundus
from scripts.drawing.synthesis import synthesise_drawing
from scripts.labels.reading import read_drawing

fundus = make_fundus((560, 640), np.random.default_rng(3))
image, mask, field_of_view = fundus.image, fundus.mask > 0, fundus.field_of_view > 0
drawing = synthesise_drawing(mask, ratio=0.1, quality="clean", seed=4, field_of_view=field_of_view).label
positive = np.where(drawing == 1, 1, IGNORE).astype(np.uint8)
negative = np.stack([np.zeros_like(drawing), drawing == 2]).astype(np.uint8)
rows, columns = slice(170, 350), slice(400, 580)
figure = Figure(figsize=(12, 3.3), facecolor="white")
FigureCanvasAgg(figure)
shown = {
    "sparse": {"reading": "sparse"},
    "support": {"reading": "support"},
    "support, open ends": {"reading": "support", "support_ends": "open"},
    "dense": {"reading": "dense"},
}
for place, (words, settings) in enumerate(shown.items(), start=1):
    read, _ = read_drawing(positive, negative, **settings)
    picture = image.astype(float).mean(-1, keepdims=True).repeat(3, -1) * 0.6 + 60
    undrawn = (read == 0) & (drawing != 2)
    for pixels, colour in ((read == 1, (0, 200, 90)), (drawing == 2, (215, 60, 60)), (undrawn, (70, 120, 230))):
        picture[pixels] = 0.35 * picture[pixels] + 0.65 * np.array(colour)
    axes = figure.add_subplot(1, 4, place)
    axes.imshow(picture[rows, columns].astype(np.uint8), interpolation="nearest")
    axes.contour(mask[rows, columns], [0.5], colors="white", linewidths=0.6)
    axes.set_title(words, fontsize=9.5)
    axes.axis("off")
figure.tight_layout()
figure.savefig(sys.argv[1], dpi=110)
