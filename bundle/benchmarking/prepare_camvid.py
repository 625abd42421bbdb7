"""CamVid: street scenes in eleven classes, the public stand-in for Cityscapes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from bundle.benchmarking.draw_set import draw_set, drawing_settings
from bundle.benchmarking.half_size import halve_image, halve_labels
from bundle.benchmarking.prepare_once import prepare_once
from scripts.drawing.mask_folder import find_masked_images, mask_classes, read_plane
from scripts.drawing.plan import DrawingPlan
from scripts.errors import DataError

__all__ = ["CAMVID_CLASSES", "prepare_camvid"]

#: In the order of the masks' values, from 0.
CAMVID_CLASSES = (
    *("sky", "building", "pole", "road", "pavement", "tree", "sign"),
    *("fence", "car", "pedestrian", "bicyclist"),
)
_VOID = len(CAMVID_CLASSES)
_PARTS = ("train", "test")


def prepare_camvid(data_root: Path, out: Path, quality: str, ratio: float | None, seed: int) -> Path:
    """Halve the pictures of the sets "train" and "test", and draw on the training masks.

    All eleven classes are drawn, with "not" each of them. The masks' values go up by one, so that sky is a class and
    "background", which every network here has, is none: no pixel of the masks is background. Void is left out.

    Args:
        data_root: folder with ``train`` and ``test``, each with ``images`` and ``masks``.
        out: folder of the benchmark; gets the halved pictures too.
        quality: of the drawings, or "dense".
        ratio: area of the drawings over that of the classes; None: only the dense masks are looked at.
        seed: of the drawings; the split is CamVid's own.

    Returns:
        The folder of the drawings and datalists.

    Raises:
        DataError: a folder is missing, or a mask holds other values.
    """
    half = prepare_once(out / "half_size", _PARTS, lambda folder: _halve(data_root, folder))
    training, test = (find_masked_images(half / part / "images", half / part / "masks") for part in _PARTS)
    classes = {name: value for value, name in enumerate(CAMVID_CLASSES, start=1)}
    mask_classes([case.mask for case in [*training, *test]], list(classes), list(classes.values()), _VOID + 1)
    quality, ratio = drawing_settings(quality, ratio)
    return draw_set(training, test, out, DrawingPlan(classes, ratio, quality, seed, ignored=_VOID + 1))


def _halve(data_root: Path, folder: Path) -> None:
    for part in _PARTS:
        for kind in ("images", "masks"):
            (folder / part / kind).mkdir(parents=True)
        for case in find_masked_images(data_root / part / "images", data_root / part / "masks"):
            values = read_plane(case.mask)
            if values.max() > _VOID:
                raise DataError(
                    f"{case.mask} holds the value {values.max()}, expected 0 to {_VOID} ({', '.join(CAMVID_CLASSES)}, "
                    "void)."
                )
            with Image.open(case.image) as picture:
                halve_image(picture.convert("RGB")).save(folder / part / "images" / f"{case.stem}.png")
            halve_labels(Image.fromarray((values + 1).astype(np.uint8))).save(
                folder / part / "masks" / f"{case.stem}.png"
            )
