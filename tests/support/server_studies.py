"""Small pictures and volumes with masks and drawings, as an annotator of a server has them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import nibabel as nib
import numpy as np
from PIL import Image

from scripts.data.demo import make_demo
from scripts.drawing import synthesise_drawing
from scripts.volumes.writing import write_nifti

#: Values that an annotator paints: those of the order in which a server lists the drawing labels.
FUNDUS_LABELS = {"vessel": 1, "not vessel": 2, "background": 3}
VOLUME_LABELS = {"anterior": 1, "not anterior": 2, "posterior": 3, "not posterior": 4, "background": 5}
#: Settings with which a training takes seconds, as an overlay of a flavour's ``train.json``.
QUICK = {
    "fundus": {
        "network_def#features": [8, 8, 16, 16, 32, 8],
        "patch_size": [64, 64],
        "learning_rate": 0.01,
        "val_interval": 2,
    },
    "volume": {
        "network_def#features": [8, 8, 16, 16, 32, 8],
        "patch_size": [32, 32, 32],
        "learning_rate": 0.01,
        "val_interval": 2,
    },
}
#: Width and height of the photographs.
_SIZE = (176, 144)
_COUNT = 7


@dataclass(frozen=True)
class Case:
    """One image of a server's studies.

    Attributes:
        name: its id.
        image: file.
        mask: dense label map with values of classes, the truth.
        drawing: what an annotator painted, with values of the drawing labels.
    """

    name: str
    image: Path
    mask: Path
    drawing: Path

    def truth(self) -> np.ndarray:
        """The mask as `WH` or `WHD`."""
        return read_map(self.mask)


def read_map(path: Path) -> np.ndarray:
    """A label map or image as `WH` or `WHD`, as it lies in the file."""
    if path.suffix in (".png", ".jpg"):
        return np.asarray(Image.open(path)).T
    return np.asarray(nib.load(path).dataobj)


def write_map(path: Path, values: np.ndarray, affine: np.ndarray | None = None, dtype: type = np.uint8) -> Path:
    """A picture from `WH`, a volume from `WHD`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if values.ndim == 2:
        Image.fromarray(np.ascontiguousarray(values.astype(dtype).T)).save(path)
    else:
        write_nifti(values.astype(dtype), affine, path)
    return path


def dice(found: np.ndarray, truth: np.ndarray) -> float:
    """Overlap of the foreground, whatever its class."""
    found, truth = found > 0, truth > 0
    return 2 * float((found & truth).sum()) / max(int(found.sum() + truth.sum()), 1)


def fundus_cases(folder: Path, les_av: Path | None) -> list[Case]:
    """Seven small photographs: crops of real ones, generated ones where these are missing."""
    cases = []
    for number, (image, mask) in enumerate(_demo_photographs(folder) if les_av is None else _crops(les_av)):
        name = f"photo{number}"
        drawing = synthesise_drawing(mask, ratio=0.5, quality="clean", seed=number).label
        paths = [folder / kind / f"{name}.png" for kind in ("images", "masks", "drawings")]
        for path, array in zip(paths, (image, mask, drawing)):
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(array).save(path)
        cases.append(Case(name, *paths))
    return cases


def volume_cases(folder: Path, hippocampus: Path | None) -> list[Case]:
    """Seven small volumes: real ones, generated ones where these are missing."""
    cases = []
    found = _demo_volumes(folder) if hippocampus is None else _hippocampi(hippocampus)
    for number, (source, mask_path) in enumerate(found):
        name = f"volume{number}"
        mask, affine = np.asarray(nib.load(mask_path).dataobj).astype(np.uint8), nib.load(source).affine
        drawing = synthesise_drawing(
            mask,
            ratio=0.5,
            quality="clean",
            seed=number,
            classes={"anterior": 1, "posterior": 2},
            labels=VOLUME_LABELS,
            background=0.5,
        ).label
        image = np.asarray(nib.load(source).dataobj)
        paths = [folder / kind / f"{name}.nii.gz" for kind in ("images", "masks", "drawings")]
        for path, array in zip(paths, (image, mask, drawing)):
            write_map(path, array, affine, array.dtype)
        cases.append(Case(name, *paths))
    return cases


def write_datalist(path: Path, training: Sequence[Case], validation: Sequence[Case], labels: dict[str, int]) -> Path:
    """A datalist that trains on drawings and validates on masks."""
    dense = {"background": 0, **{name: number for number, name in enumerate(_classes(labels), start=1)}}
    content = {
        "labels": labels,
        "dense_labels": dense,
        "training": [{"image": str(case.image), "label": str(case.drawing)} for case in training],
        "validation": [{"image": str(case.image), "label": str(case.mask)} for case in validation],
    }
    path.write_text(json.dumps(content))
    return path


def _classes(labels: dict[str, int]) -> list[str]:
    return [name for name in labels if name != "background" and not name.startswith("not ")]


def _crops(les_av: Path) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Image `HWC` and mask `HW` 0/1, each around the middle of another photograph's vessels."""
    for path in sorted((les_av / "images").glob("*.png"))[:_COUNT]:
        image = np.asarray(Image.open(path).convert("RGB"))
        mask = np.asarray(Image.open(les_av / "masks_vessel" / path.name).convert("L")) > 127
        row, column = np.median(np.argwhere(mask), axis=0).astype(int)
        top, left = row - _SIZE[1] // 2, column - _SIZE[0] // 2
        window = np.s_[top : top + _SIZE[1], left : left + _SIZE[0]]
        yield image[window], mask[window].astype(np.uint8)


def _demo_photographs(folder: Path) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    demo = make_demo(folder / "demo", cases=(_COUNT, 0, 0), size=_SIZE[::-1], progress=False).parent
    for path in sorted((demo / "images").iterdir()):
        yield np.asarray(Image.open(path)), (np.asarray(Image.open(demo / "masks" / path.name)) > 127).astype(np.uint8)


def _hippocampi(folder: Path) -> Iterator[tuple[Path, Path]]:
    for path in sorted((folder / "images").glob("*.nii.gz"))[:_COUNT]:
        yield path, folder / "labels" / path.name


def _demo_volumes(folder: Path) -> Iterator[tuple[Path, Path]]:
    demo = make_demo(folder / "demo", flavour="volume", cases=(_COUNT, 0, 0), progress=False).parent
    for path in sorted((demo / "images").iterdir()):
        yield path, demo / "masks" / path.name
