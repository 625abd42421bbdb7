"""A file is whole or not there."""

from __future__ import annotations

import pytest

from scripts.replacing import replacing


def test_writes_into_a_new_folder_and_leaves_nothing_else(tmp_path):
    target = tmp_path / "new" / "file.txt"
    with replacing(target) as temporary:
        temporary.write_text("whole")
        assert temporary.suffix == ".txt"
        assert not target.exists()
    assert target.read_text() == "whole"
    assert list(target.parent.iterdir()) == [target]


def test_failure_keeps_the_earlier_file(tmp_path):
    target = tmp_path / "file.txt"
    target.write_text("earlier")
    with pytest.raises(RuntimeError, match="no space"), replacing(target) as temporary:
        temporary.write_text("half")
        raise RuntimeError("no space left")
    assert target.read_text() == "earlier"
    assert list(tmp_path.iterdir()) == [target]
