import pytest

from bundle.benchmarking.semi_datalist import semi_datalist
from scripts.errors import DataError


def lists(count):
    coarse = [{"image": f"{i}.png", "label": f"d{i}.png", "supervision": "coarse"} for i in range(count)]
    dense = [{"image": f"{i}.png", "label": f"m{i}.png", "supervision": "dense"} for i in range(count)]
    common = {"labels": {"vessel": 1}, "test": ["t"], "provenance": {"seed": 1}}
    return {"training": coarse, **common}, {"training": dense, **common}


@pytest.mark.parametrize("count, dense", [(3, 2), (12, 2), (18, 3), (60, 10)])
def test_a_sixth_but_two_at_least_are_dense(count, dense):
    coarse, masks = lists(count)
    semi = semi_datalist(coarse, masks, seed=0)
    kept = [case for case in semi["training"] if case["supervision"] == "dense"]
    assert len(semi["training"]) == count and len(kept) == dense == semi["provenance"]["dense_cases"]
    assert all(case in masks["training"] or case in coarse["training"] for case in semi["training"])
    assert [case["image"] for case in semi["training"]] == [case["image"] for case in coarse["training"]]
    assert semi["test"] == ["t"] and semi["labels"] == {"vessel": 1} and semi["provenance"]["seed"] == 1


def test_the_seed_chooses():
    coarse, masks = lists(18)
    chosen = [semi_datalist(coarse, masks, seed=seed)["training"] for seed in (0, 0, 1)]
    assert chosen[0] == chosen[1] != chosen[2]


def test_nothing_is_changed_in_place():
    coarse, masks = lists(4)
    semi_datalist(coarse, masks, seed=0)
    assert (coarse, masks) == lists(4)


def test_refuses_to_leave_no_drawing():
    with pytest.raises(DataError, match="2 of 2 training cases would be dense and none drawn. At least 3"):
        semi_datalist(*lists(2), seed=0)


def test_refuses_lists_of_other_cases():
    coarse, masks = lists(4)
    masks["training"].reverse()
    with pytest.raises(DataError, match="differ"):
        semi_datalist(coarse, masks, seed=0)
