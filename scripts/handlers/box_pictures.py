"""Film strips: how boxes become masks while a network trains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from monai.data import MetaTensor
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from scripts.constants import IGNORE, INSIDE, OUTSIDE, SETTLED
from scripts.handlers.overlay import BLUE, GREEN, GREY, RED, YELLOW, Layer, class_colour, muted, overlay, to_rgb
from scripts.handlers.panels import PanelRow, save_panels
from scripts.replacing import replacing
from scripts.volumes.volume_slice import choose_slice, to_ras

__all__ = ["BoxPictures"]

_SHORTEST, _LONGEST = 480, 1024
_PER_ROW, _MOST = 5, 19
_CAPTION = "caption"
_FILL = 0.45


class BoxPictures:
    """Draws a case each time that its boxes are settled, and all these pictures as a strip.

    ``<folder>/<case_id>/epoch_012.png`` shows image, outlines of the boxes, and what became of the pixels in them;
    ``epoch_000.png`` is the start, ``reference.png`` the true mask where it is known. ``<folder>/<case_id>.png`` shows
    them side by side, of many epochs 19 that are evenly spread. It is made of these files, so that it goes on in a
    resumed run. Of a volume the slice is shown on which most voxels are in boxes.

    Args:
        folder: of the pictures; created when missing.
        classes: names of the classes, background first.
    """

    def __init__(self, folder: str | Path, classes: Sequence[str]) -> None:
        self.folder = Path(folder)
        self.classes = list(classes)

    def add(self, case: Mapping[str, Any], settled: np.ndarray, epoch: int) -> None:
        """Draw a case and its strip.

        Args:
            case: ``image``, ``boxes``, ``box_layers``, ``box_classes``, ``case_id`` and optionally ``reference``, after
                the deterministic transforms.
            settled: `CH[WD]`, what its boxes are now.
            epoch: that starts with them, from 1.
        """
        boxes, place = _array(case["boxes"]), self.folder / str(case["case_id"])
        scene = _Scene(case, self.classes)
        inside = boxes == INSIDE
        share = (inside & (settled != INSIDE)).sum() / max(inside.sum(), 1)
        if not (place / "epoch_000.png").is_file():
            scene.save(place / "epoch_000.png", scene.status_layers(boxes, boxes), "start")
        layers = scene.status_layers(boxes, settled)
        scene.save(place / f"epoch_{epoch:03d}.png", layers, f"epoch {epoch}: {share:.0%} settled")
        if "reference" in case:
            layers = scene.reference_layers(_array(case["reference"])[0])
            scene.save(place / "reference.png", layers, "reference")
        self._write_strip(place, scene.slice_name)

    def _write_strip(self, place: Path, slice_name: str) -> None:
        paths = sorted(place.glob("epoch_*.png"), key=lambda path: int(path.stem.removeprefix("epoch_")))
        if len(paths) > _MOST:  # so that strips do not take more and more time
            paths = [paths[round(k)] for k in np.linspace(0, len(paths) - 1, _MOST)]
        reference = place / "reference.png"
        panels = [_read(path) for path in [*paths, *([reference] if reference.is_file() else [])]]
        title = f"{place.name}, {slice_name}" if slice_name else place.name
        rows = [
            PanelRow("" if start else title, panels[start : start + _PER_ROW])
            for start in range(0, len(panels), _PER_ROW)
        ]
        count = len(self.classes)
        legend = [(f"settled as {name}", _colour(k, count)) for k, name in enumerate(self.classes) if k > 0]
        legend += [("settled as not this class", RED), ("uncertain", BLUE)]
        legend += [("box", YELLOW)] if count <= 2 else []
        save_panels(self.folder / f"{place.name}.png", rows, [legend], longest=400)


class _Scene:
    """A case's image and boxes, rows first, as large as they are shown."""

    def __init__(self, case: Mapping[str, Any], classes: Sequence[str]) -> None:
        image, self._affine, self._view = case["image"], np.eye(4), None
        if isinstance(image, MetaTensor):
            self._affine = np.asarray(image.affine.cpu(), dtype=float)
        self.count = len(classes)
        pixels = _array(image)
        if pixels.ndim == 4:
            in_boxes = (_array(case["boxes"]) == INSIDE).any(axis=0).astype(np.uint8)
            in_boxes, spacing = to_ras(in_boxes, self._affine)
            self._view = choose_slice(in_boxes, in_boxes, spacing)
            self._size = self._view.size(in_boxes.shape, _SHORTEST, _LONGEST)
        else:
            scale = np.clip(max(pixels.shape[1:]), _SHORTEST, _LONGEST) / max(pixels.shape[1:])
            self._size = tuple(max(1, round(n * scale)) for n in pixels.shape[1:])
        picture = Image.fromarray(to_rgb(self._display(pixels)))
        self._image = muted(np.asarray(picture.resize(self._size, Image.Resampling.BICUBIC)))
        numbers = [int(k) for k in case["box_classes"]]
        self._outlines = self._outline_layers([self._map(layer) for layer in _array(case["box_layers"])], numbers)

    @property
    def slice_name(self) -> str:
        """Which slice of a volume it is."""
        return "" if self._view is None else str(self._view)

    def status_layers(self, boxes: np.ndarray, settled: np.ndarray) -> list[Layer]:
        """What became of the pixels that are uncertain in ``boxes``, both `CH[WD]`."""
        inside = boxes == INSIDE
        uncertain = (inside & (settled == INSIDE)).any(axis=0)
        found = inside & (settled == SETTLED)
        background = (inside & (settled == OUTSIDE)).any(axis=0) & ~uncertain & ~found.any(axis=0)
        return [
            Layer("uncertain", BLUE, self._map(uncertain) > 0, veil=True),
            Layer("background", RED, self._map(background) > 0, veil=True),
            *(Layer("class", _colour(k, self.count), self._map(found[k]) > 0) for k in range(1, self.count)),
        ]

    def reference_layers(self, reference: np.ndarray) -> list[Layer]:
        """The true mask, class indices `H[WD]`."""
        labels = self._map(reference)
        classes = [Layer("class", _colour(k, self.count), labels == k) for k in range(1, self.count)]
        return [Layer("not known", GREY, labels == IGNORE, veil=True), *classes]

    def save(self, path: Path, layers: Sequence[Layer], caption: str) -> None:
        """Write the picture; the caption is kept in the file."""
        picture = overlay(self._image, [*layers, *self._outlines], fill=_FILL)
        info = PngInfo()
        info.add_text(_CAPTION, caption)
        with replacing(path) as temporary:
            Image.fromarray(picture).save(temporary, format="PNG", pnginfo=info)

    def _display(self, array: np.ndarray) -> np.ndarray:
        """`[C]H[WD]` as displayed, rows first."""
        if self._view is None:
            return np.swapaxes(array, -1, -2)
        return self._view.display(to_ras(array, self._affine)[0])

    def _map(self, array: np.ndarray) -> np.ndarray:
        """A map of whole numbers `H[WD]` as displayed, of the shown size."""
        picture = Image.fromarray(np.ascontiguousarray(self._display(array.astype(np.int32))))
        return np.asarray(picture.resize(self._size, Image.Resampling.NEAREST))

    def _outline_layers(self, layers: Sequence[np.ndarray], classes: Sequence[int]) -> list[Layer]:
        """One per class, outlines of the boxes drawn where the shown picture has them."""
        outlines = np.zeros((self.count, *layers[0].shape), dtype=bool)
        for layer in layers:
            framed = np.pad(layer, 1)
            neighbours = (framed[:-2, 1:-1], framed[2:, 1:-1], framed[1:-1, :-2], framed[1:-1, 2:])
            edge = (layer > 0) & np.any([layer != other for other in neighbours], axis=0)
            classes_here = np.array([0, *classes])[layer]
            for k in range(1, self.count):
                outlines[k] |= edge & (classes_here == k)
        colours = [YELLOW if self.count <= 2 else class_colour(k, self.count) for k in range(self.count)]
        return [Layer("box", colours[k], outlines[k]) for k in range(1, self.count)]


def _colour(index: int, count: int) -> tuple[int, int, int]:
    return GREEN if count <= 2 else class_colour(index, count)


def _array(value: Any) -> np.ndarray:
    return torch.as_tensor(value).detach().cpu().as_subclass(torch.Tensor).numpy()


def _read(path: Path) -> tuple[str, np.ndarray]:
    """Caption and picture."""
    with Image.open(path) as file:
        return str(file.info.get(_CAPTION, path.stem)), np.asarray(file.convert("RGB"))
