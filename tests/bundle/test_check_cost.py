import json
from pathlib import Path

import numpy as np
from PIL import Image

from bundle.check_cost import Photographs, measure_check, write_photographs


def test_every_photograph_and_every_drawing_is_another_one(tmp_path: Path) -> None:
    datalist = write_photographs(tmp_path / "data", Photographs(cases=12, size=64, file_format="png"), progress=False)
    content = json.loads(datalist.read_text())
    assert [len(content[name]) for name in ("training", "validation", "test")] == [10, 1, 1]
    for kind, shape in (("image", (64, 64, 3)), ("label", (64, 64))):
        arrays = [np.asarray(Image.open(tmp_path / "data" / case[kind])) for case in content["training"]]
        assert {array.shape for array in arrays} == {shape}
        assert len({array.tobytes() for array in arrays}) == 10
    assert set(np.unique(arrays[0])) == {0, 1, 2}


def test_the_second_check_reads_nothing_again(tmp_path: Path) -> None:
    datalist = write_photographs(tmp_path / "data", Photographs(cases=10, size=64), progress=False)
    cost = measure_check(datalist, tmp_path / "check", workers=1)
    assert 0 < cost.again
    assert 0 < cost.first
    assert cost.peak > 2**20
    assert len(list((tmp_path / "check" / "records").glob("*.json"))) >= 10
    assert (tmp_path / "check" / "report.html").is_file()
