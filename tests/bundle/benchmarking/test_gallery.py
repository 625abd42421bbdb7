from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bundle.benchmarking.gallery import draw_gallery
from bundle.benchmarking.gallery_cases import GalleryRow, Shown
from bundle.benchmarking.gallery_maps import NEGATIVE, UNKNOWN


def _row(
    size: int, classes: Sequence[str] = ("background", "vessel"), ratio: float = 0.3, drawn: bool = True
) -> GalleryRow:
    """Stripes of the classes; the first method misses the upper half, the second was not run."""
    truth = np.arange(size)[None].repeat(size, axis=0) // 10 % len(classes)
    truth[:, :3] = UNKNOWN
    found = truth.clip(0)
    found[: size // 2] = 0
    drawing = np.where(truth == 0, NEGATIVE, 0) if drawn else None
    methods = [
        Shown("a method with a long name that is wrapped", found, 0.5, ""),
        Shown("another", None, None, "not run"),
    ]
    image = np.full((size, size, 3), 120, dtype=np.uint8)
    return GalleryRow("a", 0, "realistic", ratio, classes, image, drawing, truth, truth >= 0, methods)


def _shown(rows: list[GalleryRow], path: Path, colour: tuple[int, int, int]) -> bool:
    """Whether the picture has a colour."""
    with Image.open(draw_gallery(rows, path)) as picture:
        pixels = np.asarray(picture.convert("RGB")).reshape(-1, 3).astype(int)
    return bool((np.abs(pixels - colour).max(axis=1) < 6).sum() > 500)


_MISSED = (64, 153, 255)


@pytest.mark.parametrize("size", [60, 400])
def test_small_and_large_pictures_of_one_class(size: int, tmp_path: Path) -> None:
    assert _shown([_row(size, ratio=1.0), _row(size)], tmp_path / "gallery.png", _MISSED)


def test_several_classes_have_a_colour_each(tmp_path: Path) -> None:
    rows = [_row(60, ("background", "one", "two", "three"))]
    for colour in ((31, 119, 180), (255, 127, 14), (44, 160, 44)):
        assert _shown(rows, tmp_path / "gallery.png", colour)
    assert not _shown(rows, tmp_path / "gallery.png", _MISSED)


def test_without_a_drawing_there_is_no_column_for_it(tmp_path: Path) -> None:
    widths = []
    for drawn in (True, False):
        with Image.open(draw_gallery([_row(60, drawn=drawn)], tmp_path / "gallery.png")) as picture:
            widths.append(picture.size[0])
    assert widths[0] - widths[1] == 200


def test_no_rows_give_no_picture(tmp_path: Path) -> None:
    assert draw_gallery([], tmp_path / "gallery.png") is None
