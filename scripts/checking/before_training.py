"""The check of a data set that each training starts with."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from scripts.checking.finding import Finding
from scripts.checking.listing import cases_of_lists, list_cases
from scripts.checking.report_text import counted, group_by_check
from scripts.checking.reports import write_reports
from scripts.checking.run_checks import check_cases
from scripts.checking.settings import CheckSettings
from scripts.checking.verdict import Verdict
from scripts.errors import DataError, SettingError, list_problems

__all__ = ["check_before_training"]

logger = logging.getLogger(__name__)

_SWITCH = {"on": True, True: True, "off": False, False: False, None: False}


def check_before_training(
    check: str | bool | None,
    training: Sequence[Mapping[str, Any]],
    validation: Sequence[Mapping[str, Any]],
    *,
    folder: str | Path,
    datalist: str | Path,
    dataset_dir: str | Path | None = None,
    **settings: Any,
) -> None:
    """Stop a training whose data set has errors, and log what else is worth a look.

    Called from the ``initialize`` section of the configs. What was checked before costs next to nothing. Test cases of
    the datalist are looked at too, for subjects and images that are also trained on; other errors of theirs are
    warnings.

    Args:
        check: ``on`` or ``off``; off does nothing.
        training: cases as :func:`scripts.data.load_cases` gives them, or the bare pairs that MONAI Label passes.
        validation: likewise.
        folder: gets ``report.html``, ``report.json``, ``records`` and ``thumbnails``.
        datalist: that the cases come from, unless a server gave them.
        dataset_dir: folder that relative paths in the datalist start from.
        settings: as for :class:`scripts.checking.settings.CheckSettings`.

    Raises:
        SettingError: for any other value of ``check``.
        DataError: listing the first ten errors.
    """
    if not isinstance(check, str | bool | None) or check not in _SWITCH:
        raise SettingError(f"the setting `check` must be on or off, got {check!r}.")
    if not _SWITCH[check]:
        return
    source, cases, listed = _cases(training, validation, datalist, dataset_dir)
    verdict = check_cases(cases, CheckSettings(**settings), source=source, folder=Path(folder), listed=listed)
    report = _report(verdict, Path(folder))
    _log_warnings(verdict, report)
    # a broken test case does no harm to the training; a leak from the test set names a case of the training
    errors = [finding for finding in verdict.errors if not _of_test(finding)]
    if errors:
        title = f"the check of {source} found {counted(len(errors), 'error')}"
        shown = f" ({report} shows all that was found)" if report else ""
        raise DataError(
            list_problems(title, [finding.message for finding in errors])
            + (
                f"\nCorrect the drawings{shown}, save them again, and train again."
                if _handed_in(training)
                else f"\nCorrect the data{shown}, or train all the same with --check off."
            )
        )


def _cases(
    training: Sequence[Mapping[str, Any]],
    validation: Sequence[Mapping[str, Any]],
    datalist: str | Path,
    dataset_dir: str | Path | None,
) -> tuple[str, list[dict[str, Any]], list[Finding]]:
    """Where the cases come from, the cases, and what there is to say of the datalist if they are from there."""
    given = cases_of_lists(training, validation, datalist)
    if Path(datalist).is_file():
        listed, findings = list_cases(datalist, dataset_dir)
        used = [_place(case) for case in listed if case["section"] != "test"]
        if used == [_place(case) for case in given]:
            # all of the datalist, so that nothing that is trained on is in the test set too
            return str(datalist), listed, findings
    return "the data set", given, []


def _handed_in(training: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a server gave the cases, whose users have no command line."""
    return bool(training) and all(set(case) == {"image", "label"} for case in training)


def _of_test(finding: Finding) -> bool:
    return finding.where.startswith("test[")


def _place(case: Mapping[str, Any]) -> tuple[str, str]:
    return case["where"], os.path.realpath(case["image"])


def _report(verdict: Verdict, folder: Path) -> str:
    """Path of the page; empty if it could not be written."""
    try:
        return str(write_reports(verdict, folder))
    except OSError as error:
        logger.warning(f"{folder} cannot be written ({error}): there is no report of the check.")
        return ""


def _log_warnings(verdict: Verdict, report: str) -> None:
    """One line for each check that warns, and one for errors of test cases."""
    spoilt = [finding for finding in verdict.errors if _of_test(finding)]
    if spoilt:
        shown = f"; {report} shows them" if report else ""
        logger.warning(
            f"test cases have {counted(len(spoilt), 'error')}, {spoilt[0].message} for one. The training does not need "
            f"them, an evaluation does{shown}."
        )
    for check, findings in group_by_check(verdict.warnings):
        more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
        # a title ends with its first example
        example = " ".join(line.strip() for line in findings[0].message.splitlines()[:2])
        logger.warning(f"{check.name}: {example}{more}")
    if verdict.warnings:
        shown = f"; {report} shows all that was found" if report else ""
        logger.warning(f"the check found {counted(len(verdict.warnings), 'warning')}{shown}.")
