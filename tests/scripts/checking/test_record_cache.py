import json

import pytest

from scripts.checking.finding import Finding
from scripts.checking.record import CaseRecord, ImageFacts, LabelFacts
from scripts.checking.record_cache import RecordCache
from scripts.checking.settings import CheckSettings

TABLE = {"vessel": 1}
SETTINGS = CheckSettings(["background", "vessel"], TABLE, TABLE)


@pytest.fixture
def case(tmp_path):
    """A case of two files."""
    for name in ("image.png", "label.png"):
        (tmp_path / name).write_bytes(name.encode())
    paths = {"image": str(tmp_path / "image.png"), "label": str(tmp_path / "label.png")}
    return {**paths, "supervision": "coarse", "where": "training[0]", "section": "training"}


@pytest.fixture
def folder(tmp_path):
    """Of a check."""
    return tmp_path / "check"


def record_of(case, **values):
    found = Finding("label-little", f"{case['where']}: little is drawn", case["where"], case["label"])
    facts = {"label": LabelFacts(case["label"], values={0: 5, 255: 1}), "findings": [found]}
    return CaseRecord(case["where"], case["section"], "coarse", ImageFacts(case["image"]), **facts, **values)


def key_of(folder, case, settings=SETTINGS):
    (key,) = RecordCache(folder, settings).keys([case], progress=False)
    return key


def names(folder):
    return {path.name for path in (folder / "records").iterdir()}


def test_a_record_comes_back_as_it_was(folder, case):
    record = record_of(case)
    RecordCache(folder, SETTINGS).write(key_of(folder, case), record)
    assert RecordCache(folder, SETTINGS).read(key_of(folder, case), "training[0]") == record


def test_a_case_that_moved_in_the_list_is_known_under_its_new_place(folder, case):
    cache, moved = RecordCache(folder, SETTINGS), case | {"where": "training[7]"}
    cache.write(key_of(folder, case), record_of(case))
    assert key_of(folder, moved) == key_of(folder, case)
    assert cache.read(key_of(folder, moved), "training[7]") == record_of(moved)


def test_content_counts_and_dates_do_not(folder, case, tmp_path):
    before = key_of(folder, case)
    label = tmp_path / "label.png"
    label.write_bytes(label.read_bytes())
    assert key_of(folder, case) == before
    label.write_bytes(b"redrawn")
    assert key_of(folder, case) != before


@pytest.mark.parametrize("change", [{"supervision": "dense"}, {"labels": {"vessel": 2}}, {"boxes": []}])
def test_what_the_datalist_says_counts(folder, case, change):
    assert key_of(folder, case | change) != key_of(folder, case)


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({"patch_size": (32, 32)}, True),
        ({"reading": "dense"}, True),
        ({"use_negative": False}, True),
        ({"classes": ["background", "nerve"]}, False),
        ({"labels": {"vessel": 2}}, False),
        ({"use_boxes": False}, False),
    ],
)
def test_settings_count_that_measuring_depends_on(folder, case, change, same):
    values = {"classes": SETTINGS.classes, "labels": TABLE, "dense_labels": TABLE}
    assert (key_of(folder, case, CheckSettings(**values | change)) == key_of(folder, case)) == same


def test_another_version_of_the_code_measures_anew(folder, case, monkeypatch):
    before = key_of(folder, case)
    monkeypatch.setattr("scripts.checking.record_cache.source_digest", lambda: "another")
    assert key_of(folder, case) != before


def test_a_case_whose_files_are_missing_has_no_key(folder, case, tmp_path):
    (tmp_path / "label.png").unlink()
    assert key_of(folder, case) == ""


@pytest.mark.parametrize("damage", ["", "{}", "[]", '{"where": 3, "findings": [3]}', "null"])
def test_a_damaged_record_is_none(folder, case, damage):
    cache, key = RecordCache(folder, SETTINGS), key_of(folder, case)
    (folder / "records" / f"{key}.json").write_text(damage)
    assert cache.read(key, "training[0]") is None


def test_a_record_whose_picture_is_gone_is_none(folder, case):
    cache, key = RecordCache(folder, SETTINGS), key_of(folder, case)
    (folder / "thumbnails" / "a.jpg").touch()
    cache.write(key, record_of(case, thumbnail="a.jpg"))
    assert cache.read(key, "training[0]").thumbnail == f"{key}.jpg"
    (folder / "thumbnails" / f"{key}.jpg").unlink()
    assert cache.read(key, "training[0]") is None


def close(folder, source, **records):
    """A check of a source that used these records."""
    cache = RecordCache(folder, SETTINGS)
    keys = {name * 64: record for name, record in records.items()}
    for key, record in keys.items():
        (folder / "thumbnails" / "picture.jpg").touch()
        record.thumbnail = "picture.jpg"
        cache.write(key, record)
    cache.close(source, keys)


def test_records_of_cases_that_left_the_set_are_removed_and_nothing_else(folder, case):
    close(folder, "one.json", a=record_of(case), b=record_of(case))
    close(folder, "two.json", c=record_of(case))
    (folder / "records" / "notes.txt").touch()
    (folder / "records" / f"{'d' * 64}.json").touch()
    close(folder, "one.json", b=record_of(case))
    kept = {f"{letter * 64}.json" for letter in "bcd"}
    assert names(folder) == {*kept, "notes.txt", "used.json"}
    assert {path.name for path in (folder / "thumbnails").iterdir()} == {f"{letter * 64}.jpg" for letter in "bc"}


def test_a_training_leaves_the_records_of_test_cases_alone(folder, case):
    test = case | {"section": "test", "where": "test[0]"}
    close(folder, "one.json", a=record_of(case), b=record_of(test))
    close(folder, "one.json", a=record_of(case))
    assert f"{'b' * 64}.json" in names(folder)


def test_a_forged_list_of_records_removes_nothing_outside(folder, case, tmp_path):
    victim = tmp_path / "victim.json"
    victim.touch()
    close(folder, "one.json", a=record_of(case))
    used = folder / "records" / "used.json"
    used.write_text(json.dumps(dict.fromkeys(json.loads(used.read_text()), ["../../victim"])))
    close(folder, "one.json", a=record_of(case))
    assert victim.exists() and "victim" not in used.read_text()


def test_a_folder_that_cannot_be_written_is_said_at_once(tmp_path):
    (tmp_path / "check").touch()
    with pytest.raises(OSError):
        RecordCache(tmp_path / "check", SETTINGS)
