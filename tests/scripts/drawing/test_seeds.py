import zlib

from scripts.drawing.seeds import case_seed


def test_is_the_crc_of_seed_and_stem():
    assert case_seed(3, "eye_1") == zlib.crc32(b"3/eye_1")


def test_depends_on_seed_and_stem():
    assert len({case_seed(0, "a"), case_seed(1, "a"), case_seed(0, "b"), case_seed(10, "a")}) == 4
