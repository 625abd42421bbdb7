import hashlib
import os

import pytest

from scripts.checking.file_digests import FileDigests


def sha(content):
    return hashlib.sha256(content).hexdigest()


def write(path, content):
    """The path, after writing it."""
    path.write_bytes(content)
    return path


@pytest.fixture
def settled(monkeypatch):
    """Files count as settled as soon as they are written."""
    monkeypatch.setattr("scripts.checking.file_digests._SETTLED_NS", 0)


def test_a_file_is_its_content(tmp_path):
    digests = FileDigests(tmp_path / "files.json")
    assert digests.digest(write(tmp_path / "a", b"one")) == sha(b"one")
    assert digests.digest(tmp_path / "missing") == ""


def test_an_unchanged_file_is_not_read_again(tmp_path, settled):
    file = write(tmp_path / "a", b"one")
    first = FileDigests(tmp_path / "files.json")
    first.digest(file)
    first.save()
    index = (tmp_path / "files.json").read_text()
    (tmp_path / "files.json").write_text(index.replace(sha(b"one"), "known"))
    again = FileDigests(tmp_path / "files.json")
    assert again.digest(file) == "known"
    os.utime(file)
    assert FileDigests(tmp_path / "files.json").digest(file) == sha(b"one")


def test_a_change_that_keeps_size_and_date_is_seen(tmp_path, settled):
    file = write(tmp_path / "a", b"one")
    date = file.stat().st_mtime_ns
    digests = FileDigests(tmp_path / "files.json")
    digests.digest(file)
    digests.save()
    file.write_bytes(b"two")
    os.utime(file, ns=(date, date))
    assert FileDigests(tmp_path / "files.json").digest(file) == sha(b"two")


def test_a_file_of_this_moment_is_read_again(tmp_path):
    digests = FileDigests(tmp_path / "files.json")
    digests.digest(write(tmp_path / "a", b"one"))
    digests.save()
    assert not (tmp_path / "files.json").exists()


def test_files_that_are_gone_leave_the_index(tmp_path, settled):
    for name in ("a", "b"):
        digests = FileDigests(tmp_path / "files.json")
        digests.digest(write(tmp_path / name, b"one"))
        digests.save()
        (tmp_path / "a").unlink(missing_ok=True)
    assert str(tmp_path / "b") in (text := (tmp_path / "files.json").read_text()) and str(tmp_path / "a") not in text


def test_a_folder_is_its_files_and_their_names(tmp_path):
    folder = tmp_path / "slices"
    folder.mkdir()
    write(folder / "1.dcm", b"one")
    found = []
    for change in (
        lambda: None,
        lambda: write(folder / "2.dcm", b"two"),
        lambda: write(folder / "2.dcm", b"three"),
        lambda: (folder / "2.dcm").rename(folder / "3.dcm"),
    ):
        change()
        found.append(FileDigests(tmp_path / "files.json").digest(folder))
    assert len(set(found)) == 4


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("a.nhdr", b"NRRD0004\nsizes: 1 1 2\nencoding: raw\ndata file: a.raw\n"),
        ("a.mhd", b"NDims = 3\nElementDataFile = a.raw\n"),
        ("a.mhd", b"NDims = 3\nElementDataFile = LIST\na.raw\nb.raw\n"),
        ("a.nhdr", b"NRRD0004\ndata file: %s.raw 1 2 1 2\n"),
    ],
)
def test_a_header_is_also_the_voxels_beside_it(tmp_path, name, header):
    write(tmp_path / name, header)
    write(tmp_path / "a.raw", b"12")
    before = FileDigests(tmp_path / "index" / "files.json").digest(tmp_path / name)
    write(tmp_path / "a.raw", b"13")
    assert FileDigests(tmp_path / "index" / "files.json").digest(tmp_path / name) != before


@pytest.mark.parametrize("damage", ["", "[1]", '{"a": 1}', '{"a": [1, 2]}', "\udcff"])
def test_a_damaged_index_counts_as_empty(tmp_path, damage):
    (tmp_path / "files.json").write_bytes(damage.encode(errors="surrogateescape"))
    assert FileDigests(tmp_path / "files.json").digest(write(tmp_path / "a", b"one")) == sha(b"one")
