"""The written file: its size, its pixels, and no trace in matplotlib's global state."""

from __future__ import annotations

import numpy as np
from matplotlib import pyplot
from PIL import Image

from scripts.handlers.panels import PanelRow, save_panels

RED = np.full((60, 100, 3), (255, 0, 0), np.uint8)
GREEN = np.full((60, 100, 3), (0, 255, 0), np.uint8)


def area(picture: np.ndarray, colour: tuple[int, int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Top left and size of what has exactly this colour."""
    where = np.argwhere((picture == colour).all(axis=-1))
    return where.min(axis=0), np.ptp(where, axis=0) + 1


def read(path) -> np.ndarray:
    return np.asarray(Image.open(path).convert("RGB"))


def test_panels_keep_order_and_proportion(tmp_path):
    save_panels(tmp_path / "a.png", [PanelRow("row", [("left", RED), ("right", GREEN)])], longest=200)
    picture = read(tmp_path / "a.png")
    (top_red, left_red), size = area(picture, (255, 0, 0))
    (top_green, left_green), _ = area(picture, (0, 255, 0))
    assert left_red < left_green
    assert top_red == top_green
    assert abs(size - (120, 200)).max() <= 2


def test_picture_is_not_flipped(tmp_path):
    corner = np.zeros((60, 100, 3), np.uint8)
    corner[:20, 70:] = (255, 0, 0)
    save_panels(tmp_path / "a.png", [PanelRow("row", [("only", corner)])], longest=400)
    picture = read(tmp_path / "a.png")
    (top, left), _ = area(picture, (0, 0, 0))
    (top_red, left_red), _ = area(picture, (255, 0, 0))
    assert abs(top_red - top) <= 1
    assert left_red - left > 200


def test_each_row_adds_its_height_and_a_legend_its_line(tmp_path):
    row = PanelRow("row", [("panel", RED)])
    legend = [[("$100 vessels_$", (1, 2, 3))], [(f"class {k}", (k, k, k)) for k in range(8)]]
    heights = []
    for rows, entries in (([row], []), ([row, row], []), ([row, row], legend)):
        save_panels(tmp_path / "a.png", rows, entries, longest=300)
        heights.append(read(tmp_path / "a.png").shape[0])
    assert heights[1] - heights[0] == 180 + 44
    assert heights[2] - heights[1] == 3 * 22  # eight entries take two lines


def test_global_figures_are_left_alone(tmp_path):
    backend, figures = pyplot.get_backend(), pyplot.get_fignums()
    save_panels(tmp_path / "a.png", [PanelRow("row", [("p", RED)])], [[("red", (255, 0, 0))]], True, longest=100)
    assert (pyplot.get_backend(), pyplot.get_fignums()) == (backend, figures)
