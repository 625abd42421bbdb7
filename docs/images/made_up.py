"""The made-up photograph of the pictures here, and how drawings on it are shown."""

import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from matplotlib.axes import Axes

from scripts.data.fundus_phantom import make_fundus

GREEN, RED, BLUE = (0, 200, 90), (215, 60, 60), (70, 120, 230)
FUNDUS = make_fundus((560, 640), np.random.default_rng(3))


def show(axes: Axes, words: str, coloured: Iterable[tuple[np.ndarray, tuple]], window: tuple[slice, slice]) -> None:
    """A window of the photograph in grey, with pixels `HW` in colours, the true outline in white, and a title."""
    shown = FUNDUS.image.astype(float).mean(-1, keepdims=True).repeat(3, -1) * 0.6 + 60
    for pixels, colour in coloured:
        shown[pixels] = 0.35 * shown[pixels] + 0.65 * np.array(colour)
    axes.imshow(shown[window].astype(np.uint8), interpolation="nearest")
    axes.contour(FUNDUS.mask[window] > 0, [0.5], colors="white", linewidths=0.6)
    axes.set_title(words, fontsize=9.5)
    axes.axis("off")
