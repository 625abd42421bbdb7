from pathlib import Path

import pytest
from benchmark_results import made_up_grid, made_up_result
from PIL import Image

from bundle.benchmarking.grid import DENSE, Grid
from bundle.benchmarking.ratio_curve import draw_ratio_curve


@pytest.mark.parametrize("ratios", [(1.0, 0.3, 0.05), (0.3,)])
@pytest.mark.parametrize("seeds", [(0, 1), (0,)])
def test_a_picture_is_written(ratios: tuple[float, ...], seeds: tuple[int, ...], tmp_path: Path) -> None:
    path = draw_ratio_curve(made_up_grid(ratios, seeds=seeds), tmp_path / "curve.png")
    with Image.open(path) as picture:
        assert picture.size == (1350, 780)


def test_equal_results_give_equal_files(tmp_path: Path) -> None:
    files = [draw_ratio_curve(made_up_grid((1.0, 0.3)), tmp_path / name).read_bytes() for name in ("a.png", "b.png")]
    assert files[0] == files[1]


def test_dense_masks_alone_have_no_curve(tmp_path: Path) -> None:
    grid = Grid([made_up_result("dense_masks", None, DENSE, 0, 0.8)])
    assert draw_ratio_curve(grid, tmp_path / "curve.png") is None
    assert not (tmp_path / "curve.png").exists()


def test_stopped_trainings_alone_have_no_curve(tmp_path: Path) -> None:
    grid = Grid([made_up_result("default", 0.3, "realistic", 0, 0.0, status="stopped")])
    assert draw_ratio_curve(grid, tmp_path / "curve.png") is None
