import shutil
import subprocess

import pytest
from export_support import write_json

from bundle.exporting.manifest import code_version, created, describe_files, evaluation_facts, known_limits
from scripts.errors import SettingError

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def git(folder, *words: str) -> str:
    command = ["git", "-C", folder, "-c", "user.name=A", "-c", "user.email=a@example.org", *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def project(tmp_path):
    """A tiny project whose code is in a commit."""
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts" / "net.py").write_text("one\n")
    git(tmp_path, "init")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-m", "first")
    return tmp_path


@needs_git
@pytest.mark.parametrize("changed", ["scripts/net.py", "scripts/new.py", "configs/own.json"])
def test_code_that_is_in_no_commit_is_told(project, changed):
    commit = git(project, "rev-parse", "HEAD")
    assert code_version(project) == {"commit": commit, "commit_has_changes": False}
    (project / changed).parent.mkdir(exist_ok=True)
    (project / changed).write_text("two\n")
    assert code_version(project) == {"commit": commit, "commit_has_changes": True}


@needs_git
def test_what_lies_beside_the_code_is_no_change(project):
    (project / "notes.txt").touch()
    assert code_version(project)["commit_has_changes"] is False


@needs_git
def test_a_status_that_git_cannot_tell_is_not_known(project):
    (project / ".git" / "index").write_bytes(b"no index")
    assert code_version(project) == {"commit": git(project, "rev-parse", "HEAD"), "commit_has_changes": None}


def test_code_outside_of_a_repository_has_no_commit(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert code_version(tmp_path) == {"commit": None, "commit_has_changes": None}


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
