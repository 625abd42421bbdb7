"""Film strips: how boxes become masks while a network trains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from scripts.constants import IGNORE, INSIDE, OUTSIDE, SETTLED
from scripts.handlers.case_scene import CaseScene, as_array, box_edges, scene_colour
from scripts.handlers.overlay import BLUE, GREY, RED, YELLOW, Layer, class_colour, muted, overlay
from scripts.handlers.panels import PanelRow, save_panels
from scripts.replacing import replacing

__all__ = ["BoxPictures"]

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
        boxes, place = as_array(case["boxes"]), self.folder / str(case["case_id"])
        scene = _BoxScene(case, self.classes)
        inside = boxes == INSIDE
        share = (inside & (settled != INSIDE)).sum() / max(inside.sum(), 1)
        if not (place / "epoch_000.png").is_file():
            scene.save(place / "epoch_000.png", scene.status_layers(boxes, boxes), "start")
        layers = scene.status_layers(boxes, settled)
        scene.save(place / f"epoch_{epoch:03d}.png", layers, f"epoch {epoch}: {share:.0%} settled")
        if "reference" in case:
            layers = scene.reference_layers(as_array(case["reference"])[0])
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
        legend = [(f"settled as {name}", scene_colour(k, count)) for k, name in enumerate(self.classes) if k > 0]
        legend += [("settled as not this class", RED), ("uncertain", BLUE)]
        legend += [("box", YELLOW)] if count <= 2 else []
        save_panels(self.folder / f"{place.name}.png", rows, [legend], longest=400)


class _BoxScene(CaseScene):
    """A case's image and boxes; of a volume the slice with most of them."""

    def __init__(self, case: Mapping[str, Any], classes: Sequence[str]) -> None:
        in_boxes = (as_array(case["boxes"]) == INSIDE).any(axis=0).astype(np.uint8)
        super().__init__(case["image"], in_boxes, in_boxes)
        self.count = len(classes)
        numbers = [int(k) for k in case["box_classes"]]
        self._outlines = self._outline_layers([self.map(layer) for layer in as_array(case["box_layers"])], numbers)

    def status_layers(self, boxes: np.ndarray, settled: np.ndarray) -> list[Layer]:
        """What became of the pixels that are uncertain in ``boxes``, both `CH[WD]`."""
        inside = boxes == INSIDE
        uncertain = (inside & (settled == INSIDE)).any(axis=0)
        found = inside & (settled == SETTLED)
        background = (inside & (settled == OUTSIDE)).any(axis=0) & ~uncertain & ~found.any(axis=0)
        return [
            Layer("uncertain", BLUE, self.map(uncertain) > 0, veil=True),
            Layer("background", RED, self.map(background) > 0, veil=True),
            *(Layer("class", scene_colour(k, self.count), self.map(found[k]) > 0) for k in range(1, self.count)),
        ]

    def reference_layers(self, reference: np.ndarray) -> list[Layer]:
        """The true mask, class indices `H[WD]`."""
        labels = self.map(reference)
        classes = [Layer("class", scene_colour(k, self.count), labels == k) for k in range(1, self.count)]
        return [Layer("not known", GREY, labels == IGNORE, veil=True), *classes]

    def save(self, path: Path, layers: Sequence[Layer], caption: str) -> None:
        """Write the picture; the caption is kept in the file."""
        picture = overlay(muted(self.picture), [*layers, *self._outlines], fill=_FILL)
        info = PngInfo()
        info.add_text(_CAPTION, caption)
        with replacing(path) as temporary:
            Image.fromarray(picture).save(temporary, format="PNG", pnginfo=info)

    def _outline_layers(self, layers: Sequence[np.ndarray], classes: Sequence[int]) -> list[Layer]:
        """One per class, outlines of the boxes drawn where the shown picture has them."""
        outlines = np.zeros((self.count, *layers[0].shape), dtype=bool)
        for layer in layers:
            edge = box_edges(layer)
            classes_here = np.array([0, *classes])[layer]
            for k in range(1, self.count):
                outlines[k] |= edge & (classes_here == k)
        colours = [YELLOW if self.count <= 2 else class_colour(k, self.count) for k in range(self.count)]
        return [Layer("box", colours[k], outlines[k]) for k in range(1, self.count)]


def _read(path: Path) -> tuple[str, np.ndarray]:
    """Caption and picture."""
    with Image.open(path) as file:
        return str(file.info.get(_CAPTION, path.stem)), np.asarray(file.convert("RGB"))
