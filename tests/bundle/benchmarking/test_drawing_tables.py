from benchmark_results import made_up_grid, made_up_result, made_up_results

from bundle.benchmarking.drawing_tables import drawings_section, matrices_section, not_run_section, stopped_section
from bundle.benchmarking.grid import Grid


def test_measured_figures_of_the_drawings() -> None:
    text = drawings_section(made_up_grid())
    assert "| realistic | 0.3 | 0.300 | 0.750 | 0.210 | 0.990 | 0.200 | 3 |" in text


def test_figures_that_are_not_known() -> None:
    result = made_up_result("default", 0.3, "realistic", 0, 0.7)
    result.drawings["negative_precision"] = None
    assert "| 0.210 | - | 0.200 | 1 |" in drawings_section(Grid([result]))


def test_estimated_beside_true_matrices() -> None:
    text = matrices_section(made_up_grid((0.3,)))
    assert "| [0.95 0.20], [0.05 0.80] | [0.97 0.25], [0.03 0.75] | 0.035 |" in text
    assert len(text.splitlines()) == 3


def test_the_diagonal_of_many_classes() -> None:
    matrix = [[0.9 if i == k else 0.025 for i in range(5)] for k in range(5)]
    matrices = {"estimated": matrix, "true": None}
    result = made_up_result("default", 0.3, "realistic", 0, 0.7, matrices=matrices)
    assert "| diagonal 0.90 0.90 0.90 0.90 0.90 | - | - |" in matrices_section(Grid([result]))


def test_classes_that_were_never_drawn_are_unknown() -> None:
    matrices = {"estimated": [[1.0, None], [0.0, None]], "true": [[0.9, None], [0.1, None]]}
    result = made_up_result("default", 0.3, "realistic", 0, 0.7, matrices=matrices)
    assert "| [1.00 -], [0.00 -] | [0.90 -], [0.10 -] | 0.100 |" in matrices_section(Grid([result]))


def test_drawings_are_those_of_all_training_cases() -> None:
    results = [made_up_result(method, 0.3, "realistic", 0, 0.7) for method in ("default", "semi")]
    results[1].drawings["ratio"] = 0.5
    assert "| realistic | 0.3 | 0.300 |" in drawings_section(Grid(results))


def test_without_matrices_there_is_no_table() -> None:
    assert matrices_section(Grid([made_up_result("two_decoders", 0.3, "realistic", 0, 0.7)])) == ""


def test_stopped_cells_have_their_reason() -> None:
    result = made_up_result("coupled_literal", 0.05, "bad", 2, 0.0, status="stopped")
    assert "| bad | 0.05 | 2 | the matrices are about to swap \\| stopped |" in stopped_section(Grid([result]))
    assert stopped_section(made_up_grid()) == ""


def test_what_was_not_run_is_listed() -> None:
    results = [
        result
        for result in made_up_results()
        if (result.cell.method, result.cell.ratio) != ("coupled_literal", 0.05)
        and (result.cell.method, result.cell.seed) != ("dense_few", 1)
    ]
    grid = Grid(results)
    text = not_run_section(grid)
    assert f"* {grid.label('coupled_literal')}: realistic 0.05 (all seeds)\n" in text
    assert f"* {grid.label('dense_few')}: (seed 1)\n" in text
    assert f"not run at all: {grid.not_run[0].label}" in text
