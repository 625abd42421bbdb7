from pathlib import Path

from benchmark_results import made_up_grid, made_up_results
from PIL import Image

from bundle.benchmarking.grid import DENSE, Grid
from bundle.benchmarking.quality_figure import draw_quality_figure


def test_a_picture_is_written(tmp_path: Path) -> None:
    path = draw_quality_figure(made_up_grid((0.3,), ("clean", "realistic", "bad")), tmp_path / "quality.png")
    with Image.open(path) as picture:
        assert picture.size == (1350, 780)


def test_a_single_quality_has_no_figure(tmp_path: Path) -> None:
    assert draw_quality_figure(made_up_grid(), tmp_path / "quality.png") is None


def test_dense_masks_alone_have_no_figure(tmp_path: Path) -> None:
    grid = Grid(result for result in made_up_results() if result.cell.quality == DENSE)
    assert draw_quality_figure(grid, tmp_path / "quality.png") is None


def test_qualities_of_different_ratios_are_not_mixed(tmp_path: Path) -> None:
    results = made_up_results((1.0, 0.3), ("clean", "realistic"))
    kept = [r for r in results if (r.cell.ratio, r.cell.quality) in ((1.0, "clean"), (0.3, "realistic"))]
    assert draw_quality_figure(Grid(kept), tmp_path / "quality.png") is None
