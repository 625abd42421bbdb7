"""The demo data set: synthetic images with coarse drawings, generated where it is needed."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from tqdm import tqdm

from scripts.data.demo_flavours import FLAVOURS, Flavour
from scripts.drawing import case_seed
from scripts.drawing.datalist import build_datalist
from scripts.drawing.plan import DrawingPlan
from scripts.errors import DataError, SettingError

__all__ = ["ensure_demo", "make_demo"]

_SECTIONS = ("training", "validation", "test")
_DATALIST = "datalist.json"
_DENSE_DATALIST = "datalist_dense.json"


def make_demo(
    folder: str | Path,
    *,
    flavour: str = "fundus",
    cases: tuple[int, int, int] | None = None,
    seed: int = 0,
    ratio: float = 0.3,
    quality: str = "realistic",
    size: tuple[int, ...] | None = None,
    progress: bool = True,
) -> Path:
    """Generate the demo data set, unless it is there.

    Writes ``images``, ``masks``, ``drawings`` (training cases only), ``datalist.json`` (training on the drawings) and
    ``datalist_dense.json`` (training on the masks). Everything is written beside the folder first, so that the folder
    is complete or does not exist.

    * "fundus": PNG; masks 0/255, also ``fields_of_view`` (0/255), drawings 0 nothing, 1 vessel, 2 not vessel.
    * "volume": NIfTI of several orientations and voxel sizes; masks 0 background, 1 anterior, 2 posterior, drawings
      0 nothing, 1 anterior, 2 not anterior, 3 posterior, 4 not posterior, 5 background.

    Args:
        folder: where to; an existing complete data set of this flavour is left untouched, whatever its settings.
        flavour: "fundus" or "volume".
        cases: number of training, validation and test cases; None: 16, 4 and 6 photographs or 32, 3 and 4 volumes.
        seed: seed of the data set; each case depends on it and on the case's name only.
        ratio: area of the drawings over the area of the masks.
        quality: see :func:`scripts.drawing.synthesise_drawing`.
        size: height and width of the photographs in pixels, by default 256 x 272, or about the extent of the volumes to
            the right, front and up in mm, by default 40 x 48 x 40.
        progress: show a progress bar.

    Returns:
        Path of the datalist.

    Raises:
        DataError: the folder exists and holds something else, such as the other flavour, or no training case is asked
            for.
        SettingError: there is no such flavour.
    """
    folder = Path(folder)
    if flavour not in FLAVOURS:
        raise SettingError(f"the demo's flavour must be one of {', '.join(FLAVOURS)}, got {flavour!r}.")
    kind = FLAVOURS[flavour]
    if _is_complete(folder):
        _check_flavour(folder, flavour)
        return folder / _DATALIST
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise DataError(f"{folder} exists and holds no complete demo data set. Choose another folder, or remove it.")
    cases = kind.cases if cases is None else tuple(cases)
    if len(cases) != 3 or min(cases) < 0 or cases[0] < 1:
        raise DataError(f"the demo needs three numbers of cases, at least one for training, got {cases}.")
    plan = DrawingPlan(kind.classes, ratio, quality, seed, background=kind.background)
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        temporary.chmod(0o755)
        _write(temporary, kind, cases, plan, kind.size if size is None else tuple(size), progress)
        _publish(temporary, folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return folder / _DATALIST


def ensure_demo(folder: str | Path, flavour: str = "fundus") -> Path:
    """Path of the demo's datalist; the demo is generated, with the default settings, if it is missing.

    Safe when several processes start at once: each generates the same bytes, the first rename wins.
    """
    return make_demo(folder, flavour=flavour)


def _is_complete(folder: Path) -> bool:
    return (folder / _DATALIST).is_file() and (folder / _DENSE_DATALIST).is_file()


def _check_flavour(folder: Path, flavour: str) -> None:
    """Refuse a demo of another flavour; a folder of somebody's own data is taken as it is."""
    try:
        name = json.loads((folder / _DATALIST).read_text(encoding="utf-8")).get("name")
    except (ValueError, AttributeError):
        return  # whoever reads the datalist says what is wrong with it
    for other, kind in FLAVOURS.items():
        if other != flavour and name == kind.name:
            raise DataError(
                f'{folder} holds the demo of flavour "{other}", but "{flavour}" is wanted. Choose another folder.'
            )


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
    folder: Path, kind: Flavour, cases: tuple[int, ...], plan: DrawingPlan, size: tuple[int, ...], progress: bool
) -> None:
    for name in kind.folders:
        (folder / name).mkdir()
    sections: dict[str, list[dict[str, Any]]] = {section: [] for section in _SECTIONS}
    names = [
        (section, f"{section}_{i + 1:03d}")
        for section, count in zip(_SECTIONS, cases, strict=True)
        for i in range(count)
    ]
    for section, stem in tqdm(names, desc="demo data", unit="case", disable=not progress):
        drawn = plan if section == "training" else None
        sections[section].append(kind.write(folder, stem, case_seed(plan.seed, stem), size, drawn))
    provenance = {
        "images": kind.source,
        "drawings": "synthesised from the masks by scripts.drawing",
        **plan.record,
        "size": list(size),
    }
    for dense, file in ((False, _DATALIST), (True, _DENSE_DATALIST)):
        content = build_datalist(
            sections,
            name=kind.name,
            description=kind.description,
            labels=plan.labels,
            dense_labels={"background": 0, **kind.classes},
            provenance=provenance,
            dense=dense,
        )
        (folder / file).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
