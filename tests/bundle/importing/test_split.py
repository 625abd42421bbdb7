"""Subjects in lists."""

import pytest

from bundle.importing.split import split_subjects
from scripts.errors import DataError

PEOPLE = [f"p{number:02d}" for number in range(20)]


def split(subjects=PEOPLE, **options) -> dict[str, str]:
    told = {"measurable": subjects, "dense": (), "given": {}, "validation": 0.1, "test": 0.0, "seed": 0, **options}
    return split_subjects(subjects, **told)


def held(found: dict[str, str], section: str) -> set[str]:
    return {name for name, where in found.items() if where == section}


@pytest.mark.parametrize(
    ("validation", "test", "sizes"),
    [(0.1, 0.0, (2, 0)), (0.01, 0.26, (1, 5)), (3, 1, (3, 1)), (0, 0, (0, 0)), (0.5, 9, (10, 9))],
)
def test_numbers_and_shares(validation: float, test: float, sizes: tuple[int, int]) -> None:
    found = split(validation=validation, test=test)
    assert (len(held(found, "validation")), len(held(found, "test"))) == sizes
    assert len(held(found, "training")) == 20 - sum(sizes)


def test_the_order_is_that_of_the_seed_alone() -> None:
    assert split() == split(PEOPLE[::-1]) == split(set(PEOPLE))
    assert len({tuple(sorted(held(split(seed=seed), "validation"))) for seed in range(9)}) > 3


def test_later_subjects_change_nothing_for_the_earlier_ones() -> None:
    before = split(PEOPLE[:10], validation=2)
    assert split(given=before, validation=4).items() >= before.items()
    assert len(held(split(given=before, validation=4), "validation")) == 4


def test_what_is_given_stays_and_counts() -> None:
    given = {"p03": "validation", "p04": "test", "p99": "validation"}
    found = split(given=given, validation=1, test=2)
    assert held(found, "validation") == {"p03"}
    assert "p04" in held(found, "test")
    assert len(held(found, "test")) == 2
    assert "p99" not in found


def test_dense_masks_are_measured_on_first_and_boxes_never() -> None:
    found = split(dense={"p07", "p11"}, measurable=["p07", "p11", "p12"], validation=2, test=2)
    assert held(found, "validation") == {"p07", "p11"}
    assert held(found, "test") == {"p12"}


def test_none_left_for_training() -> None:
    with pytest.raises(DataError, match=r"2 subject\(s\) have labels, and none of them is left for training"):
        split(PEOPLE[:2], validation=2)
