"""All checks of a data set."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from tqdm import tqdm

from scripts.checking.catalogue import ERROR
from scripts.checking.finding import Finding
from scripts.checking.judge_case import judge_case
from scripts.checking.judge_set import judge_set
from scripts.checking.measure import measure_case
from scripts.checking.pool import Failed, work_on
from scripts.checking.record import CaseRecord, ImageFacts
from scripts.checking.record_cache import RecordCache
from scripts.checking.settings import CheckSettings
from scripts.checking.verdict import Verdict
from scripts.data.memory import usable_cores

__all__ = ["check_cases"]

logger = logging.getLogger(__name__)

_MOST_WORKERS = 8
_SECTIONS = ("training", "validation", "test")
_WHERE = re.compile(r"(\w+)\[(\d+)\]")
# bytes of a case that might fill the memory; it is read in a process of its own, whose end does no harm
_LARGE = 32 << 20


def check_cases(
    cases: Sequence[Mapping[str, Any]],
    settings: CheckSettings,
    *,
    source: str,
    folder: Path | None = None,
    listed: Iterable[Finding] = (),
    workers: int | None = None,
    progress: bool = True,
) -> Verdict:
    """Measure every case that is not known yet, and judge all.

    Args:
        cases: as :func:`scripts.data.load_cases` gives them, with ``where`` (``training[3]``) and ``section``.
        settings: of the training.
        source: the datalist, or what else the cases come from.
        folder: gets ``records`` and ``thumbnails``, by which cases that did not change are not measured again; None
            for neither.
        listed: what was found in the datalist itself.
        workers: processes; None for one per core, at most 8.
        progress: whether progress bars are shown.

    Returns:
        The verdict.
    """
    workers = min(usable_cores(), _MOST_WORKERS) if workers is None else max(workers, 1)
    cache = None if folder is None else _open_cache(folder, settings)
    records, cached = _records(cases, settings, cache, source, workers, progress)
    findings = [*listed, *(finding for record in records for finding in record.findings)]
    for record in records:
        findings += _judged(partial(judge_case, record, settings), record.where, record.image.path)
    # of a datalist that cannot be read nothing else is worth saying
    if not any(finding.check == "datalist-unreadable" for finding in findings):
        findings += _judged(partial(judge_set, records, settings))
    return Verdict(source, settings, records, sorted(_once(findings), key=_order), cached)


def _once(findings: Iterable[Finding]) -> list[Finding]:
    """Each finding once; a table that many cases share is named at the first of them."""
    said: dict[Finding, Finding] = {}
    for finding in findings:
        said.setdefault(replace(finding, where="") if finding.check == "label-table" else finding, finding)
    return list(said.values())


def _open_cache(folder: Path, settings: CheckSettings) -> RecordCache | None:
    try:
        return RecordCache(folder, settings)
    except OSError as error:
        logger.warning(f"{folder} cannot be written ({error}): the next check will measure every case again.")
        return None


def _records(
    cases: Sequence[Mapping[str, Any]],
    settings: CheckSettings,
    cache: RecordCache | None,
    source: str,
    workers: int,
    progress: bool,
) -> tuple[list[CaseRecord], int]:
    """The records of all cases, and how many were known."""
    keys = cache.keys(cases, threads=workers, progress=progress) if cache else []
    known = {n: record for n, key in enumerate(keys) if key and (record := cache.read(key, cases[n]["where"]))}
    unknown = [n for n in range(len(cases)) if n not in known]
    found, measured = dict(known), {}
    work = partial(measure_case, settings=settings, thumbnails=cache.thumbnails if cache else None)
    head_start = 0.0 if any(_size(cases[n]) > _LARGE for n in unknown) else 2.0
    results = work_on(work, [cases[n] for n in unknown], workers=workers, head_start=head_start)
    bar = tqdm(results, total=len(unknown), desc="checking data", disable=not (progress and unknown), leave=False)
    for place, result in bar:
        number = unknown[place]
        if isinstance(result, Failed):
            found[number] = _failed(cases[number], result)
            continue
        found[number] = measured[number] = result
        if cache and keys[number]:
            cache = _kept(cache, partial(cache.write, keys[number], result))
    if cache:
        used = {keys[n]: record for n, record in {**known, **measured}.items() if keys[n]}
        _kept(cache, partial(cache.close, source, used))
    return [found[n] for n in range(len(cases))], len(known)


def _kept(cache: RecordCache, write: Callable[[], None]) -> RecordCache | None:
    """Write to the cache, and give it up when that fails, as with a full disk."""
    try:
        write()
    except OSError as error:
        logger.warning(f"{cache.folder} cannot be written ({error}): the next check will measure cases again.")
        return None
    return cache


def _size(case: Mapping[str, Any]) -> int:
    """Bytes of a case's image."""
    path = Path(case["image"])
    try:
        parts = path.iterdir() if path.is_dir() else [path]
        return sum(part.stat().st_size for part in parts)
    except OSError:
        return 0


def _failed(case: Mapping[str, Any], failure: Failed) -> CaseRecord:
    message = (
        f"{case['where']}: {case['image']} could not be checked: {failure.reason}. Open its files and see whether they "
        "are whole; export them again, or take the case out of the datalist."
    )
    finding = Finding("check-failed", message, case["where"], str(case["image"]))
    return CaseRecord(
        case["where"],
        case["section"],
        case.get("supervision", "coarse"),
        ImageFacts(str(case["image"])),
        subject=case.get("subject"),
        keys=sorted(case),
        findings=[finding],
    )


def _judged(judge: Callable[[], list[Finding]], where: str = "", file: str = "") -> list[Finding]:
    """What a check finds, or that it failed: none hides the others."""
    try:
        return judge()
    except Exception as error:
        logger.debug("a check failed", exc_info=True)
        what = file or "the data set"
        message = (
            f"{what} could not be judged ({type(error).__name__}: {error}). This is a fault of the check: report it, "
            "and skip the check with --check off meanwhile."
        )
        return [Finding("check-failed", message, where, file)]


def _order(finding: Finding) -> tuple[bool, int, int]:
    """Errors first, then the whole set, then the cases as the datalist has them."""
    place = _WHERE.fullmatch(finding.where)
    section, number = (place[1], int(place[2])) if place else ("", -1)
    return finding.severity != ERROR, _SECTIONS.index(section) if section in _SECTIONS else -1, number
