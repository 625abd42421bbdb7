from dataclasses import replace

import pytest

from bundle.benchmarking.data_sets import DATA_SETS
from bundle.benchmarking.methods import BUNDLE, METHODS
from bundle.benchmarking.plan import RATIOS, plan_cells

RETINA = DATA_SETS["retina"]


def test_the_most_telling_cells_come_first():
    names = [cell.name for cell in plan_cells(RETINA)]
    assert names[:3] == ["default-realistic-r0.3-s1", "partial_cross_entropy-realistic-r0.3-s1", "dense_masks-dense-s1"]
    assert names.index("semi-realistic-r0.3-s1") < names.index("default-realistic-r0.05-s1")
    assert names.index("semi-realistic-r0.05-s1") < names.index("default-realistic-r1-s1")
    assert names.index("default-realistic-r0.01-s1") < names.index("default-bad-r0.3-s1")
    assert names.index("default-bad-r0.3-s1") < names.index("default-realistic-r0.3-s2")


def test_the_plan_has_every_method_and_the_baselines_at_every_ratio():
    cells = plan_cells(RETINA)
    assert len(set(cells)) == len(cells)
    left_out = RETINA.methods_left_out
    own = {name: method for name, method in METHODS.items() if method.runner == BUNDLE and name not in left_out}
    assert {cell.method for cell in cells} == set(own) and {cell.seed for cell in cells} == set(RETINA.seeds)
    for name, method in own.items():
        ratios = {cell.ratio for cell in cells if cell.method == name}
        if not method.uses_ratio:
            assert ratios == {None}
        elif method.kind == "baseline" or name in ("default", "coupled_literal"):
            assert ratios == set(RATIOS)
        else:
            assert ratios == {0.3, 0.05}


def test_the_split_that_the_default_was_chosen_on_is_in_no_plan():
    assert {cell.seed for cell in plan_cells(RETINA)} == {1, 2, 3}
    assert {cell.seed for cell in plan_cells(DATA_SETS["mnist"])} == {0, 1, 2}


def test_nnunet_is_run_only_when_it_is_asked_for():
    assert "nnunet_ignore" not in {cell.method for quick in (True, False) for cell in plan_cells(RETINA, quick=quick)}
    (cell,) = plan_cells(RETINA, methods=["nnunet_ignore"], ratios=[0.3], seeds=[1])
    assert cell.name == "nnunet_ignore-realistic-r0.3-s1"


def test_a_choice_gives_every_combination():
    cells = plan_cells(
        RETINA,
        methods=["default", "dense_masks"],
        ratios=[0.2, 0.3],
        qualities=["clean", "bad"],
        seeds=[5],
    )
    assert [cell.name for cell in cells] == [
        "dense_masks-dense-s5",
        "default-clean-r0.3-s5",
        "default-clean-r0.2-s5",
        "default-bad-r0.3-s5",
        "default-bad-r0.2-s5",
    ]


def test_a_chosen_ratio_has_realistic_drawings():
    cells = plan_cells(RETINA, methods=["default"], ratios=[0.5], seeds=[0])
    assert [cell.name for cell in cells] == ["default-realistic-r0.5-s0"]


def test_a_quick_run_is_small_and_can_be_changed():
    cells = plan_cells(RETINA, quick=True)
    assert len(cells) == 8 and {cell.seed for cell in cells} == {1, 2} and {cell.ratio for cell in cells} == {0.3, None}
    assert [c.name for c in plan_cells(RETINA, quick=True, methods=["semi"], seeds=[7])] == ["semi-realistic-r0.3-s7"]


@pytest.mark.parametrize("quick", [False, True])
def test_drawings_that_come_with_the_set_have_one_quality(quick):
    cells = plan_cells(DATA_SETS["cityscapes"], quick=quick, seeds=[0])
    assert {(cell.ratio, cell.quality) for cell in cells} == {(1.0, "polygons"), (None, "dense")}


def test_methods_that_make_no_sense_are_left_out():
    cells = plan_cells(replace(RETINA, methods_left_out=("semi",)))
    assert "semi" not in {cell.method for cell in cells}
