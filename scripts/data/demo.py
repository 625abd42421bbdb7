"""The demo data set: synthetic fundus photographs with coarse drawings, generated where it is needed."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image
from tqdm import tqdm

from scripts.data.fundus_phantom import make_fundus
from scripts.drawing import case_seed, synthesise_drawing
from scripts.drawing.datalist import build_datalist
from scripts.errors import DataError

__all__ = ["ensure_demo", "make_demo"]

_SECTIONS = ("training", "validation", "test")
_DATALIST = "datalist.json"
_DENSE_DATALIST = "datalist_dense.json"


def make_demo(
    folder: str | Path,
    *,
    cases: tuple[int, int, int] = (16, 4, 6),
    seed: int = 0,
    ratio: float = 0.3,
    quality: str = "realistic",
    size: tuple[int, int] = (256, 272),
    progress: bool = True,
) -> Path:
    """Generate the demo data set, unless it is there.

    Writes ``images``, ``masks`` (0/255), ``fields_of_view`` (0/255), ``drawings`` (training cases only: 0 nothing,
    1 vessel, 2 not vessel), ``datalist.json`` (training on the drawings) and ``datalist_dense.json`` (training on the
    masks). Everything is written beside the folder first, so that the folder is complete or does not exist.

    Args:
        folder: where to; an existing complete data set is left untouched, whatever its settings.
        cases: number of training, validation and test cases.
        seed: seed of the data set; each case depends on it and on the case's name only.
        ratio: area of the drawings over the area of the masks.
        quality: see :func:`scripts.drawing.synthesise_drawing`.
        size: height and width of the photographs in pixels.
        progress: show a progress bar.

    Returns:
        Path of the datalist.

    Raises:
        DataError: the folder exists and holds something else, or no training case is asked for.
    """
    folder = Path(folder)
    if _is_complete(folder):
        return folder / _DATALIST
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise DataError(f"{folder} exists and holds no complete demo data set. Choose another folder, or remove it.")
    if len(cases) != 3 or min(cases) < 0 or cases[0] < 1:
        raise DataError(f"the demo needs three numbers of cases, at least one for training, got {tuple(cases)}.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        temporary.chmod(0o755)
        _write(temporary, cases, seed, ratio, quality, size, progress)
        _publish(temporary, folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return folder / _DATALIST


def ensure_demo(folder: str | Path) -> Path:
    """Path of the demo's datalist; the demo is generated, with the default settings, if it is missing.

    Safe when several processes start at once: each generates the same bytes, the first rename wins.
    """
    return make_demo(folder)


def _is_complete(folder: Path) -> bool:
    return (folder / _DATALIST).is_file() and (folder / _DENSE_DATALIST).is_file()


def _publish(temporary: Path, folder: Path) -> None:
    """Rename; whoever comes second finds a complete folder and uses it."""
    try:
        if folder.is_dir() and not any(folder.iterdir()):
            # os.replace onto an empty folder works on POSIX only.
            with contextlib.suppress(FileNotFoundError):
                folder.rmdir()
        os.replace(temporary, folder)
    except OSError:
        if not _is_complete(folder):
            raise


def _write(
    folder: Path,
    cases: tuple[int, int, int],
    seed: int,
    ratio: float,
    quality: str,
    size: tuple[int, int],
    progress: bool,
) -> None:
    for name in ("images", "masks", "fields_of_view", "drawings"):
        (folder / name).mkdir()
    sections: dict[str, list[dict]] = {section: [] for section in _SECTIONS}
    names = [
        (section, f"{section}_{i + 1:03d}")
        for section, count in zip(_SECTIONS, cases, strict=True)
        for i in range(count)
    ]
    labels = {}
    for section, stem in tqdm(names, desc="demo data", unit="case", disable=not progress):
        number = case_seed(seed, stem)
        fundus = make_fundus(size, np.random.default_rng(number))
        case = {
            "image": f"images/{stem}.png",
            "mask": f"masks/{stem}.png",
            "field_of_view": f"fields_of_view/{stem}.png",
            "subject": stem,
        }
        Image.fromarray(fundus.image).save(folder / case["image"])
        Image.fromarray(fundus.mask.astype(np.uint8) * 255).save(folder / case["mask"])
        Image.fromarray(fundus.field_of_view.astype(np.uint8) * 255).save(folder / case["field_of_view"])
        if section == "training":
            drawing = synthesise_drawing(
                fundus.mask, ratio=ratio, quality=quality, seed=number, field_of_view=fundus.field_of_view
            )
            case |= {"drawing": f"drawings/{stem}.png", "statistics": drawing.statistics}
            Image.fromarray(drawing.label).save(folder / case["drawing"])
            labels = drawing.labels
        sections[section].append(case)
    provenance = {
        "images": "synthesised by scripts.data.fundus_phantom; they show no real eye",
        "drawings": "synthesised from the masks by scripts.drawing",
        "seed": seed,
        "ratio": ratio,
        "quality": quality,
        "size": list(size),
    }
    for dense, file in ((False, _DATALIST), (True, _DENSE_DATALIST)):
        content = build_datalist(
            sections,
            name="demo",
            description="Synthetic fundus photographs with vessel masks and coarse drawings of the vessels.",
            labels=labels,
            dense_labels={"background": 0, "vessel": 255},
            provenance=provenance,
            dense=dense,
        )
        (folder / file).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
