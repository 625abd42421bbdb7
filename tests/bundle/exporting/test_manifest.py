import pytest
from export_support import write_json

from bundle.exporting.manifest import created, describe_files, evaluation_facts, known_limits
from scripts.errors import SettingError


def test_files_are_listed_sorted_with_size_and_checksum(tmp_path):
    for name in ("b/a", "a"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    files = describe_files(tmp_path)
    assert list(files) == ["a", "b/a"]
    assert files["a"] == {"sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "bytes": 0}


def test_the_time_is_in_utc_and_can_be_given(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert created() == "1970-01-01T00:00:00Z"
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert created() > "2025"


def test_what_is_not_known_is_a_limit():
    unknown = known_limits(["background", "vessel"], None, {"evaluation": None})
    known = known_limits(["background", "vessel"], {}, {"evaluation": {"cases": 1}})
    assert known == unknown[:-2] and "not told" in unknown[-2] and "no evaluation" in unknown[-1]


@pytest.mark.parametrize("content", [{}, {"val_dice": 0.5}])
def test_numbers_that_are_not_of_an_evaluation_are_refused(content, tmp_path):
    write_json(tmp_path / "metrics.json", content)
    with pytest.raises(SettingError, match="number of cases"):
        evaluation_facts(tmp_path)
