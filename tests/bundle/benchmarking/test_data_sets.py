from pathlib import Path

import pytest

from bundle.benchmarking.data_sets import DATA_SETS

ROOT = Path(__file__).resolve().parents[3]


def test_names():
    assert list(DATA_SETS) == ["mnist", "retina", "camvid", "cityscapes", "hippocampus", "nuclei"]


@pytest.mark.parametrize("data_set", DATA_SETS.values(), ids=list(DATA_SETS))
def test_entries(data_set):
    assert DATA_SETS[data_set.name] is data_set
    assert (ROOT / data_set.train_config).is_file() and (ROOT / data_set.evaluate_config).is_file()
    assert data_set.overlay == f"configs/benchmark/{data_set.name}.json"
    few = {data_set.drawings(Path("out"), "realistic", 0.3, 1), data_set.drawings(Path("out"), "dense", None, 1)}
    # drawings that come with a set are the same whatever is asked for
    own = Path("out/drawings/polygons-r1-s1")
    assert few == ({own} if data_set.own_drawings else {Path("out/drawings/realistic-r0.3-s1")})
    assert data_set.overlays(full=True) == [data_set.overlay]
    assert data_set.overlays() == [data_set.overlay, f"configs/benchmark/small/{data_set.name}.json"]
    assert all((ROOT / name).is_file() for name in data_set.overlays())
    assert data_set.classes[0] == "background" and len(set(data_set.classes)) == len(data_set.classes) > 1
    assert data_set.title and data_set.citation and data_set.licence
