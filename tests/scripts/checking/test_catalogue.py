"""All checks by name, and the page that explains them."""

import re
from pathlib import Path

import pytest

from scripts.checking.catalogue import CHECKS, ERROR, WARNING

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "checks.md"
_TITLES = {"datalist": "Datalist", "files": "Files", "images": "Images"}
_TITLES |= {"labels": "Labels", "boxes": "Boxes", "set": "The set"}


@pytest.fixture(scope="module")
def explained() -> dict[str, tuple[str, ...]]:
    """Section, severity, meaning and advice of each check on the page."""
    rows, section = {}, ""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        section = line[3:] if line.startswith("## ") else section
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        name = re.fullmatch(r"`([a-z-]+)`", cells[0]) if cells else None
        if name:
            assert name[1] not in rows, f"{name[1]} is explained twice"
            rows[name[1]] = (section, *cells[1:])
    return rows


def test_the_page_explains_every_check_in_the_order_of_the_catalogue(explained):
    assert list(explained) == list(CHECKS)


@pytest.mark.parametrize("name", CHECKS)
def test_the_page_says_what_the_catalogue_says(name, explained):
    section, severity, meaning, advice = explained[name]
    assert (section, severity) == (_TITLES[CHECKS[name].group], CHECKS[name].severity)
    assert meaning and advice


def test_names_and_severities():
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", name) and check.name == name for name, check in CHECKS.items())
    assert {check.severity for check in CHECKS.values()} == {ERROR, WARNING}
