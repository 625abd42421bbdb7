"""From a case's label map to what the losses and metrics take."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from monai.data import MetaTensor
from monai.transforms import Transform

from scripts.constants import IGNORE
from scripts.errors import DataError
from scripts.labels.decode_case import decode_case, ignored_pixels
from scripts.labels.reading import read_drawing

__all__ = ["DecodeLabeld", "ReferenceLabeld"]


def _field_of_view(case: Mapping[Hashable, Any], shape: tuple[int, ...], where: str) -> np.ndarray | None:
    """`H[WD]` bool, or None where the case has none."""
    if case.get("field_of_view") is None:
        return None
    view = np.asarray(case["field_of_view"])[0]
    if view.shape != shape:
        raise DataError(f"{where}: the field of view has the size {view.shape}, the label {shape}; expected the same.")
    return view > 0


class _LabelTransform(Transform):
    """Common part: checks the label against the image and decodes it."""

    def __init__(self, classes: Sequence[str], label_key: str = "label", image_key: str = "image") -> None:
        self.classes = list(classes)
        self.label_key = label_key
        self.image_key = image_key

    def _decode(self, case: Mapping[Hashable, Any]) -> tuple[np.ndarray, np.ndarray, bool]:
        stored = case[self.label_key]
        where = str(getattr(stored, "meta", {}).get("filename_or_obj", self.label_key))
        label = np.asarray(stored)[0]
        image_shape = tuple(case[self.image_key].shape[1:])
        if label.shape != image_shape:
            raise DataError(
                f"{where}: the label's size is {label.shape}, its image's {image_shape}; expected the same. "
                "Export the label on the image's own grid."
            )
        positive, negative, dense = decode_case(case, label, self.classes, where)
        view = _field_of_view(case, label.shape, where)
        if view is not None:
            positive[~view] = IGNORE
            negative[:, ~view] = 0
        return positive, negative, dense


class DecodeLabeld(_LabelTransform):
    """Training targets of a case, by its kind of supervision and the chosen reading.

    Reads ``label`` `1H[WD]`, optionally ``field_of_view`` `1H[WD]` (nothing outside it is labelled), ``supervision``
    and the label tables. Writes:

    * ``positive`` `1H[WD]` uint8: class index or ``IGNORE``;
    * ``negative`` `CH[WD]` uint8: 1 where "not class k" was drawn;
    * ``dense``: bool tensor, whether the label is a dense mask (then no reading applies);
    * ``sampling`` `1H[WD]` uint8: 1 on foreground that was drawn, 2 on anything else that was drawn, 0 elsewhere, to
      centre patches on what was drawn rather than on what a reading adds.

    Args:
        classes: names of the classes, background first.
        reading: ``sparse``, ``support`` or ``dense``, see :func:`scripts.labels.read_drawing`.
        support_radius: in pixels.
        use_negative: whether negative drawings are used; False gives the paper's positive-only row.
        use_positive: the same for positive drawings.

    Raises:
        DataError: for a label of another size than its image, or with values that its table does not name.
    """

    def __init__(
        self,
        classes: Sequence[str],
        reading: str = "support",
        support_radius: float = 4.0,
        use_positive: bool = True,
        use_negative: bool = True,
        label_key: str = "label",
        image_key: str = "image",
    ) -> None:
        super().__init__(classes, label_key, image_key)
        self.reading = reading
        self.support_radius = support_radius
        self.use_positive = use_positive
        self.use_negative = use_negative
        # an unknown reading must stop the run before the first file is read
        read_drawing(np.full((1, 1), IGNORE), np.zeros((2, 1, 1)), reading, support_radius)

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
        """Add the targets to the case, whose ``label`` stays as it is."""
        case = dict(data)
        positive, negative, dense = self._decode(case)
        if not dense:
            if not self.use_negative:
                negative[:] = 0
            if not self.use_positive:
                positive[:] = IGNORE
        drawn = positive != IGNORE
        sampling = np.where(drawn & (positive > 0), 1, np.where(drawn | negative.any(axis=0), 2, 0))
        if not dense and self.use_positive:
            positive = read_drawing(positive, negative, self.reading, self.support_radius)
            # no reading says anything of what the annotator excluded, or of what cannot be seen
            positive[ignored_pixels(case, np.asarray(case[self.label_key])[0], self.classes)] = IGNORE
            if case.get("field_of_view") is not None:
                positive[np.asarray(case["field_of_view"])[0] <= 0] = IGNORE
        case["positive"] = MetaTensor(positive[None])
        case["negative"] = MetaTensor(negative)
        case["sampling"] = MetaTensor(sampling.astype(np.uint8)[None])
        case["dense"] = torch.tensor(dense)
        return case


class ReferenceLabeld(_LabelTransform):
    """Replaces ``label`` by the reference for metrics: class index per pixel, ``IGNORE`` where nothing is known.

    For a dense case that is its mask. For a coarse case it is the drawing, and metrics then measure agreement with
    the drawings; with two classes, "not foreground" says background.
    """

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
        """Replace the label.

        Raises:
            DataError: as :class:`DecodeLabeld`.
        """
        case = dict(data)
        positive, negative, _ = self._decode(case)
        if len(self.classes) == 2:
            for k in (0, 1):
                positive[(positive == IGNORE) & (negative[k] > 0)] = 1 - k
        stored = case[self.label_key]
        case[self.label_key] = MetaTensor(positive[None], meta=dict(getattr(stored, "meta", {})))
        return case
