"""Transforms of the refining config: from a network's output to a mask and its uncertainty."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from monai.config import KeysCollection
from monai.data import MetaTensor
from monai.transforms import MapTransform, Transform

from scripts.constants import IGNORE
from scripts.labels import decode_reference
from scripts.refining.probabilities import attenuated_probabilities, complete, respect_boxes
from scripts.scoring import uncertainty_map
from scripts.transforms.file_grid import file_name

__all__ = ["Probabilitiesd", "ReadReferenced", "RefineLabelsd"]


class ReadReferenced(Transform):
    """Replaces the loaded ``reference`` `1H[WD]` of a case by ``truth`` `1H[WD]` uint8: class index or ``IGNORE``.

    A case without one stays as it is. Unlike :class:`scripts.transforms.DecodeBoxesd`, before which it comes, it keeps
    the reference of a case without boxes.

    Args:
        classes: names of the classes, background first.
    """

    def __init__(self, classes: Sequence[str]) -> None:
        self.classes = list(classes)

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
        """Decode by the case's table ``dense_labels``; what lies outside the field of view is not known."""
        case = dict(data)
        reference = case.pop("reference", None)
        if reference is None:
            return case
        truth = decode_reference(case, np.asarray(reference)[0], self.classes, file_name(reference))
        if case.get("field_of_view") is not None:
            truth[np.asarray(case["field_of_view"])[0] <= 0] = IGNORE
        return case | {"truth": torch.from_numpy(truth[None])}


class Probabilitiesd(MapTransform):
    """Probabilities of the classes from what :class:`RefiningNetwork` puts out.

    Args:
        keys: logits `CH[WD]`, or logits and log variances `2CH[WD]`.
        num_classes: C.
    """

    def __init__(self, keys: KeysCollection, num_classes: int) -> None:
        super().__init__(keys)
        self.num_classes = num_classes

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
        """Replace the logits by their softmax, and the log variances by the attenuated probabilities."""
        case = dict(data)
        for key in self.key_iterator(case):
            output = torch.as_tensor(case[key]).as_subclass(torch.Tensor).float()
            logits, log_variance = output[None, : self.num_classes], output[None, self.num_classes :]
            parts = [logits.softmax(1)]
            if log_variance.shape[1]:
                parts.append(attenuated_probabilities(logits, log_variance))
            # a MetaTensor, which Invertd takes
            case[key] = MetaTensor(torch.cat(parts, dim=1)[0])
        return case


class RefineLabelsd(Transform):
    """The mask that a network assigns to a case, and how uncertain it is, on the grid of the image's file.

    Reads ``pred`` (the probabilities of :class:`Probabilitiesd`), ``boxes`` `CH[WD]` and optionally ``field_of_view``
    `1H[WD]`. Writes, both the background and certain outside the field of view:

    * ``mask`` `1H[WD]` uint8: the most probable class among those that the boxes allow;
    * ``uncertainty`` `1H[WD]` float32 in [0, 1]: relative entropy of the attenuated probabilities, without log
      variances of the probabilities themselves, of these classes.

    Args:
        num_classes: C.
    """

    def __init__(self, num_classes: int) -> None:
        self.num_classes = num_classes

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
        """Add the two maps."""
        case = dict(data)
        pred = torch.as_tensor(case["pred"]).as_subclass(torch.Tensor).cpu()
        boxes = torch.as_tensor(case["boxes"]).as_subclass(torch.Tensor).cpu()
        probabilities = respect_boxes(complete(pred[: self.num_classes]), boxes)
        attenuated = probabilities
        if len(pred) > self.num_classes:
            attenuated = respect_boxes(complete(pred[self.num_classes :]), boxes)
        mask = probabilities.argmax(0, keepdim=True).to(torch.uint8)
        uncertainty = uncertainty_map(attenuated)[None]
        if case.get("field_of_view") is not None:
            unseen = torch.as_tensor(case["field_of_view"]).as_subclass(torch.Tensor).cpu() <= 0
            mask, uncertainty = mask.masked_fill(unseen, 0), uncertainty.masked_fill(unseen, 0)
        return case | {"mask": mask, "uncertainty": uncertainty}
