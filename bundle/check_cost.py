"""How long a check takes, and how much memory, with photographs of a real size."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image
from tqdm import tqdm

__all__ = ["CheckCost", "Photographs", "measure_check", "write_photographs"]

_CASES_OF_A_PATTERN = 7
_SECTIONS = {"validation": 0.1, "test": 0.1}


@dataclass(frozen=True)
class Photographs:
    """The data set to measure with.

    Attributes:
        cases: number of photographs, each with a drawing; at least 10.
        size: pixels along each side.
        file_format: ``png`` or ``jpg``; label maps are PNG.
    """

    cases: int = 1000
    size: int = 1500
    file_format: str = "jpg"


@dataclass(frozen=True)
class CheckCost:
    """What a check took.

    Attributes:
        first: seconds of the first check, with reports.
        again: seconds of a second one, of which nothing is read again.
        peak: most bytes that the checking process had in memory during the first check.
        worker: most bytes that one of its worker processes had.
    """

    first: float
    again: float
    peak: int
    worker: int


def write_photographs(folder: Path, photographs: Photographs, *, progress: bool = True) -> Path:
    """Write the data set and its datalist; every photograph and every drawing is another one.

    The photographs are smooth and have the noise of a camera, so that they need as many bytes as real ones.

    Returns:
        The path of the datalist.
    """
    (folder / "images").mkdir(parents=True)
    (folder / "labels").mkdir()
    size = photographs.size
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 4, (size, size, 3)).astype(np.float32)
    ramp = np.linspace(0, 6, size, dtype=np.float32)
    lists: dict[str, list[dict[str, str]]] = {"training": [], "validation": [], "test": []}
    held = {name: max(1, int(share * photographs.cases)) for name, share in _SECTIONS.items()}
    for number in tqdm(range(photographs.cases), desc="writing photographs", disable=not progress, leave=False):
        phase = rng.uniform(0, 6, 2).astype(np.float32)
        waves = 110 + 50 * np.sin(ramp + phase[0])[:, None] * np.cos(ramp + phase[1])
        picture = waves[..., None] + np.roll(noise, int(rng.integers(size)), axis=0)
        image = f"images/{number:05d}.{photographs.file_format}"
        Image.fromarray(picture.clip(0, 255).astype(np.uint8)).save(folder / image, quality=92, compress_level=1)
        label = np.zeros((size, size), dtype=np.uint8)
        for value in (1, 2) * _CASES_OF_A_PATTERN:
            x, y = rng.integers(0, size * 3 // 4, 2)
            label[y : y + max(4, size // 100), x : x + size // 4] = value
        Image.fromarray(label).save(folder / f"labels/{number:05d}.png")
        section = next((name for name in held if len(lists[name]) < held[name]), "training")
        lists[section].append(
            {"image": image, "label": f"labels/{number:05d}.png", "subject": f"{number}", "supervision": "coarse"}
        )
    content = {"labels": {"vessel": 1, "not vessel": 2}, **lists}
    (folder / "datalist.json").write_text(json.dumps(content), encoding="utf-8")
    return folder / "datalist.json"


def measure_check(datalist: Path, out: Path, workers: int | None = None) -> CheckCost:
    """Check a data set twice, each time in a process of its own.

    Args:
        datalist: of the data set.
        out: folder of the report; should be new.
        workers: processes; None for one per core.
    """
    took = []
    for _ in range(2):
        run = subprocess.run(  # noqa: S603
            [sys.executable, "-c", _MEASURE, str(datalist), str(out), str(workers or "")],
            cwd=Path(__file__).resolve().parents[1],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        took.append(json.loads(run.stdout.splitlines()[-1]))
    return CheckCost(took[0]["seconds"], took[1]["seconds"], took[0]["peak"], took[0]["worker"])


_MEASURE = "import sys; from bundle.check_cost import report_check; report_check(*sys.argv[1:])"


def report_check(datalist: str, out: str, workers: str) -> None:
    """Check a data set in this process, and print what it took as JSON."""
    from bundle.check_settings import read_check_target
    from scripts.checking.listing import list_cases
    from scripts.checking.reports import write_reports
    from scripts.checking.run_checks import check_cases

    config = Path(__file__).resolve().parents[1] / "configs" / "train.json"
    target = read_check_target((config,), {"datalist": datalist, "dataset_dir": str(Path(datalist).parent)})
    started = time.perf_counter()
    cases, listed = list_cases(target.datalist, target.dataset_dir)
    number = int(workers) if workers else None
    verdict = check_cases(cases, target.settings, source=datalist, folder=Path(out), listed=listed, workers=number)
    write_reports(verdict, Path(out))
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    worker = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    print(json.dumps({"seconds": seconds, "peak": peak, "worker": worker}))
