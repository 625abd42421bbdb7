import pytest
from benchmark_results import made_up_result

from bundle.benchmarking.grid import Grid
from bundle.benchmarking.mistakes import DESCRIPTIONS, mistake_costs, mistakes_section
from bundle.drawing_qualities import MISTAKES, QUALITIES


def _grid(*qualities):
    dice = {"clean": 0.8, "too_wide": 0.7, "beside": 0.75, "realistic": 0.6}
    return Grid(
        made_up_result("default", ratio=0.3, quality=quality, seed=seed, dice=dice[quality] + 0.01 * seed)
        for quality in qualities
        for seed in (0, 1)
    )


def test_points_lost_are_those_of_the_same_seeds():
    rows = {row.quality: row for row in mistake_costs(_grid("clean", "too_wide", "beside", "realistic"), 0.3)}
    assert list(rows) == ["clean", "too_wide", "beside", "realistic"]
    assert rows["clean"].lost is None
    assert rows["too_wide"].lost.mean == pytest.approx(0.1)
    assert rows["too_wide"].lost.half_width == pytest.approx(0, abs=1e-9)
    assert rows["beside"].dice.mean == pytest.approx(0.755)


def test_the_section_names_each_mistake():
    text = mistakes_section(_grid("clean", "too_wide", "realistic"))
    assert "strokes wider than the structure" in text and "10.0" in text


@pytest.mark.parametrize("qualities", [("clean", "realistic"), ("too_wide", "realistic")])
def test_without_mistakes_or_without_clean_drawings_there_is_no_section(qualities):
    assert mistakes_section(_grid(*qualities)) == ""


def test_mistakes_are_no_qualities():
    grid = _grid("clean", "too_wide")
    assert grid.qualities == ["clean"] and grid.mistakes == ["too_wide"]
    assert grid.settings == [(0.3, "clean")]


def test_every_way_to_draw_is_described():
    assert set(DESCRIPTIONS) == {*QUALITIES, *MISTAKES}
