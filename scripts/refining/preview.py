"""A picture of refined cases: what was known of them, the mask and its uncertainty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from scripts.constants import IGNORE
from scripts.handlers.case_scene import CaseScene, as_array, box_edges, scene_colour
from scripts.handlers.overlay import (
    GREY,
    ORANGE,
    RED,
    YELLOW,
    Colour,
    Layer,
    class_colour,
    colour_probability,
    muted,
    overlay,
)
from scripts.handlers.panels import PanelRow, save_panels

__all__ = ["Preview", "chosen_cases"]

_FILL = 0.45


def chosen_cases(count: int, previews: int) -> set[int]:
    """Numbers of the cases to show, spread evenly over all."""
    shown = min(previews, count)
    return {round(k * (count - 1) / max(shown - 1, 1)) for k in range(shown)}


class Preview:
    """Collects rows of panels: image, outlines of boxes and drawing, mask, uncertainty and, if known, the reference.

    Of a volume the slice is shown on which most was found.

    Args:
        classes: names of the classes, background first.
    """

    def __init__(self, classes: Sequence[str]) -> None:
        self.classes = list(classes)
        self._rows: list[PanelRow] = []
        self._seen: dict[str, Colour] = {}

    def add(self, case: Mapping[str, Any], name: str) -> None:
        """Draw one case.

        Args:
            case: ``original`` `NH[WD]`, ``positive`` `1H[WD]`, ``negative`` `CH[WD]`, ``mask`` and ``uncertainty``
                `1H[WD]`, optionally ``box_layers`` `LH[WD]` with ``box_classes``, and ``truth`` `1H[WD]`, all on one
                grid.
            name: of the case.
        """
        scene = CaseScene(case["original"], as_array(case["mask"])[0], as_array(case["positive"])[0])
        count = len(self.classes)
        annotations = _annotations(scene, case, self.classes)
        mask = _class_layers(scene.map(as_array(case["mask"])[0]), self.classes)
        uncertainty = scene.values(as_array(case["uncertainty"])[0])
        panels = [
            ("image", scene.picture),
            ("boxes and drawing", overlay(muted(scene.picture), annotations, fill=0)),
            ("mask", overlay(muted(scene.picture), mask, fill=_FILL)),
            ("uncertainty, dark for 0, light for 1", colour_probability(uncertainty)),
        ]
        unknown: list[Layer] = []
        if "truth" in case:
            truth = scene.map(as_array(case["truth"])[0])
            unknown = [Layer("not known", GREY, truth == IGNORE, veil=True)]
            layers = [*unknown, *_class_layers(truth, self.classes)]
            panels.append(("reference", overlay(muted(scene.picture), layers, fill=_FILL)))
        # of several classes, a box has its class's colour
        named = [layer for layer in (*annotations, *unknown) if layer.name != "box" or count <= 2]
        self._seen |= {layer.name: layer.colour for layer in named if layer.mask.any()}
        self._rows.append(PanelRow(f"{name}{f', {scene.slice_name}' if scene.slice_name else ''}", panels))

    def save(self, path: Path) -> None:
        """Write the rows with a legend of what they show."""
        classes = [(name, scene_colour(k, len(self.classes))) for k, name in enumerate(self.classes) if k > 0]
        others = [entry for entry in self._seen.items() if entry[0] not in self.classes]
        save_panels(path, self._rows, [classes, others] if others else [classes], longest=400)


def _annotations(scene: CaseScene, case: Mapping[str, Any], names: Sequence[str]) -> list[Layer]:
    """Outlines of what was drawn and of the boxes."""
    positive = scene.map(as_array(case["positive"])[0])
    negative = scene.map((as_array(case["negative"]) > 0).any(axis=0)) > 0
    layers = [
        Layer("drawn as not a class", RED, negative),
        Layer("drawn as background", ORANGE, positive == 0),
        *_class_layers(np.where(positive == IGNORE, 0, positive), names),
    ]
    classes = np.array([0, *(int(k) for k in case.get("box_classes", ()))])
    for boxes in map(scene.map, as_array(case.get("box_layers", []))):
        edge = box_edges(boxes)
        for k in range(1, len(names)):
            colour = YELLOW if len(names) <= 2 else class_colour(k, len(names))
            layers.append(Layer("box", colour, edge & (classes[boxes] == k)))
    return layers


def _class_layers(labels: np.ndarray, names: Sequence[str]) -> list[Layer]:
    return [Layer(name, scene_colour(k, len(names)), labels == k) for k, name in enumerate(names) if k > 0]
