import os
import zipfile

import pytest

from bundle.exporting.pack import file_digest, pack
from scripts.errors import DataError


def test_times_rights_and_order_do_not_matter(tmp_path):
    for name, mode, names in (("a", 0o644, ["x", "b/y"]), ("b", 0o755, ["b/y", "x"])):
        folder = tmp_path / name / "bundle"
        (folder / "b").mkdir(parents=True)
        for file in names:
            (folder / file).write_text(file)
            (folder / file).chmod(mode)
            os.utime(folder / file, (1e9 + mode, 1e9))
        pack(folder, names, tmp_path / f"{name}.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.namelist() == ["bundle/b/y", "bundle/x"] and archive.read("bundle/x") == b"x"


def test_the_checksum_is_that_of_the_file(tmp_path):
    (tmp_path / "x").write_text("x")
    digest = pack(tmp_path, ["x"], tmp_path / "out.zip")
    assert digest == file_digest(tmp_path / "out.zip")
    assert (tmp_path / "out.zip.sha256").read_text() == f"{digest}  out.zip\n"


def test_the_folder_in_the_file_can_have_another_name(tmp_path):
    (tmp_path / "x").write_text("x")
    pack(tmp_path, ["x"], tmp_path / "out.zip", root="vessels")
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert archive.namelist() == ["vessels/x"]


@pytest.mark.parametrize("blocked", ["out.zip", "out.zip.sha256"])
def test_both_files_are_as_they_were_where_one_cannot_be_written(blocked, tmp_path):
    (tmp_path / "x").write_text("x")
    former = {"out.zip", "out.zip.sha256"} - {blocked}
    for name in former:
        (tmp_path / name).write_text("former")
    (tmp_path / blocked).mkdir()
    with pytest.raises(DataError, match=f"{blocked} is a folder"):
        pack(tmp_path, ["x"], tmp_path / "out.zip")
    assert {path.name for path in tmp_path.iterdir()} == {"x", "out.zip", "out.zip.sha256"}
    assert all((tmp_path / name).read_text() == "former" for name in former)


def test_a_file_that_cannot_be_packed_leaves_nothing(tmp_path):
    with pytest.raises(DataError, match="out.zip cannot be written"):
        pack(tmp_path, ["missing"], tmp_path / "out.zip")
    assert not list(tmp_path.iterdir())
