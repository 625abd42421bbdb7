"""The commit of a folder, in a real repository."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from scripts.handlers.git_commit import git_commit

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def git(folder, *words: str) -> str:
    command = ["git", "-C", folder, "-c", "user.name=A", "-c", "user.email=a@example.org", *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@needs_git
def test_commit_of_a_folder_within_a_repository(tmp_path):
    git(tmp_path, "init")
    assert git_commit(tmp_path) is None  # no commit yet
    git(tmp_path, "commit", "--allow-empty", "-m", "first")
    (tmp_path / "inner").mkdir()
    assert git_commit(tmp_path / "inner") == git(tmp_path, "rev-parse", "HEAD")


def test_no_repository_or_no_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert git_commit(tmp_path) is None
    assert git_commit(tmp_path / "missing") is None


def test_no_git(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert git_commit(tmp_path) is None
