import pytest

from scripts.errors import DataError
from scripts.publishing import publishing, relative_path

NAMES = ("list.json", "masks")


def _publish(out, content, **options):
    with publishing(out, NAMES, **options) as folder:
        (folder / "list.json").write_text(content)


def test_results_move_to_their_place(tmp_path):
    out = tmp_path / "deep" / "out"
    with publishing(out, NAMES) as folder:
        (folder / "masks").mkdir()
        (folder / "masks" / "a.png").write_text("a")
        assert not out.exists()
    assert (out / "masks" / "a.png").read_text() == "a"
    assert [path.name for path in out.parent.iterdir()] == ["out"]


def test_an_error_leaves_everything_as_it_was(tmp_path):
    _publish(tmp_path / "out", "old")
    with pytest.raises(RuntimeError), publishing(tmp_path / "out", NAMES, overwrite=True) as folder:
        (folder / "list.json").write_text("new")
        raise RuntimeError
    assert (tmp_path / "out" / "list.json").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_replaces_only_when_asked(tmp_path):
    out = tmp_path / "out"
    (out / "masks").mkdir(parents=True)
    (out / "notes.txt").write_text("mine")
    with pytest.raises(DataError, match="holds masks already.*--overwrite"):
        _publish(out, "new")
    _publish(out, "new", overwrite=True)
    # what this run did not write is no longer there, other files are
    assert sorted(path.name for path in out.iterdir()) == ["list.json", "notes.txt"]


@pytest.mark.parametrize("name", ["list.json", "masks/a.png"])
def test_refuses_to_replace_what_is_read(tmp_path, name):
    with pytest.raises(DataError, match="would be replaced(.|\n)*" + name.replace(".", r"\.")):
        _publish(tmp_path, "new", inputs=[tmp_path / name], overwrite=True)


def test_refuses_a_file(tmp_path):
    (tmp_path / "out").write_text("")
    with pytest.raises(DataError, match="is a file"):
        _publish(tmp_path / "out", "new")


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(DataError, match="file/out cannot be written.*--out"):
        with publishing(tmp_path / "file" / "out", ["a"]):
            pass


def test_relative_path(tmp_path):
    assert relative_path(tmp_path / "a" / "b.png", tmp_path / "c") == "../a/b.png"
