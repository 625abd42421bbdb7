from benchmark_results import made_up_grid, made_up_result

from bundle.benchmarking.command_text import benchmark_commands
from bundle.benchmarking.data_sets import DATA_SETS
from bundle.benchmarking.grid import Grid
from bundle.benchmarking.plan import plan_cells


def _planned(*, commands: tuple[str, ...] = ("run training",), **chosen: object) -> Grid:
    cells = plan_cells(DATA_SETS["retina"], **chosen)
    return Grid(made_up_result(c.method, c.ratio, c.quality, c.seed, 0.7, commands=list(commands)) for c in cells)


def _only(grid: Grid) -> str:
    (command,) = benchmark_commands(grid)
    return command


def test_the_plan_needs_no_options() -> None:
    assert _only(_planned()) == "python -m bundle benchmark retina"


def test_chosen_seeds_are_named() -> None:
    assert _only(_planned(seeds=(0, 7))) == "python -m bundle benchmark retina --seed 0 --seed 7"


def test_chosen_methods_are_named() -> None:
    found = _only(_planned(methods=("default", "dense_masks")))
    assert found == "python -m bundle benchmark retina --method default --method dense_masks"


def test_a_quick_run_is_told_by_its_epochs() -> None:
    found = _only(_planned(quick=True, commands=("run training --train#trainer#max_epochs 5",)))
    assert found == "python -m bundle benchmark retina --quick"


def test_full_trainings_are_told() -> None:
    results = [
        made_up_result(c.method, c.ratio, c.quality, c.seed, 0.7, full=True) for c in plan_cells(DATA_SETS["retina"])
    ]
    assert _only(Grid(results)) == "python -m bundle benchmark retina --full"


def test_a_stopped_run_goes_on_with_the_same_command() -> None:
    grid = _planned(methods=("default",))
    assert _only(Grid(grid.results[:-1])) == "python -m bundle benchmark retina --method default"


def test_other_cells_are_named_in_full() -> None:
    found = _only(made_up_grid((0.2,), ("bad",), seeds=(4,)))
    assert found.startswith("python -m bundle benchmark retina --method default ")
    assert found.endswith(" --ratio 0.2 --quality bad --seed 4")


def test_single_mistakes_have_a_command_of_their_own() -> None:
    results = _planned(methods=("default",)).results
    results += [made_up_result("default", 0.3, name, seed, 0.7) for name in ("beside", "too_wide") for seed in (1, 2)]
    assert benchmark_commands(Grid(results)) == [
        "python -m bundle benchmark retina --method default",
        "python -m bundle benchmark retina --method default --ratio 0.3 --quality too_wide --quality beside "
        "--seed 1 --seed 2",
    ]
