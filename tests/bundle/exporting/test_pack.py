import os
import zipfile

from bundle.exporting.pack import file_digest, pack


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
