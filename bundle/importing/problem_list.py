"""Collects what is wrong with an annotation file, so that a user can mend all of it at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.errors import DataError, list_problems

__all__ = ["ProblemList"]


class ProblemList:
    """The problems of one file.

    Args:
        source: the file, which begins the message.
    """

    def __init__(self, source: Path) -> None:
        self.source = source
        self.problems: list[str] = []

    def add(self, problem: str) -> None:
        """One problem more, in words that go on after the name of the file."""
        self.problems.append(problem)

    @contextmanager
    def collecting(self) -> Iterator[None]:
        """Keep a :class:`DataError` of the block as a problem, and go on behind the block."""
        try:
            yield
        except DataError as error:
            self.add(str(error).removeprefix(f"{self.source}: "))

    def raise_any(self) -> None:
        """Raise what was collected.

        Raises:
            DataError: listing all problems; none if there are none.
        """
        if len(self.problems) == 1:
            raise DataError(f"{self.source}: {self.problems[0]}")
        if self.problems:
            raise DataError(list_problems(f"{self.source}: {len(self.problems)} problems", self.problems))
