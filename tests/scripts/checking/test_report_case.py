import base64

import pytest
from report_support import HOSTILE, small_verdict

from scripts.checking.finding import Finding
from scripts.checking.report_case import case_card, check_link, escape, finding_list, severity_badge, swatch

PLACE = {"order": 0, "rank": 0, "root": "/data"}


def _card(number=0, thumbnails=None, **changes):
    verdict = small_verdict()
    record = verdict.records[number]
    for name, value in changes.items():
        setattr(record, name, value)
    found = [finding for finding in verdict.findings if finding.where == record.where]
    return case_card(record, found, verdict.settings, thumbnails=thumbnails, **PLACE)


def test_text_is_escaped_in_and_out_of_attributes():
    assert escape("<b title=\"x\" id='y'>&\x00") == "&lt;b title=&quot;x&quot; id=&#x27;y&#x27;&gt;&amp;\\x00"


def test_what_is_sorted_and_filtered_by_stands_in_attributes():
    card = _card()
    for attribute in (
        'data-name="img10.png"',
        'data-section="training"',
        'data-errors="1"',
        'data-warnings="1"',
        'data-checks="label-values label-little"',
        'data-drawn="0.25"',
    ):
        assert attribute in card


def test_names_shares_and_findings_are_shown():
    card = _card()
    for text in (
        "<bdi>images/img10.png</bdi>",
        "drawing <bdi>drawings/img10.png</bdi>",
        "subject <bdi>p01</bdi>",
        "vessel 20 %",
        "not vessel 5.0 %",
        "undrawn 75 %",
        "holds 7.\n  Name it.",
    ):
        assert text in card


def test_the_bar_shows_the_shares_side_by_side():
    assert 'x="0.00" width="20.00" height="1" fill="rgb(0,217,51)"' in _card()
    assert 'x="20.00" width="5.00" height="1" fill="rgb(242,38,38)"' in _card()


def test_a_hostile_name_is_text():
    assert "<img" not in _card(1) and escape(HOSTILE) in _card(1)


def test_the_share_of_a_case_without_label_is_not_known():
    card = _card(label=None)
    assert 'data-drawn=""' in card and "<svg" not in card


def test_the_picture_is_part_of_the_page(tmp_path):
    (tmp_path / "training[0].jpg").write_bytes(b"\xff\xd8 a picture")
    encoded = base64.b64encode(b"\xff\xd8 a picture").decode()
    assert f'src="data:image/jpeg;base64,{encoded}"' in _card(thumbnails=tmp_path)


@pytest.mark.parametrize("name", ["", "missing.jpg", "../secret.jpg", "..", "a\0b"])
def test_pictures_come_from_the_folder_alone(tmp_path, name):
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    (tmp_path / "thumbnails").mkdir()
    card = _card(thumbnails=tmp_path / "thumbnails", thumbnail=name)
    assert "no picture" in card and "<img" not in card


def test_many_findings_are_folded():
    listed = finding_list([Finding("box-cut", f"box {n}") for n in range(6)], 4, badges=True)
    open_part, folded = listed.split("<details><summary>2 more</summary>")
    assert "box 3" in open_part and "box 4" not in open_part and "box 5" in folded
    assert finding_list([], 4, badges=True) == ""


def test_a_finding_of_the_set_names_its_case_once():
    named = Finding("entry-incomplete", "training[4]: has no image.", "training[4]")
    unnamed = Finding("entry-incomplete", "has no image.", "training[5]")
    listed = finding_list([named, unnamed], 4, badges=False)
    assert listed.count("training[4]") == listed.count("training[5]") == 1


def test_small_parts():
    assert severity_badge("error") == '<span class="badge error">error</span>'
    assert 'href="#check=box-cut"' in check_link("box-cut")
    assert 'fill="rgb(1,2,3)"' in swatch((1, 2, 3)) and "style=" not in swatch((1, 2, 3))
