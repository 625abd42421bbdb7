"""Sets of drawings are made side by side, and each once, before cells run."""

from pathlib import Path

import pytest
from benchmark_support import run_python

# which sets were asked for in which process; cells that look at dense masks take any drawings of their seed
CODE = """
import sys
from dataclasses import replace
from pathlib import Path
from benchmark_support import tiny_set
from bundle.benchmarking.draw_first import draw_first
from bundle.benchmarking.draw_set import drawings_folder
from bundle.benchmarking.plan import plan_cells
from bundle.benchmarking.run_cell import CellRun

out, jobs = Path(sys.argv[1]), int(sys.argv[2])
def prepare(data_root, out, quality, ratio, seed):
    folder = drawings_folder(out, quality, ratio, seed)
    folder.mkdir(parents=True)
    (folder / "datalist_semi.json").touch()
    return folder
run = CellRun(replace(tiny_set(), prepare=prepare), out, out)
methods = ["default", "dense_masks", "partial_cross_entropy"]
cells = plan_cells(run.data_set, methods=methods, ratios=[0.3, 0.05], seeds=[1, 2])
# made by a former run: making it again would be an error
prepare(out, out, "realistic", 0.05, 2)
draw_first(cells, run, jobs=jobs)
"""


@pytest.fixture(params=[1, 3])
def drawn(request, tmp_path):
    done = run_python(CODE, tmp_path, request.param)
    assert done.returncode == 0, done.stderr[-2000:]
    return request.param, sorted(path.name for path in (tmp_path / "drawings").iterdir()), done.stderr


def test_each_missing_set_is_drawn_once(drawn):
    jobs, folders, told = drawn
    if jobs == 1:
        # cells draw what they need when they come to it
        assert folders == ["realistic-r0.05-s2"] and "sets of drawings" not in told
        return
    assert folders == [f"realistic-r{ratio}-s{seed}" for ratio in ("0.05", "0.3") for seed in (1, 2)]
    assert "sets of drawings" in told and "3/3" in told


def test_drawings_that_come_with_a_set_are_looked_at_once_per_seed(tmp_path):
    own = CODE.replace(
        "replace(tiny_set(), prepare=prepare)", "replace(tiny_set(), prepare=prepare, own_drawings=True)"
    )
    own = own.replace('prepare(out, out, "realistic", 0.05, 2)', 'made = [run.data_set.drawings(out, "a", 1, 1)]')
    own = own.replace("drawings_folder(out, quality, ratio, seed)", "run.data_set.drawings(out, quality, ratio, seed)")
    done = run_python(own, tmp_path, 3)
    assert done.returncode == 0, done.stderr[-2000:]
    assert sorted(path.name for path in (tmp_path / "drawings").iterdir()) == ["polygons-r1-s1", "polygons-r1-s2"]


def test_an_error_names_its_log(tmp_path):
    broken = CODE.replace("folder.mkdir(parents=True)", "raise FileNotFoundError('no masks')", 1)
    broken = broken.replace("prepare(out, out", "#", 1)
    done = run_python(broken, tmp_path, 2)
    assert done.returncode == 1 and "sets of drawings could not be finished" in done.stderr
    assert "no masks" in done.stderr and Path(tmp_path / "logs").is_dir()
