"""From a case's label map to what the losses and metrics take."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from monai.data import MetaTensor
from monai.transforms import Transform
from nibabel.affines import voxel_sizes

from scripts.constants import IGNORE, IMPLIED
from scripts.errors import DataError, SettingError
from scripts.labels.decode_case import decode_case, ignored_pixels
from scripts.labels.drawn_slices import PLANES, slice_axis
from scripts.labels.reading import read_drawing
from scripts.transforms.file_grid import file_grid, file_name, file_size

__all__ = ["DecodeLabeld", "ReferenceLabeld"]


def _field_of_view(case: Mapping[Hashable, Any], shape: tuple[int, ...], where: str) -> np.ndarray | None:
    """`H[WD]` bool, or None where the case has none."""
    if case.get("field_of_view") is None:
        return None
    view = np.asarray(case["field_of_view"])[0]
    if view.shape != shape:
        raise DataError(f"{where}: the field of view has the size {view.shape}, the image {shape}; expected the same.")
    return view > 0


def _targets(
    positive: np.ndarray,
    negative: np.ndarray,
    sampling: np.ndarray,
    dense: bool,
    affine: torch.Tensor | None,
    where: str,
) -> dict[str, torch.Tensor]:
    """Targets as entries of a case; those of a volume know its grid and its file."""
    targets = {"dense": torch.tensor(dense)}
    for name, array in (("positive", positive[None]), ("negative", negative), ("sampling", sampling[None])):
        grid = {} if affine is None else {"affine": affine, "meta": {"filename_or_obj": where}}
        targets[name] = MetaTensor(array, **grid)
    return targets


class _LabelTransform(Transform):
    """Common part: checks the label against the image and decodes it."""

    def __init__(self, classes: Sequence[str], label_key: str = "label", image_key: str = "image") -> None:
        self.classes = list(classes)
        self.label_key = label_key
        self.image_key = image_key

    def _where(self, case: Mapping[Hashable, Any]) -> str:
        return str(getattr(case[self.label_key], "meta", {}).get("filename_or_obj", self.label_key))

    def _decode(self, case: Mapping[Hashable, Any]) -> tuple[np.ndarray, np.ndarray, bool]:
        where = self._where(case)
        label = np.asarray(case[self.label_key])[0]
        image_shape = file_size(case[self.image_key])
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

    Reads ``label`` `1H[WD]`, optionally ``field_of_view`` `1H[WD]` (nothing outside it is labelled), ``supervision``,
    the label tables and, of a volume, optionally ``plane``, which overrules the setting. Writes, on the label's grid:

    * ``positive`` `1H[WD]` uint8: class index or ``IGNORE``;
    * ``negative`` `CH[WD]` uint8: 1 where "not class k" was drawn, or follows from ``support_as``;
    * ``dense``: bool tensor, whether the label is a dense mask (then no reading applies);
    * ``sampling`` `1H[WD]` uint8: 1 on foreground that was drawn, 2 on anything else that was drawn, 0 elsewhere, to
      centre patches on what was drawn rather than on what a reading adds.

    In a case without ``label`` nothing is drawn, and no reading applies: not even the dense one, since nobody looked.
    Its targets lie on the grid of the image's file.

    A volume's label may lie on the grid of the image file while the image has been turned, resampled and cropped
    since. Its targets carry its affine, so that they can be brought to the image's grid.

    Args:
        classes: names of the classes, background first.
        reading: ``sparse``, ``support`` or ``dense``, see :func:`scripts.labels.read_drawing`.
        support_radius: in pixels; of a volume in mm, by the voxel size in its label's affine.
        use_negative: whether negative drawings are used; False gives the paper's positive-only row.
        use_positive: the same for positive drawings.
        plane: slices on which volumes were drawn: ``axial``, ``coronal``, ``sagittal``, ``volume`` for drawings
            through the depth, or ``auto`` to find out from each drawing; see :mod:`scripts.labels.drawn_slices`. In 2D
            it is not looked at, and neither is the affine.
        support_as: what ``support`` says beside a stroke: ``background`` or ``not class``, see
            :func:`scripts.labels.read_drawing`.
        support_ends: what it says in front of the end of a stroke: the same (``closed``), or nothing (``open``).

    Raises:
        DataError: for a label of another size than its image, with values that its table does not name, or with an
            unknown ``plane``; for a dense case without a label.
        SettingError: for an unknown reading, plane, support or its ends, or a radius that is not positive.
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
        plane: str = "auto",
        support_as: str = "background",
        support_ends: str = "closed",
    ) -> None:
        super().__init__(classes, label_key, image_key)
        self.reading = reading
        self.use_positive = use_positive
        self.use_negative = use_negative
        self.plane = plane
        self.support = {"support_radius": support_radius, "support_as": support_as, "support_ends": support_ends}
        # an unknown setting must stop the run before the first file is read
        read_drawing(np.full((1, 1), IGNORE), np.zeros((2, 1, 1)), reading, **self.support)
        if plane not in PLANES:
            raise SettingError(f"the setting `plane` must be one of {list(PLANES)}, got {plane!r}.")

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
        """Add the targets to the case, whose ``label`` stays as it is."""
        case = dict(data)
        if case.get(self.label_key) is None:
            return case | self._undrawn(case)
        positive, negative, dense = self._decode(case)
        plane = self._plane(case)
        reads = not dense and self.use_positive
        # what is left out of the training was looked at all the same, and shows how the drawing was made
        drawn = (positive != IGNORE) | negative.any(axis=0)
        geometry = self._geometry(case, plane, drawn) if reads and self.reading != "sparse" else {}
        if not dense:
            if not self.use_negative:
                negative[:] = 0
            if not self.use_positive:
                positive[:] = IGNORE
        sampling = np.where(negative.any(axis=0) | (positive != IGNORE), np.uint8(2), np.uint8(0))
        sampling[(positive != IGNORE) & (positive > 0)] = 1
        if reads:
            read, negated = read_drawing(positive, negative, self.reading, **self.support, **geometry)
            # marked, so that a loss can tell what was drawn from what a reading adds
            read[read != positive] = IMPLIED
            negative = negated + (negated != negative)
            positive = read
            # no reading says anything of what the annotator excluded, or of what cannot be seen
            excluded = ignored_pixels(case, np.asarray(case[self.label_key])[0], self.classes)
            if case.get("field_of_view") is not None:
                excluded |= np.asarray(case["field_of_view"])[0] <= 0
            positive[excluded] = IGNORE
            negative[:, excluded] = 0
        stored = case[self.label_key]
        affine = getattr(stored, "affine", None) if positive.ndim == 3 else None
        return case | _targets(positive, negative, sampling, dense, affine, self._where(case))

    def _undrawn(self, case: Mapping[Hashable, Any]) -> dict[str, torch.Tensor]:
        """Targets of a case without a label: they say nothing."""
        image = case[self.image_key]
        where, size = file_name(image), file_size(image)
        if case.get("supervision") == "dense":
            raise DataError(
                f'{where}: the case has "supervision": "dense" but no label. Name its mask as "label" in the datalist.'
            )
        _field_of_view(case, size, where)
        positive = np.full(size, IGNORE, dtype=np.uint8)
        negative = np.zeros((len(self.classes), *size), dtype=np.uint8)
        affine = torch.as_tensor(file_grid(image).affine) if len(size) == 3 else None
        return _targets(positive, negative, np.zeros_like(positive), False, affine, where)

    def _plane(self, case: Mapping[Hashable, Any]) -> str:
        """The case's own plane, or else the setting."""
        plane = case.get("plane", self.plane)
        if plane not in PLANES and case[self.label_key].ndim == 4:
            raise DataError(
                f'{self._where(case)}: "plane" of the case must be one of {list(PLANES)}, got {plane!r}. Correct it in '
                "the datalist."
            )
        return plane

    def _geometry(self, case: Mapping[Hashable, Any], plane: str, drawn: np.ndarray) -> dict[str, Any]:
        """Spacing in mm and slice axis of a volume, as :func:`read_drawing` takes them; nothing in 2D."""
        if drawn.ndim != 3:
            return {}
        affine = np.asarray(getattr(case[self.label_key], "affine", np.eye(4)), dtype=np.float64)
        return {"spacing": tuple(voxel_sizes(affine)), "slice_axis": slice_axis(plane, drawn, affine)}


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
