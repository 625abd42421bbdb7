import re

from report_support import small_verdict

from scripts.checking.finding import Finding
from scripts.checking.report_overview import checks_part, legend_part, sections_part, whole_part
from scripts.checking.settings import CheckSettings
from scripts.checking.verdict import Verdict

CLEAN = Verdict("datalist.json", CheckSettings(["background", "vessel"], {}, {}))


def _rows(part):
    """Texts of the cells of a table."""
    rows = re.findall("<tr>(.*?)</tr>", part, re.DOTALL)
    return [[re.sub("<.*?>", "", cell) for cell in re.findall("<t[hd].*?</t[hd]>", row)] for row in rows]


def test_checks_errors_first():
    assert [row[:3] for row in _rows(checks_part(small_verdict()))] == [
        ["Severity", "Check", "Findings"],
        ["error", "label-values", "1"],
        ["warning", "label-empty", "1"],
        ["warning", "label-little", "1"],
        ["warning", "few-cases", "1"],
    ]


def test_numbers_and_shares_of_each_section():
    assert _rows(sections_part(small_verdict())) == [
        ["Section", "cases", "drawn", "dense", "boxed", "background", "vessel", "not vessel", "undrawn"],
        ["training", "2", "2", "0", "0", "0 %", "10 %", "2.5 %", "88 %"],
        ["validation", "1", "0", "1", "0", "70 %", "30 %", "0 %", "0 %"],
    ]


def test_the_set_as_a_whole_by_check():
    found = [Finding("few-cases", "3 cases"), Finding("one-sided", "no negative"), Finding("one-sided", "<b>")]
    part = whole_part(found)
    assert part.index("one-sided") < part.index("few-cases")
    assert 'data-checks="one-sided" data-errors="2" data-warnings="0"' in part
    assert 'data-checks="few-cases" data-errors="0" data-warnings="1"' in part
    assert "&lt;b&gt;" in part


def test_nothing_to_say():
    assert checks_part(CLEAN) == sections_part(CLEAN) == whole_part([]) == ""


def test_the_legend_names_the_colours():
    texts = re.findall(r"</svg>(.*?)</li>", legend_part(CLEAN))
    assert texts == ["vessel", "not vessel", "background"]
