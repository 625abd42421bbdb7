"""What an import does unless it is told otherwise."""

from pathlib import Path

from bundle.importing.case_lists import SplitPlan
from bundle.importing.import_request import ImportRequest


def test_nothing_is_assumed_that_only_a_person_can_know() -> None:
    request = ImportRequest(Path("images"), Path("annotations"), Path("out"))
    assert not (request.dense or request.empty_counts or request.update or request.last)
    assert request.width is None
    assert request.split == SplitPlan(validation=0.1, test=0, seed=0, again=False)
