import re

from bundle.benchmarking.data_sets import DATA_SETS
from bundle.benchmarking.sources import SOURCES, WITHOUT_DOWNLOAD


def test_every_data_set_has_a_source_or_a_statement():
    assert sorted([*SOURCES, *WITHOUT_DOWNLOAD]) == sorted(DATA_SETS)


def test_sources_are_complete():
    for name, source in SOURCES.items():
        assert source.name == name and source.url.startswith("https://") and source.licence
        assert source.sha256 is None or re.fullmatch("[0-9a-f]{64}", source.sha256)
        assert bool(source.names) == (source.unpack is not None)


def test_statements_name_the_licence_and_the_place():
    assert all("https://" in text or "http://" in text for text in WITHOUT_DOWNLOAD.values())
    assert "account" in WITHOUT_DOWNLOAD["cityscapes"] and "non-commercial" in WITHOUT_DOWNLOAD["camvid"]
