"""Folders with links, hidden parts and repetitions."""

import os
from pathlib import Path

import pytest

from bundle.importing.walk import walk
from scripts.errors import DataError


def make(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def found(folder: Path, leave_out: tuple[Path, ...] = ()) -> list[str]:
    return [path.relative_to(folder).as_posix() for _, files in walk(folder, leave_out) for path in files]


def test_files_come_sorted_without_hidden_ones(tmp_path: Path) -> None:
    make(tmp_path, "b/2", "b/1", "a", ".hidden/3", "b/.4")
    assert found(tmp_path) == ["a", "b/1", "b/2"]


def test_linked_folders_are_entered_once_under_their_own_name(tmp_path: Path) -> None:
    make(tmp_path / "store", "x")
    make(tmp_path / "data", "real/y")
    (tmp_path / "data" / "far").symlink_to(tmp_path / "store")
    (tmp_path / "data" / "again").symlink_to(tmp_path / "data" / "real")
    (tmp_path / "data" / "real" / "loop").symlink_to(tmp_path / "data")
    assert found(tmp_path / "data") == ["real/y", "far/x"]


def test_folders_that_are_left_out(tmp_path: Path) -> None:
    make(tmp_path, "a", "out/b", "out/deep/c")
    assert found(tmp_path, (tmp_path / "x" / ".." / "out",)) == ["a"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may list every folder")
def test_a_folder_that_cannot_be_listed_is_not_skipped(tmp_path: Path) -> None:
    make(tmp_path, "closed/a")
    (tmp_path / "closed").chmod(0)
    try:
        with pytest.raises(DataError, match="closed: cannot be listed"):
            found(tmp_path)
    finally:
        (tmp_path / "closed").chmod(0o755)
