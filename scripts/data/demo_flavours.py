"""The kinds of demo data sets: what their cases are and how one is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from scripts.data.fundus_phantom import make_fundus
from scripts.data.volume_phantom import PARTS, make_volume
from scripts.drawing import synthesise_drawing
from scripts.drawing.plan import DrawingPlan
from scripts.volumes.writing import write_nifti

__all__ = ["FLAVOURS", "Flavour"]


@dataclass(frozen=True)
class Flavour:
    """One kind of demo data set.

    Attributes:
        name: of the data set, in its datalists.
        description: the same.
        source: where the images come from, for the datalists' provenance.
        cases: default number of training, validation and test cases.
        size: default size of an image: height and width in pixels, or mm to the right, front and up.
        folders: of the files.
        classes: value of each class in the masks.
        background: share of the negative drawing that says "background".
        write: writes the files of a case, called with the folder, the case's name and seed, the size, and how to draw
            (None: not at all); returns the case as :func:`scripts.drawing.datalist.build_datalist` takes it.
    """

    name: str
    description: str
    source: str
    cases: tuple[int, int, int]
    size: tuple[int, ...]
    folders: tuple[str, ...]
    classes: Mapping[str, int]
    background: float
    write: Callable[[Path, str, int, Sequence[int], DrawingPlan | None], dict[str, Any]]


def _write_fundus(folder: Path, stem: str, seed: int, size: Sequence[int], plan: DrawingPlan | None) -> dict[str, Any]:
    fundus = make_fundus(tuple(size), np.random.default_rng(seed))
    mask = fundus.mask.astype(np.uint8) * 255
    case = {
        "image": f"images/{stem}.png",
        "mask": f"masks/{stem}.png",
        "field_of_view": f"fields_of_view/{stem}.png",
        "subject": stem,
    }
    Image.fromarray(fundus.image).save(folder / case["image"])
    Image.fromarray(mask).save(folder / case["mask"])
    Image.fromarray(fundus.field_of_view.astype(np.uint8) * 255).save(folder / case["field_of_view"])
    if plan is not None:
        drawing = synthesise_drawing(mask, seed=seed, field_of_view=fundus.field_of_view, **plan.settings)
        case |= {"drawing": f"drawings/{stem}.png", "statistics": drawing.statistics}
        Image.fromarray(drawing.label).save(folder / case["drawing"])
    return case


def _write_volume(folder: Path, stem: str, seed: int, size: Sequence[int], plan: DrawingPlan | None) -> dict[str, Any]:
    volume = make_volume(size, np.random.default_rng(seed))
    case = {"image": f"images/{stem}.nii.gz", "mask": f"masks/{stem}.nii.gz", "subject": stem}
    write_nifti(volume.image, volume.affine, folder / case["image"])
    write_nifti(volume.mask, volume.affine, folder / case["mask"])
    if plan is not None:
        spacing = np.linalg.norm(volume.affine[:3, :3], axis=0)
        drawing = synthesise_drawing(volume.mask, seed=seed, spacing=tuple(spacing.tolist()), **plan.settings)
        case |= {"drawing": f"drawings/{stem}.nii.gz", "statistics": drawing.statistics, "plane": plan.drawn_plane}
        write_nifti(drawing.label, volume.affine, folder / case["drawing"])
    return case


#: By name, as ``load_cases`` and the command line take it.
FLAVOURS = {
    "fundus": Flavour(
        name="demo",
        description="Synthetic fundus photographs with vessel masks and coarse drawings of the vessels.",
        source="synthesised by scripts.data.fundus_phantom; they show no real eye",
        cases=(16, 4, 6),
        size=(256, 272),
        folders=("images", "masks", "fields_of_view", "drawings"),
        classes={"vessel": 255},
        background=0.0,
        write=_write_fundus,
    ),
    "volume": Flavour(
        name="demo volume",
        description="Synthetic MR-like volumes with masks and coarse drawings of a bent body in two parts.",
        source="synthesised by scripts.data.volume_phantom; they show no real anatomy and no real scan",
        cases=(32, 3, 4),
        size=(40, 48, 40),
        folders=("images", "masks", "drawings"),
        classes=PARTS,
        background=0.5,
        write=_write_volume,
    ),
}
