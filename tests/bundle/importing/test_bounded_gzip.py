"""Gzip data of a known size."""

import gzip
import io
import tracemalloc

import pytest

from bundle.importing.bounded_gzip import unpack
from scripts.errors import DataError

DATA = bytes(range(256)) * 20


def test_data_of_the_declared_size():
    assert unpack(io.BytesIO(gzip.compress(DATA)), len(DATA), "a") == DATA
    assert unpack(io.BytesIO(gzip.compress(b"")), 0, "a") == b""


def test_several_members_and_zeros_behind_them():
    packed = gzip.compress(DATA[:1000]) + gzip.compress(DATA[1000:]) + b"\0" * 512
    assert unpack(io.BytesIO(packed), len(DATA), "a") == DATA


def test_large_data_in_one_chunk():
    size = 5 * 1024**2
    assert unpack(io.BytesIO(gzip.compress(bytes(size))), size, "a") == bytes(size)


def test_a_bomb_is_not_unpacked():
    packed = gzip.compress(bytes(64 * 1024**2))
    tracemalloc.start()
    with pytest.raises(DataError, match="a.nrrd: its compressed data hold more than the 1,000 bytes"):
        unpack(io.BytesIO(packed), 1000, "a.nrrd")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 * 1024**2


def test_one_byte_too_many_or_too_few():
    packed = gzip.compress(DATA)
    with pytest.raises(DataError, match="more than"):
        unpack(io.BytesIO(packed), len(DATA) - 1, "a")
    with pytest.raises(
        DataError, match="a: is cut off: its header declares 5,121 bytes, its compressed data hold 5,120"
    ):
        unpack(io.BytesIO(packed), len(DATA) + 1, "a")


@pytest.mark.parametrize("length", [0, 1, 10, 100, -9, -1])
def test_truncated_data(length):
    with pytest.raises(DataError, match="is cut off"):
        unpack(io.BytesIO(gzip.compress(DATA)[:length]), len(DATA), "a")


@pytest.mark.parametrize(
    "packed", [b"plain text", gzip.compress(DATA, mtime=0) + b"more", gzip.compress(DATA, mtime=0)[:-8] + b"12345678"]
)
def test_damaged_data(packed):
    with pytest.raises(DataError, match="are damaged|is cut off"):
        unpack(io.BytesIO(packed), len(DATA), "a")
