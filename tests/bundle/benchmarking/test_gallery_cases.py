from pathlib import Path

import numpy as np
from benchmark_results import made_up_result, made_up_results, write_gallery_case
from PIL import Image

from bundle.benchmarking.gallery_cases import find_gallery
from bundle.benchmarking.gallery_maps import NEGATIVE
from bundle.benchmarking.grid import Grid


def test_rows_hold_image_drawing_truth_and_predictions(tmp_path: Path) -> None:
    results = made_up_results(seeds=(0,))
    write_gallery_case(tmp_path, results, size=40)
    rows = find_gallery(Grid(results), tmp_path)
    assert [row.ratio for row in rows] == [1.0, 0.3, 0.05]
    row = rows[0]
    assert (row.case, row.seed, row.image.shape, row.truth.shape) == ("a", 0, (40, 40, 3), (40, 40))
    assert np.array_equal(row.drawing == 1, row.truth == 1)
    assert (row.drawing == NEGATIVE).any()
    default = row.methods[0]
    assert (default.found == row.truth).mean() > 0.9
    assert abs(default.dice - 0.785) < 0.03
    assert len(row.methods) == 4


def test_what_was_stopped_or_not_run_has_no_mask(tmp_path: Path) -> None:
    results = [made_up_result("default", ratio, "realistic", 0, 0.7) for ratio in (1.0, 0.3)]
    results += [made_up_result("partial_cross_entropy", 1.0, "realistic", 0, 0.0, status="stopped")]
    write_gallery_case(tmp_path, results, size=40)
    first, second = find_gallery(Grid(results), tmp_path)
    assert [(shown.found is None, shown.state) for shown in first.methods] == [(False, ""), (True, "stopped")]
    assert second.methods[1].state == "not run"


def test_at_most_four_ratios_with_the_ends(tmp_path: Path) -> None:
    results = made_up_results((1.0, 0.5, 0.3, 0.1, 0.05, 0.01), seeds=(0,))
    write_gallery_case(tmp_path, results, size=40)
    assert [row.ratio for row in find_gallery(Grid(results), tmp_path)] == [1.0, 0.3, 0.1, 0.01]


def test_another_case_with_a_longer_name_is_not_taken(tmp_path: Path) -> None:
    results = [made_up_result("default", 0.3, "realistic", 0, 0.7)]
    write_gallery_case(tmp_path, results, size=40)
    folder = tmp_path / "predictions" / results[0].cell.name
    (folder / "a_probability.png").rename(folder / "ab_probability.png")
    assert find_gallery(Grid(results), tmp_path) == []


def test_of_a_volume_the_slice_beside_the_prediction_is_shown(tmp_path: Path) -> None:
    results = [made_up_result("default", 0.3, "realistic", 0, 0.7, data_set="hippocampus")]
    write_gallery_case(tmp_path, results, size=40)
    folder = tmp_path / "predictions" / results[0].cell.name
    (folder / "a_probability.png").unlink()
    for kind, value in {"image": 90, "truth": 2, "classes": 1}.items():
        Image.fromarray(np.full((30, 20), value, dtype=np.uint8)).save(folder / f"slice_{kind}.png")
    (row,) = find_gallery(Grid(results), tmp_path)
    assert (row.case, row.image.shape, row.drawing) == ("slice", (30, 20, 3), None)
    assert (row.truth == 2).all() and (row.methods[0].found == 1).all()


def test_without_predictions_there_is_no_gallery(tmp_path: Path) -> None:
    assert find_gallery(Grid(made_up_results()), tmp_path) == []
