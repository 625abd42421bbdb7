import re
import shutil
import subprocess
import tracemalloc

import numpy as np
import pytest
from PIL import Image
from report_support import small_verdict

from scripts.checking.record import CaseRecord, ImageFacts
from scripts.checking.report_html import write_html
from scripts.checking.settings import CheckSettings
from scripts.checking.thumbnail import case_thumbnail
from scripts.checking.verdict import Verdict

FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --hide-scrollbars"
).split()


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The page of the small verdict, with pictures."""
    folder = tmp_path_factory.mktemp("report")
    verdict = small_verdict()
    for record in verdict.records:
        black = np.zeros((40, 30, 3), np.uint8)
        (folder / record.thumbnail).write_bytes(case_thumbnail(black, None, None, None, ["ground", "vessel"]))
    write_html(verdict, folder, folder / "report.html")
    return folder / "report.html"


@pytest.fixture(scope="module")
def browse(page, tmp_path_factory):
    """Opens the page in a state in headless Chromium; skipped where there is none."""
    found = filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome")))
    program = next(found, None)
    if program is None:
        pytest.skip("no Chromium is installed (chromium, chromium-browser or google-chrome)")
    profile = tmp_path_factory.mktemp("profile")

    def run(state, *flags):
        command = [program, *FLAGS, f"--user-data-dir={profile}", *flags, f"{page.as_uri()}{state}"]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout  # noqa: S603

    return run


def _cases(dom):
    """Places in the datalist of the cases that are shown, in the order of the page."""
    tags = re.findall(r'<li class="case"[^>]*>', dom)
    return [int(re.search(r'data-order="(\d+)"', tag)[1]) for tag in tags if " hidden" not in tag]


def test_the_page_needs_nothing_else_and_may_reach_nothing(page):
    text = page.read_text()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1]
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'sha256-")
    assert not re.search(r'(src|href)="(?!data:image/jpeg;base64,|#)', text)
    assert "@import" not in text and "url(" not in text and "http://" not in text and "https://" not in text


def test_everything_is_there_without_javascript(page):
    text = page.read_text()
    assert _cases(text) == [0, 1, 2]
    assert "1 error, 3 warnings" in text and "there are 3 cases." in text and "Name it." in text
    assert text.count("data:image/jpeg;base64,") == 3 and '<form id="controls"' in text


def test_the_most_severe_come_first_whatever_the_order_of_the_datalist(tmp_path):
    verdict = small_verdict()
    verdict.records.reverse()
    write_html(verdict, None, tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text()
    assert _cases(text) == [2, 1, 0] and "no picture" in text


def test_a_hostile_file_name_stays_text(page):
    assert "<img src=x" not in page.read_text()


@pytest.mark.parametrize("source", ["</title><script>alert(1)</script>", "$title ${style} $", "\udcff"])
def test_any_source_can_be_shown(tmp_path, source):
    verdict = Verdict(source, CheckSettings(["background", "<i>"], {}, {}))
    write_html(verdict, None, tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text()
    assert text.count("<script>") == 1 and "<i>" not in text and 'class="verdict clean"' in text


def test_a_failed_page_leaves_the_earlier_one(tmp_path):
    (tmp_path / "report.html").write_text("earlier")
    verdict = small_verdict()
    verdict.records[2].image = None
    with pytest.raises(AttributeError):
        write_html(verdict, None, tmp_path / "report.html")
    assert [file.read_text() for file in tmp_path.iterdir()] == ["earlier"]


def test_pictures_are_never_in_memory_together(tmp_path):
    records = [
        CaseRecord(f"training[{n}]", "training", "coarse", ImageFacts(f"{n}.png"), thumbnail="0.jpg") for n in range(40)
    ]
    (tmp_path / "0.jpg").write_bytes(b"x" * 500_000)
    tracemalloc.start()
    write_html(Verdict("", CheckSettings(["background", "a"], {}, {}), records), tmp_path, tmp_path / "report.html")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (tmp_path / "report.html").stat().st_size > 26e6 and peak < 6e6


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        ("", [0, 1, 2]),
        ("#sort=name", [1, 2, 0]),
        ("#sort=name&text=IMG+p01+.png&section=training", [1, 0]),
        ("#sort=drawn", [1, 0, 2]),
        ("#sort=most-drawn&section=training", [0, 1]),
        ("#check=label-empty", [1]),
        ("#severity=none", [2]),
        ("#sort=nonsense&check=%3Cb%3E", [0, 1, 2]),
    ],
)
def test_the_address_sorts_and_filters(browse, state, shown):
    dom = browse(state, "--dump-dom")
    assert _cases(dom) == shown
    assert f">{len(shown)} of 3 cases<" in dom


def test_findings_of_the_set_are_filtered_too(browse):
    dom = browse("#check=few-cases", "--dump-dom")
    assert _cases(dom) == [] and re.search(r'<section id="whole" [^>]*(?<!hidden="")>', dom)
    assert re.search(r'<a href="#check=few-cases" data-check="few-cases" aria-current="true">', dom)


def test_the_page_is_painted_with_its_own_style(browse, tmp_path):
    browse("", f"--screenshot={tmp_path / 'page.png'}", "--window-size=800,600")
    picture = np.asarray(Image.open(tmp_path / "page.png").convert("RGB"))
    # the bar at the left of the verdict; inline style and script passed the policy
    assert (np.abs(picture.astype(int) - (179, 38, 30)).max(axis=-1) < 4).sum() > 500
