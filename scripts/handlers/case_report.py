"""One table with every case's metrics."""

from __future__ import annotations

import csv
import json
import logging
import warnings
from collections.abc import Sequence
from pathlib import Path

import ignite.distributed as idist
import numpy as np
import torch
from ignite.engine import Engine, Events
from monai.utils import string_list_all_gather

from scripts.errors import SettingError
from scripts.handlers.cases import case_names, case_path, iteration_cases
from scripts.replacing import replacing

__all__ = ["CaseReport", "metric_columns", "summarise"]

logger = logging.getLogger(__name__)


def metric_columns(name: str, values: np.ndarray, classes: Sequence[str] | None = None) -> dict[str, np.ndarray]:
    """Columns of the table for one metric.

    Args:
        name: of the metric.
        values: `B` or `BC`, a row per case.
        classes: names of the C classes, or of C + 1 with the background first.

    Returns:
        ``{"dice": values}`` for one class, ``{"dice[artery]": ..., "dice[vein]": ...}`` for several; without names
        the channels of the metric are counted from 1.

    Raises:
        SettingError: when ``classes`` does not fit the metric.
    """
    values = values.reshape(len(values), -1)
    count = values.shape[1]
    if count == 1:
        return {name: values[:, 0]}
    names = [str(k + 1) for k in range(count)] if classes is None else list(classes)[-count:]
    if classes is not None and len(classes) not in (count, count + 1):
        raise SettingError(
            f"CaseReport: the metric '{name}' has {count} classes per case, but 'classes' names {len(classes)}: "
            f"{list(classes)}; expected {count}, or {count + 1} with the background first."
        )
    return {f"{name}[{label}]": values[:, k] for k, label in enumerate(names)}


def summarise(column: np.ndarray) -> dict[str, float]:
    """Mean, median and (population) standard deviation of the values that are not nan; nan where there are none."""
    with warnings.catch_warnings(), np.errstate(invalid="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)  # numpy's warning about a column without values
        return {
            "mean": float(np.nanmean(column)),
            "median": float(np.nanmedian(column)),
            "std": float(np.nanstd(column)),
        }


def _decimal(value: float, digits: int) -> str:
    return "" if np.isnan(value) else f"{value:.{digits}f}"


class CaseReport:
    """Writes ``metrics.csv``: a row per case, a column per metric and class, then mean, median and std.

    Beside it ``metrics.json`` holds the number of cases and every metric of the evaluation, also those that have no
    value per case.

    The values are those that MONAI's metric handlers keep per case (``save_details=True``, their default); an
    undefined value (nan, such as the Dice of an empty reference) is left empty and does not count in the summary.
    The table also goes to the log, shortened.

    Args:
        output_dir: folder for both files; created when missing, earlier ones are replaced.
        metrics: names of the metrics to report, in this order; default: all that have a value per case and class.
        classes: names of the classes, with or without the background first, for columns such as ``dice[vein]``.
        log_cases: number of cases that the log shows; the file has all.
        image_key: key of the image, whose metadata names the file that names the case.
        file_name: of the table.

    Raises:
        SettingError: when a metric of ``metrics`` has no values per case, or ``classes`` does not fit.
        RuntimeError: when a metric has another number of rows than there were cases.
    """

    def __init__(
        self,
        output_dir: str | Path,
        metrics: Sequence[str] | None = None,
        classes: Sequence[str] | None = None,
        log_cases: int = 10,
        image_key: str = "image",
        file_name: str = "metrics.csv",
    ) -> None:
        self.path = Path(output_dir) / file_name
        self.metrics = None if metrics is None else list(metrics)
        self.classes = classes
        self.log_cases = log_cases
        self.image_key = image_key
        self._paths: list[str] = []

    def attach(self, engine: Engine) -> None:
        """Register with an evaluator."""
        engine.add_event_handler(Events.EPOCH_STARTED, self._reset)
        engine.add_event_handler(Events.ITERATION_COMPLETED, self._collect)
        engine.add_event_handler(Events.COMPLETED, self._write)

    def _reset(self) -> None:
        self._paths = []

    def _collect(self, engine: Engine) -> None:
        self._paths += [case_path(case, self.image_key) for case in iteration_cases(engine)]

    def _columns(self, engine: Engine, count: int) -> dict[str, np.ndarray]:
        """Columns of the table, each of ``count`` values."""
        details = engine.state.metric_details
        missing = [name for name in self.metrics or () if name not in details]
        if missing:
            raise SettingError(
                f"CaseReport: no values per case for {missing}; the evaluator has them for {sorted(details)}. "
                "Name one of these, or give the metric save_details=true."
            )
        columns: dict[str, np.ndarray] = {}
        for name in details if self.metrics is None else self.metrics:
            values = torch.as_tensor(details[name]).detach().cpu().double().numpy()
            if values.ndim not in (1, 2):
                message = f"the metric '{name}' keeps shape {values.shape} per case; expected (cases, classes)"
                if self.metrics is not None:
                    raise SettingError(f"CaseReport: {message}. Leave it out of 'metrics'.")
                logger.warning("left out of the table: %s", message)
                continue
            if len(values) != count:
                raise RuntimeError(
                    f"the metric '{name}' has {len(values)} rows, but {count} cases were evaluated; their values "
                    "cannot be told apart. Every case must pass the metric exactly once."
                )
            columns.update(metric_columns(name, values, self.classes))
        return columns

    def _write(self, engine: Engine) -> None:
        # every process takes part in gathering, only the first writes; MONAI gathers the metrics in the same order
        names = case_names(string_list_all_gather(self._paths))
        if idist.get_rank() != 0:
            return
        columns = self._columns(engine, len(names))
        summaries = {name: summarise(column) for name, column in columns.items()}
        header = ["case", *columns]
        cases = [[name, *(column[row] for column in columns.values())] for row, name in enumerate(names)]
        summary = [[key, *(values[key] for values in summaries.values())] for key in ("mean", "median", "std")]
        with replacing(self.path) as temporary, open(temporary, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(header)
            writer.writerows([name, *(_decimal(value, 6) for value in values)] for name, *values in cases + summary)
        numbers = {name: value for name, value in engine.state.metrics.items() if isinstance(value, int | float)}
        content = {"cases": len(names), **{name: None if np.isnan(v) else v for name, v in numbers.items()}}
        with replacing(self.path.with_suffix(".json")) as temporary:
            Path(temporary).write_text(json.dumps(content, indent=4) + "\n", encoding="utf-8")
        self._log(header, cases, summary)

    def _log(self, header: list[str], cases: list[list], summary: list[list]) -> None:
        """The table in aligned columns, cut to ``log_cases`` cases."""
        rows = [[name, *(_decimal(value, 4) or "-" for value in values)] for name, *values in cases[: self.log_cases]]
        if len(cases) > self.log_cases:
            rows.append([f"... {len(cases) - self.log_cases} more", *[""] * (len(header) - 1)])
        rows += [[name, *(_decimal(value, 4) or "-" for value in values)] for name, *values in summary]
        widths = [max(len(row[k]) for row in [header, *rows]) for k in range(len(header))]
        lines = [
            row[0].ljust(widths[0]) + "".join(cell.rjust(width + 2) for cell, width in zip(row[1:], widths[1:]))
            for row in [header, *rows]
        ]
        logger.info("%d cases, all values in %s\n%s", len(cases), self.path, "\n".join(lines))
