"""What a check found."""

from __future__ import annotations

from dataclasses import dataclass

from scripts.checking.catalogue import CHECKS

__all__ = ["Finding"]


@dataclass(frozen=True)
class Finding:
    """One problem of a data set.

    Attributes:
        check: name of the check, one of :data:`scripts.checking.catalogue.CHECKS`.
        message: which file or case, what was expected, what came and what to do.
        where: the case, as ``training[3]``; empty for what concerns the whole set.
        file: the file to look at; empty where it is not one file.
    """

    check: str
    message: str
    where: str = ""
    file: str = ""

    def __post_init__(self) -> None:
        if self.check not in CHECKS:
            raise ValueError(f"{self.check} is no check of the catalogue")

    @property
    def severity(self) -> str:
        """``error`` or ``warning``."""
        return CHECKS[self.check].severity
