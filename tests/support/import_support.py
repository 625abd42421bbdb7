"""Small folders of images and annotations, and imports of them, for tests."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from bundle.importing.case_lists import SplitPlan
from bundle.importing.choose_rules import choose_rules
from bundle.importing.import_folder import ImportResult, import_folder
from bundle.importing.import_request import ImportRequest
from bundle.importing.source_image import SourceImage

#: Width and height of all pictures.
SIZE = (12, 8)


def square(x: float, y: float, side: float = 2) -> list[list[float]]:
    """Corners of a square by its upper left one; whole numbers give ``side * side`` pixels."""
    return [[x, y], [x + side, y], [x + side, y + side], [x, y + side]]


def write_picture(path: Path, size: tuple[int, int] = SIZE) -> Path:
    """A picture of noise, another one for each name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(zlib.crc32(path.as_posix().encode()))
    Image.fromarray(rng.integers(0, 255, (size[1], size[0], 3), dtype=np.uint8)).save(path)
    return path


def write_labelme(path: Path, shapes: Sequence[tuple], image: str | None = None, size: tuple[int, int] = SIZE) -> Path:
    """A file of labelme.

    Args:
        path: of the file.
        shapes: name and points of each; the third is the type, by default ``polygon``.
        image: its name; default: that of the file, as PNG.
        size: of the image, as the file states it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    listed = [
        {"label": name, "points": points, "group_id": None, "shape_type": (*kind, "polygon")[0], "flags": {}}
        for name, points, *kind in shapes
    ]
    content = {"version": "5.4.1", "flags": {}, "shapes": listed, "imagePath": image or f"{path.stem}.png"}
    path.write_text(json.dumps({**content, "imageData": None, "imageHeight": size[1], "imageWidth": size[0]}))
    return path


def write_mask(path: Path, mask: np.ndarray) -> Path:
    """A painted picture from `WH` uint8."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.ascontiguousarray(mask.T)).save(path)
    return path


def write_cases(folder: Path, names: Sequence[str]) -> None:
    """Pictures with a square that is a vessel and one that is none, in ``images`` and ``annotations``."""
    for name in names:
        write_picture(folder / "images" / f"{name}.png")
        shapes = [("vessel", square(1, 1)), ("not vessel", square(6, 3))]
        write_labelme(folder / "annotations" / f"{name}.json", shapes)


def pictures(folder: Path, *names: str) -> list[SourceImage]:
    """Pictures as images, by their paths below the folder without the ending."""
    return [SourceImage(name, write_picture(folder / f"{name}.png"), volume=False) for name in names]


def request(folder: Path, **options: Any) -> ImportRequest:
    """An import of ``images`` and ``annotations`` into ``out``; ``validation`` and the like go to the split."""
    split = {name: options.pop(name) for name in ("validation", "test", "seed", "again") if name in options}
    places = {name: folder / name for name in ("images", "annotations", "out")}
    return ImportRequest(**{**places, "split": SplitPlan(**split), **options})


def run_import(folder: Path, *, dry: bool = False, **options: Any) -> ImportResult:
    """Import with whatever rules are guessed."""
    wanted = request(folder, **options)
    return import_folder(
        wanted,
        lambda found, former: choose_rules(found, former, wanted.classes, None, lambda table: True),
        dry=dry,
        progress=False,
    )


def read_datalist(folder: Path) -> dict[str, Any]:
    """The datalist of an import into ``out``."""
    return json.loads((folder / "out" / "datalist.json").read_text())


def listing(folder: Path) -> dict[str, bytes]:
    """All files below a folder, hidden ones too, with what they hold."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def values(path: Path) -> np.ndarray:
    """A label map as `WH`."""
    return np.asarray(Image.open(path)).T
