import time

import pytest

from bundle.benchmarking.forked import fork, wait_for
from bundle.benchmarking.prepare_once import prepare_once


def write(text):
    return lambda folder: (folder / "result").write_text(text)


def test_is_made_once(tmp_path):
    folder = tmp_path / "deep" / "folder"
    assert prepare_once(folder, ("result",), write("first")) == folder
    prepare_once(folder, ("result",), write("second"))
    assert (folder / "result").read_text() == "first"


def test_what_a_stopped_run_left_is_made_again(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "result").write_text("half")
    prepare_once(tmp_path / "folder", ("result",), write("whole"))
    assert (tmp_path / "folder" / "result").read_text() == "whole"


def test_a_second_process_waits_for_the_first(tmp_path):
    def make(folder):
        with open(tmp_path / "made", "a") as made:
            made.write("once\n")
        time.sleep(0.3)
        (folder / "result").write_text("whole")

    children = [fork(lambda: prepare_once(tmp_path / "folder", ("result",), make), tmp_path / "log") for _ in range(3)]
    assert [wait_for(child) for child in children] == [0, 0, 0]
    assert (tmp_path / "made").read_text() == "once\n"


def test_an_error_leaves_nothing(tmp_path):
    def fail(folder):
        (folder / "result").write_text("half")
        raise ValueError("stopped")

    with pytest.raises(ValueError, match="stopped"):
        prepare_once(tmp_path / "folder", ("result",), fail)
    # but for the file that keeps other processes waiting
    assert [path.name for path in tmp_path.iterdir()] == [".folder.lock"]
