from report_support import small_verdict

from scripts.checking.finding import Finding
from scripts.checking.report_table import table
from scripts.checking.settings import CheckSettings
from scripts.checking.verdict import Verdict

SETTINGS = CheckSettings(["background", "vessel"], {}, {})


def _findings(findings, width=80):
    return table(Verdict("datalist.json", SETTINGS, findings=findings), width).splitlines()[2:]


def test_all_parts_in_their_order():
    assert table(small_verdict(), 80) == "\n".join(
        [
            "section     cases  drawn  dense  boxed",
            "training        2      2      0      0",
            "validation      1      0      1      0",
            "",
            "share of pixels  background  vessel  not vessel  undrawn",
            "training                0 %    10 %       2.5 %     88 %",
            "validation             70 %    30 %         0 %      0 %",
            "",
            "severity  check         number  what",
            "error     label-values       1  a label map holds values that its table does not name",
            "    training[0]: drawings/img10.png: holds 7.",
            "        Name it.",
            "warning   label-empty        1  nothing is drawn",
            "    training[1]: drawings/<img src=x onerror=alert(1)>.png: nothing is drawn.",
            "warning   label-little       1  hardly anything is drawn",
            "    training[0]: hardly anything is drawn.",
            "warning   few-cases          1  there are too few cases to tell a good model from a bad one",
            "    there are 3 cases.",
            "",
            "1 error, 3 warnings",
        ]
    )


def test_nothing_found():
    assert table(Verdict("datalist.json", SETTINGS)) == "no cases\n\nclean"


def test_only_three_examples_are_shown():
    lines = _findings([Finding("label-empty", f"{n}.png: nothing is drawn.") for n in range(5)])
    assert lines[2:6] == [*(f"    {n}.png: nothing is drawn." for n in range(3)), "    and 2 more, see the report"]


def test_long_messages_are_wrapped_but_paths_kept_whole():
    path = "/" + "very-long-folder/" * 6 + "a.png"
    lines = _findings([Finding("file-missing", f"{path}: does not exist. Correct the path in the datalist.")], width=50)
    assert lines[2:-2] == [f"    {path}:", "      does not exist. Correct the path in the", "      datalist."]


def test_file_names_do_not_steer_the_terminal():
    assert "\x1b" not in table(Verdict("", SETTINGS, findings=[Finding("file-missing", "a\x1b[2J.png: is missing.")]))
