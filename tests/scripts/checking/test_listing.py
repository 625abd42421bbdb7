"""The cases of a datalist, also of one with errors."""

import json

import pytest

from scripts.checking.listing import cases_of_lists, list_cases
from scripts.data import load_cases

GOOD = {"image": "a.png", "label": "b.png"}


def read(folder, content, **options):
    path = folder / "datalist.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return list_cases(path, **options)


def found(findings):
    return [(finding.check, finding.where) for finding in findings]


@pytest.mark.parametrize("content", ["", "{", "[]", "5", "\xff", '{"a": ' * 100_000])
def test_a_datalist_that_is_none(tmp_path, content):
    cases, findings = read(tmp_path, content)
    assert (cases, found(findings)) == ([], [("datalist-unreadable", "")])
    assert "datalist.json" in findings[0].message


def test_a_datalist_that_is_missing(tmp_path):
    cases, (finding,) = list_cases(tmp_path / "none.json")
    assert (cases, finding.check) == ([], "datalist-unreadable")


def test_a_sound_datalist_gives_the_cases_of_a_training(tiny_dataset):
    datalist = tiny_dataset / "datalist.json"
    cases, findings = list_cases(datalist)
    assert findings == []
    for section in ("training", "validation", "test"):
        listed = [case for case in cases if case["section"] == section]
        loaded = load_cases(datalist, section)
        assert [case["where"] for case in listed] == [f"{section}[{n}]" for n in range(len(loaded))]
        for case, expected in zip(listed, loaded, strict=True):
            assert {key: case[key] for key in expected} == expected


def test_the_keys_of_the_entry_travel_along(tmp_path):
    ((case,), _) = read(tmp_path, {"labels": {"vessel": 1}, "training": [GOOD | {"camera": "x", "subject": 7}]})
    assert case["keys"] == ["image", "label", "camera", "subject"]
    assert (case["labels"], case["subject"], case["supervision"]) == ({"vessel": 1}, "7", "coarse")


def test_files_need_not_exist_and_links_stay_links(tmp_path):
    (tmp_path / "a.png").symlink_to(tmp_path / "nowhere.png")
    ((case,), findings) = read(tmp_path, {"training": [{"image": "x/../a.png", "label": "/abs/b.png"}]})
    assert (case["image"], case["label"], findings) == (str(tmp_path / "a.png"), "/abs/b.png", [])


def test_dataset_dir_is_where_relative_paths_start(tmp_path):
    ((case,), _) = read(tmp_path, {"test": [GOOD]}, dataset_dir=tmp_path / "data")
    assert (case["image"], case["supervision"]) == (str(tmp_path / "data" / "a.png"), "dense")


@pytest.mark.parametrize("entry", [5, None, [GOOD], "a.png", {}, {"label": "b.png"}, {"image": "", "label": "b.png"}])
def test_an_entry_that_cannot_be_looked_at(tmp_path, entry):
    cases, findings = read(tmp_path, {"training": [entry, GOOD]})
    assert [case["where"] for case in cases] == ["training[1]"]
    assert found(findings) == [("entry-incomplete", "training[0]")]


@pytest.mark.parametrize("value", [5, ["a.png"], {"a": 1}, "a\0b", "\ud800"])
@pytest.mark.parametrize("key", ["image", "label", "field_of_view", "reference"])
def test_a_path_that_is_none(tmp_path, key, value):
    cases, findings = read(tmp_path, {"training": [GOOD | {key: value}]})
    assert found(findings) == [("entry-incomplete", "training[0]")]
    assert f'"{key}" must be one path' in findings[0].message
    assert len(cases) == (key != "image")
    assert not cases or key not in cases[0]


@pytest.mark.parametrize(
    ("section", "entry", "problems"),
    [
        ("training", {"image": "a.png"}, 1),
        ("training", {"image": "a.png", "boxes": []}, 0),
        ("training", {"image": "a.png", "boxes": [], "supervision": "dense"}, 1),
        ("validation", {"image": "a.png", "boxes": []}, 1),
        ("test", {"image": "a.png", "label": None}, 1),
    ],
)
def test_a_case_without_a_label(tmp_path, section, entry, problems):
    cases, findings = read(tmp_path, {section: [entry]})
    assert len(cases) == 1
    assert found(findings) == [("entry-incomplete", f"{section}[0]")] * problems


def test_bad_boxes_are_not_also_called_missing(tmp_path):
    ((case,), findings) = read(tmp_path, {"training": [{"image": "a.png", "boxes": 5}]})
    assert "boxes" not in case
    assert found(findings) == [("boxes-unreadable", "training[0]")]


@pytest.mark.parametrize("supervision", ["Dense", 1, ["dense"]])
def test_a_wrong_supervision_falls_back(tmp_path, supervision):
    ((case,), findings) = read(tmp_path, {"validation": [GOOD | {"supervision": supervision}]})
    assert (case["supervision"], found(findings)) == ("dense", [("entry-incomplete", "validation[0]")])


def test_a_subject_that_is_no_name(tmp_path):
    ((case,), findings) = read(tmp_path, {"training": [GOOD | {"subject": ["p1"]}]})
    assert ("subject" in case, found(findings)) == (False, [("entry-incomplete", "training[0]")])


def test_a_section_that_is_no_list(tmp_path):
    cases, findings = read(tmp_path, {"training": GOOD, "validation": None, "test": [GOOD]})
    assert (len(cases), found(findings)) == (1, [("entry-incomplete", "")])


def test_a_misspelt_key_is_one_finding_for_all_cases(tmp_path):
    entries = [{"image": "a.png", "label": "b.png", "fov": "c.png", "camera": "x"}] * 7
    cases, (finding,) = read(tmp_path, {"training": entries})
    assert (len(cases), finding.check, finding.where) == (7, "unknown-key", "training[0]")
    assert 'the key "fov" is not read. If "field_of_view" was meant, rename it' in finding.message
    assert finding.message.endswith("\n  training[4]\n  and 2 more")


def test_a_misspelt_label_is_also_missing(tmp_path):
    _, findings = read(tmp_path, {"training": [{"image": "a.png", "lable": "b.png"}]})
    assert found(findings) == [("entry-incomplete", "training[0]"), ("unknown-key", "training[0]")]


def test_a_misspelt_list(tmp_path):
    _, (finding,) = read(tmp_path, {"training": [GOOD], "val": [GOOD]})
    assert finding.message.endswith("apart. It stands in:\n  the top level")
    assert (finding.check, finding.where) == ("unknown-key", "")


def test_cases_that_were_read_already():
    box = {"class": "vessel", "box": [0, 0, 1, 1]}
    training = [{"image": "/a.png", "boxes": [box]}]
    validation = [{"image": "/b.png", "label": "/c.png", "supervision": "dense"}]
    first, second = cases_of_lists(training, validation, "/d.json")
    assert first == {
        "image": "/a.png",
        "boxes": [box],
        "boxes_source": "/d.json",
        "supervision": "coarse",
        "where": "training[0]",
        "section": "training",
        "keys": ["image", "boxes"],
    }
    assert (second["where"], second["supervision"], second["label"]) == ("validation[0]", "dense", "/c.png")
    assert training == [{"image": "/a.png", "boxes": [box]}]
