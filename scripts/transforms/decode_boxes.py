"""From a case's bounding boxes to what the losses and the bootstrapping take."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from monai.data import MetaTensor
from monai.transforms import Transform

from scripts.boxes.box_list import class_index, fit_boxes
from scripts.boxes.rasterise import box_layers, box_pixels, box_targets
from scripts.constants import IGNORE, IMPLIED, INSIDE, UNKNOWN
from scripts.errors import DataError, list_problems
from scripts.labels.decode_case import decode_reference, ignored_pixels
from scripts.transforms.file_grid import file_name
from scripts.volumes.writing import volume_stem

__all__ = ["DecodeBoxesd"]

_LONGEST_STEM = 60


class DecodeBoxesd(Transform):
    """Training targets of a case's bounding boxes; comes after :class:`scripts.transforms.DecodeLabeld`.

    Reads ``boxes``, a list of ``{"class": "car", "box": [x0, y0, x1, y1]}`` along the axes of the image's file, or None
    where the case was not boxed; optionally ``boxed_classes``, the names of the classes that were boxed exhaustively
    (default: all but the background), and ``reference`` `1H[WD]`, a dense mask that is not trained on. Writes, on the
    grid of ``positive``:

    * ``boxes`` `CH[WD]` uint8: ``UNKNOWN``, ``INSIDE`` or ``OUTSIDE`` per class; ``UNKNOWN`` throughout for a case that
      was not boxed, and for a dense one, of which boxes say nothing new.

    For a case that is boxed and not dense also:

    * ``box_layers`` `LH[WD]` int16 and ``box_classes`` (n,) int64: which box covers each pixel, see
      :func:`scripts.boxes.rasterise.box_layers`, and the class index of box i at i - 1;
    * ``case_id``: a file name without suffix, of the image's name and a hash of the paths of image and label and of
      the boxes, the same in every run;
    * ``reference`` `1H[WD]` uint8: class index or ``IGNORE``, if there is one;
    * ``sampling``: where it is 0 and the boxes say something, 1 inside a box and 2 outside.

    What was drawn wins, since somebody looked closer: ``boxes`` is ``UNKNOWN`` where a class or "ignore" is drawn and
    outside the field of view, and of a class where "not" this class is drawn. What a reading adds is no drawing, and
    gives way inside boxes: it would call background what a box says is perhaps an object. Boxes keep their place in
    ``box_layers`` whatever is drawn over them.

    A case without the key ``boxes`` stays as it is. A ``reference`` is taken out of every case that is not boxed or is
    dense.

    Args:
        classes: names of the classes, background first.
        image_key: key of the image, which names the case.
        label_key: key of the drawing, which says where "ignore" is drawn; a case may have none.
    """

    def __init__(self, classes: Sequence[str], image_key: str = "image", label_key: str = "label") -> None:
        self.classes = [str(name) for name in classes]
        self.image_key = image_key
        self.label_key = label_key

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
        """Replace the boxes by maps.

        Raises:
            DataError: listing the boxes that :func:`scripts.boxes.fit_boxes` refuses and unknown ``boxed_classes``; for
                a reference of another size, or with values that the table ``dense_labels`` does not name.
        """
        case = dict(data)
        reference = case.pop("reference", None)
        if "boxes" not in case:
            return case
        positive = case["positive"]
        shape = tuple(positive.shape[1:])
        if case["boxes"] is None or bool(case["dense"]):
            return case | {"boxes": _like(positive, np.full((len(self.classes), *shape), UNKNOWN, dtype=np.uint8))}
        where = file_name(case[self.image_key])
        places, box_classes, boxed_classes = self._read(case, shape, where)
        targets = box_targets(places, box_classes, boxed_classes, shape, len(self.classes))
        self._leave_to_drawing(targets, case)
        decoded = {
            **_without_implied(case, (targets == INSIDE).any(axis=0)),
            "boxes": targets,
            "box_layers": box_layers(places, shape),
            "sampling": _sampling(np.asarray(case["sampling"]), targets),
        }
        if reference is not None:
            decoded["reference"] = self._reference(case, reference, shape)
        drawing = case.get(self.label_key)
        case_id = _case_id(where, case["boxes"], "" if drawing is None else file_name(drawing))
        case |= {key: _like(positive, array) for key, array in decoded.items()}
        return case | {"box_classes": torch.tensor(box_classes, dtype=torch.int64), "case_id": case_id}

    def _read(
        self, case: Mapping[Hashable, Any], shape: tuple[int, ...], where: str
    ) -> tuple[list[tuple[slice, ...]], list[int], list[int]]:
        """Places and class indices of the boxes, and the indices of the exhaustively boxed classes."""
        fitted = fit_boxes(case["boxes"], self.classes, shape)
        problems = list(fitted.problems)
        names = case.get("boxed_classes")
        boxed_classes = [class_index(name, self.classes) for name in (self.classes[1:] if names is None else names)]
        # neither an unknown class nor the background, which has no boxes
        if not all(boxed_classes):
            problems.append(f'"boxed_classes" is {list(names)}; expected some of {self.classes[1:]}')
        if problems:
            raise DataError(list_problems(f"{where}: its boxes cannot be used; correct them in the datalist", problems))
        places = [box_pixels(box["box"], shape) for box in fitted.boxes]
        return places, [class_index(box["class"], self.classes) for box in fitted.boxes], boxed_classes

    def _leave_to_drawing(self, targets: np.ndarray, case: Mapping[Hashable, Any]) -> None:
        """Say nothing where something is drawn, or nothing is to be seen; in place."""
        positive = np.asarray(case["positive"])[0]
        silent = (positive != IGNORE) & (positive != IMPLIED)
        if case.get(self.label_key) is not None:
            silent |= ignored_pixels(case, np.asarray(case[self.label_key])[0], self.classes)
        if case.get("field_of_view") is not None:
            silent |= np.asarray(case["field_of_view"])[0] <= 0
        targets[:, silent] = UNKNOWN
        targets[np.asarray(case["negative"]) == 1] = UNKNOWN

    def _reference(self, case: Mapping[Hashable, Any], reference: torch.Tensor, shape: tuple[int, ...]) -> np.ndarray:
        where, mask = file_name(reference), np.asarray(reference)[0]
        if mask.shape != shape:
            raise DataError(
                f"{where}: the reference's size is {mask.shape}, its image's {shape}; expected the same. Export it on "
                "the image's own grid."
            )
        decoded = decode_reference(case, mask, self.classes, where)
        if case.get("field_of_view") is not None:
            decoded[np.asarray(case["field_of_view"])[0] <= 0] = IGNORE
        return decoded[None]


def _sampling(sampling: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """`1H[WD]`, where patches may be centred: also on what boxes say something of."""
    inside, said = (targets == INSIDE).any(axis=0), (targets != UNKNOWN).any(axis=0)
    return np.where((sampling == 0) & said, np.where(inside, np.uint8(1), np.uint8(2)), sampling)


def _like(grid: torch.Tensor, array: np.ndarray) -> MetaTensor:
    """With the metadata of another map, so that it can be brought to the image's grid as that one is."""
    return MetaTensor(array, meta=dict(getattr(grid, "meta", {})))


def _case_id(path: str, boxes: Sequence[Mapping[str, Any]], label: str) -> str:
    """A file name that tells cases apart, also those that share an image, or image and boxes."""
    stem = re.sub(r"[^A-Za-z0-9._-]+", "_", Path(volume_stem(path)).stem)[:_LONGEST_STEM]
    told = json.dumps([*map(os.path.abspath, filter(None, (path, label))), list(boxes)], sort_keys=True, default=str)
    return f"{stem}-{hashlib.sha256(told.encode()).hexdigest()[:10]}"


def _without_implied(case: Mapping[Hashable, Any], inside: np.ndarray) -> dict[str, np.ndarray]:
    """``positive`` and ``negative`` without what a reading adds inside boxes."""
    positive, negative = np.asarray(case["positive"]).copy(), np.asarray(case["negative"]).copy()
    positive[(positive == IMPLIED) & inside] = IGNORE
    negative[(negative > 1) & inside] = 0
    return {"positive": positive, "negative": negative}
