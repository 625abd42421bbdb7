"""Problems of one file are told together."""

from pathlib import Path

import pytest

from bundle.importing.problem_list import ProblemList
from scripts.errors import DataError


def test_no_problem_raises_nothing():
    ProblemList(Path("a.json")).raise_any()


def test_problems_are_listed_without_repeating_the_file():
    problems = ProblemList(Path("a.json"))
    problems.add("first")
    with problems.collecting():
        raise DataError("a.json: second")
    with pytest.raises(DataError) as error:
        problems.raise_any()
    assert str(error.value) == "a.json: 2 problems:\n  first\n  second"


def test_one_problem_stands_alone():
    problems = ProblemList(Path("a.json"))
    problems.add("first")
    with pytest.raises(DataError, match="^a.json: first$"):
        problems.raise_any()


def test_other_errors_are_not_hidden():
    with pytest.raises(KeyError), ProblemList(Path("a.json")).collecting():
        raise KeyError
