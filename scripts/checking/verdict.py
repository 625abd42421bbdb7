"""The result of checking a data set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from scripts.checking.catalogue import ERROR, WARNING
from scripts.checking.finding import Finding
from scripts.checking.record import CaseRecord
from scripts.checking.settings import CheckSettings

__all__ = ["Verdict"]


@dataclass
class Verdict:
    """What all checks found.

    Attributes:
        source: the datalist, or what else the cases come from.
        settings: what was checked for.
        records: one per case, in the order of the datalist.
        findings: of cases and of the set, errors first, in the order of cases.
        cached: number of cases whose record was known from an earlier check.
    """

    source: str
    settings: CheckSettings
    records: Sequence[CaseRecord] = field(default_factory=list)
    findings: Sequence[Finding] = field(default_factory=list)
    cached: int = 0

    @property
    def errors(self) -> list[Finding]:
        """The findings of which no sound model can come."""
        return [finding for finding in self.findings if finding.severity == ERROR]

    @property
    def warnings(self) -> list[Finding]:
        """The findings to have a look at."""
        return [finding for finding in self.findings if finding.severity == WARNING]

    @property
    def exit_code(self) -> int:
        """0 clean, 1 warnings only, 2 errors."""
        return 2 if self.errors else int(bool(self.findings))

    def by_check(self) -> Counter[str]:
        """Number of findings of each check that found something."""
        return Counter(finding.check for finding in self.findings)
