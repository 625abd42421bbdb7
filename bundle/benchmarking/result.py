"""What a cell gave, as a file."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bundle.benchmarking.cell import Cell
from scripts.errors import DataError
from scripts.replacing import replacing

__all__ = ["Result", "read_results", "result_path"]


def result_path(out: Path, cell: Cell) -> Path:
    """Where the result of a cell lies in the folder of a benchmark."""
    return out / "cells" / f"{cell.name}.json"


@dataclass(frozen=True)
class Result:
    """The figures of one cell and what they were obtained with.

    Attributes:
        cell: what was trained on what.
        status: ``done``, or ``stopped`` for a training that the product itself refused or stopped.
        reason: why it was stopped; None of one that is done.
        metrics: means over test cases, such as ``dice``, ``best_dice``, ``ece``; None where undefined.
        cases: the same per test case.
        drawings: means over the training drawings, such as ``ratio``; None where there are none.
        matrices: ``estimated`` and ``true`` confusion matrix (a row per drawn class, a column per true one), or None.
        budget: of the training: epochs, steps and so on.
        seconds: that training and evaluation took.
        commands: what was run, to be pasted in the repository's root.
        commit: of the code, with ``+changes`` where files had been changed since.
        hardware: processor or GPU.
        versions: of the libraries.
        data_fingerprint: sha256 of the training labels.
        full: trained with the network and for as long as the product's config says, not the small ones of a benchmark.
    """

    cell: Cell
    status: str
    reason: str | None = None
    metrics: dict[str, float | None] = field(default_factory=dict)
    cases: dict[str, dict[str, float | None]] = field(default_factory=dict)
    drawings: dict[str, float | None] | None = None
    matrices: dict[str, list[list[float]] | None] | None = None
    budget: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    commands: list[str] = field(default_factory=list)
    commit: str = ""
    hardware: str = ""
    versions: dict[str, str] = field(default_factory=dict)
    data_fingerprint: str = ""
    full: bool = False

    def write(self, path: Path) -> None:
        """Write the file as a whole."""
        with replacing(path) as temporary:
            temporary.write_text(json.dumps(asdict(self), indent=2, allow_nan=False) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Result:
        """Read a file.

        Raises:
            DataError: it is not a result.
        """
        try:
            content = json.loads(Path(path).read_text(encoding="utf-8"))
            result = cls(**{**content, "cell": Cell(**content["cell"])})
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise DataError(
                f"{path} is not a result of `python -m bundle benchmark` ({error}). Remove it, and its "
                "cell is run again."
            ) from error
        if result.status not in ("done", "stopped"):
            raise DataError(f"{path}: the status is {result.status!r}, expected done or stopped. Remove the file.")
        return result


def read_results(out: Path, data_set: str | None = None, full: bool | None = None) -> list[Result]:
    """All results in ``out/cells``, none where there is no such folder; of ``data_set``, where that is given.

    Raises:
        DataError: one is of another data set, a file is not a result, or small and full trainings are side by side, be
            it among the results or with what ``full`` asks for.
    """
    # a name that begins with a dot is being written by another process
    results = [Result.read(path) for path in sorted((out / "cells").glob("[!.]*.json"))]
    others = sorted({result.cell.data_set for result in results} - {data_set})
    if data_set is not None and others:
        raise DataError(
            f"{out} holds results of {', '.join(others)}, and the benchmark is of {data_set}. Give each its own --out."
        )
    sizes = {result.full for result in results}
    if len(sizes | ({full} - {None})) > 1:
        held = "with and without" if len(sizes) > 1 else "with" if True in sizes else "without"
        asked = "" if full is None else f", and this run is {'with' if full else 'without'} it"
        raise DataError(
            f"{out} holds results {held} --full{asked}: another network, trained for longer. Give each its own --out."
        )
    return results
