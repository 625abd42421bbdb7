"""Headers of NRRD files."""

import gzip
import io

import numpy as np
import pytest

from bundle.importing.formats.nrrd_header import header_lines, read_nrrd_data, read_nrrd_header
from scripts.errors import DataError

HEAD = b"NRRD0004\ntype: short\ndimension: 2\nsizes: 3 2\nendian: big\nencoding: raw\n\n"
VALUES = np.arange(6, dtype=np.int16).reshape(3, 2)


def test_lines_up_to_the_empty_one():
    stream = io.BytesIO("NRRD0004\r\na: Gefäß \n\nrest".encode())
    assert header_lines(stream) == ["NRRD0004", "a: Gefäß"]
    assert stream.read() == b"rest"


@pytest.mark.parametrize("content", [b"", b"PNG\n\n", b"NRRD0004", b"NRRD0004\nno end", b"NRRD" + b"a" * 200 + b"\n\n"])
def test_no_header(content):
    assert header_lines(io.BytesIO(content), limit=100) is None


def test_first_axis_fastest_and_bytes_in_either_order(tmp_path):
    path = tmp_path / "a.nrrd"
    for head, kind in ((HEAD, ">i2"), (HEAD.replace(b"big", b"little"), "<i2")):
        path.write_bytes(head + VALUES.astype(kind).tobytes("F"))
        file = read_nrrd_header(path)
        assert (file.sizes, file.packed, file.start) == ((3, 2), False, len(head))
        assert (read_nrrd_data(path, file) == VALUES).all()


def test_gzip(tmp_path):
    path = tmp_path / "a.nrrd"
    path.write_bytes(HEAD.replace(b"raw", b"gzip") + gzip.compress(VALUES.astype(">i2").tobytes("F")))
    assert (read_nrrd_data(path, read_nrrd_header(path)) == VALUES).all()


@pytest.mark.parametrize("data", [b"", b"\0" * 11, b"\0" * 13])
def test_more_or_less_data_than_declared(tmp_path, data):
    path = tmp_path / "a.nrrd"
    path.write_bytes(HEAD + data)
    with pytest.raises(DataError, match=f"a.nrrd: its header declares 12 bytes of data, the file holds {len(data)};"):
        read_nrrd_data(path, read_nrrd_header(path))


def test_fields_that_stand_twice(tmp_path):
    (tmp_path / "a.nrrd").write_bytes(HEAD.replace(b"endian", b"type: int\nendian"))
    with pytest.raises(DataError, match="header cannot be read .*Duplicate"):
        read_nrrd_header(tmp_path / "a.nrrd")


def test_a_missing_file(tmp_path):
    with pytest.raises(DataError, match="a.nrrd: cannot be read"):
        read_nrrd_header(tmp_path / "a.nrrd")
