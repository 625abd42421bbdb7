from benchmark_results import made_up_grid, made_up_result, made_up_results

from bundle.benchmarking.grid import Grid
from bundle.benchmarking.tables import (
    differences_section,
    margin_section,
    methods_section,
    quality_section,
    targets_section,
)


def _rows(text: str, start: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith(f"| {start}")]


def test_a_table_of_the_methods_for_each_ratio() -> None:
    text = methods_section(made_up_grid())
    assert [line for line in text.splitlines() if line.startswith("#")] == [
        "### Dense masks, the same for every ratio",
        "### Ratio 1, realistic drawings",
        "### Ratio 0.3, realistic drawings",
        "### Ratio 0.05, realistic drawings",
    ]
    assert len(_rows(text, "dense masks")) == 1
    assert len(_rows(text, "**")) == 3


def _after(text: str, heading: str) -> str:
    return text.split(heading)[1].split("###")[0]


def test_a_method_that_was_not_run_has_a_line_under_the_table() -> None:
    results = [r for r in made_up_results() if (r.cell.method, r.cell.ratio) != ("coupled_literal", 0.05)]
    grid = Grid(results)
    for text in (methods_section(grid), differences_section(grid)):
        assert "Not run" not in _after(text, "### Ratio 0.3,")
        here = _after(text, "### Ratio 0.05,")
        assert f"Not run here: {grid.label('coupled_literal')}.\n" in here
        assert not _rows(here, f"{grid.label('coupled_literal')} |")


def test_where_the_default_was_not_run_nothing_is_compared() -> None:
    results = [r for r in made_up_results() if (r.cell.method, r.cell.ratio) != ("default", 0.05)]
    assert _after(differences_section(Grid(results)), "drawings\n\n").startswith("| the default minus")
    assert "The default was not run here." in _after(differences_section(Grid(results)), "### Ratio 0.05,")


def test_methods_without_a_seed_in_common_say_so() -> None:
    results = [made_up_result("default", 0.3, "realistic", 0, 0.7)]
    results += [made_up_result("two_decoders", 0.3, "realistic", 1, 0.6)]
    assert "no seed in common" in differences_section(Grid(results))


def test_a_stopped_method_is_told_apart_from_one_that_was_not_run() -> None:
    results = [made_up_result("default", 0.3, "realistic", 0, 0.7)]
    results += [made_up_result("partial_cross_entropy", 0.3, "realistic", 0, 0.0, status="stopped")]
    grid = Grid(results)
    assert "1 stopped" in methods_section(grid)
    assert "it was stopped" in differences_section(grid)


def test_a_difference_says_whether_its_interval_excludes_zero() -> None:
    results = [made_up_result("default", 0.3, "realistic", seed, 0.7 + seed / 100) for seed in range(3)]
    for method, dices in {"partial_cross_entropy": (0.6, 0.61, 0.625), "two_decoders": (0.6, 0.8, 0.7)}.items():
        results += [made_up_result(method, 0.3, "realistic", seed, dice) for seed, dice in enumerate(dices)]
    text = differences_section(Grid(results))
    assert "| yes, better | 3 |" in text
    assert "| no | 3 |" in text


def test_without_the_default_the_differences_say_so() -> None:
    grid = Grid([made_up_result("two_decoders", 0.3, "realistic", 0, 0.7)])
    assert differences_section(grid) == "The default method was not run.\n"


def test_the_margin_by_ratio() -> None:
    text = margin_section(made_up_grid())
    assert len(_rows(text, "0.3 |")) == 1
    assert "the margin gains +2.0" in text


def test_qualities_are_compared_where_there_are_several() -> None:
    assert quality_section(made_up_grid()) == ""
    text = quality_section(made_up_grid((0.3,), ("clean", "realistic", "bad")))
    assert "| method | clean | realistic | bad |" in text
    assert len(_rows(text, "default |")) == 1


def test_a_method_of_one_quality_alone_is_not_compared_by_quality() -> None:
    grid = made_up_grid((0.3,), ("clean", "realistic"))
    results = [r for r in grid.results if (r.cell.method, r.cell.quality) != ("coupled_literal", "clean")]
    assert not _rows(quality_section(Grid(results)), grid.label("coupled_literal"))


def test_every_target_has_a_row() -> None:
    text = targets_section(made_up_grid())
    assert len(text.splitlines()) == 2 + 10
    assert "**met**" in text and "**missed**" in text
