import pytest

from scripts.boxes.plan import BoxPlan, choose_dense
from scripts.errors import DataError


@pytest.mark.parametrize("share, count", [(0, 0), (0.001, 1), (0.18, 9), (0.5, 25), (1, 50), (2, 2), (50, 50)])
def test_share_or_number(share, count):
    assert sum(choose_dense(range(50), share, seed=0)) == count


def test_dense_cases_of_a_smaller_share_are_dense_with_a_larger_one():
    chosen = [choose_dense(range(50), share, seed=3) for share in (0, 0.05, 0.18, 7, 0.5, 1)]
    ordered = sorted(chosen, key=sum)
    for few, many in zip(ordered, ordered[1:]):
        assert all(not dense or kept for dense, kept in zip(few, many))


def test_another_seed_chooses_others():
    assert choose_dense(range(50), 0.2, seed=0) != choose_dense(range(50), 0.2, seed=1)


def test_more_than_there_are():
    with pytest.raises(DataError, match="7 dense cases were asked for, but there are 6"):
        choose_dense(range(6), 7, seed=0)


def test_label_table_has_lists_where_a_name_has_several_values():
    plan = BoxPlan({"car": (8,), "person": (9, 10)}, background=(0, 1), ignored=11)
    assert plan.names == ["car", "person"]
    assert plan.dense_labels == {"background": [0, 1], "car": 8, "person": [9, 10], "ignore": 11}
    assert BoxPlan({"nucleus": (255,)}).dense_labels == {"background": 0, "nucleus": 255}
