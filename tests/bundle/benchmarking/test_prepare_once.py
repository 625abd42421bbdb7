import pytest

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


def test_an_error_leaves_nothing(tmp_path):
    def fail(folder):
        (folder / "result").write_text("half")
        raise ValueError("stopped")

    with pytest.raises(ValueError, match="stopped"):
        prepare_once(tmp_path / "folder", ("result",), fail)
    assert list(tmp_path.iterdir()) == []
