"""Turns probabilities into what was asked for: classes, the probability of one, or the uncertainty."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import torch
from monai.config import KeysCollection
from monai.data import MetaTensor
from monai.transforms import MapTransform
from monai.utils import convert_to_dst_type

from scripts.errors import SettingError
from scripts.scoring import uncertainty_map
from scripts.transforms.map_writer import to_grey

__all__ = ["OUTPUTS", "ChooseOutputd"]

#: What can be asked for; the first is what is given unasked.
OUTPUTS = SEGMENTATION, PROBABILITY, UNCERTAINTY = ("segmentation", "probability", "uncertainty")
#: Item of a request to a server, and what it says about the file of the result.
_OUTPUT, _CLASS, _EXTENSION = "output", "probability_class", "result_extension"
_LOSSY = (".jpg", ".jpeg")


class ChooseOutputd(MapTransform):
    """Gives the output that a request to a server names; without a request, the class of each pixel.

    * ``segmentation``: class indices, uint8.
    * ``probability``: probability of one class, and ``uncertainty``: normalised entropy, see
      :func:`scripts.scoring.uncertainty_map`. Float32 from 0 to 1 for volumes; uint8 from 0 to 255 for pictures,
      whose formats hold no fractions.

    A server puts what was requested beside the image: ``output``, one of these names (a list, as the server offers
    them, stands for its first), and ``probability_class``, which wins over ``class_index``. A result of a picture is
    never stored as JPEG, which would blur the classes.

    Args:
        keys: probabilities `CH[WD]`; those of volumes back on the grid of the file (``Invertd``).
        class_index: class of the probability.
        spatial_dims: 2 for pictures, 3 for volumes.
    """

    def __init__(self, keys: KeysCollection, class_index: int = 1, spatial_dims: int = 2) -> None:
        super().__init__(keys)
        self.class_index = class_index
        self.spatial_dims = spatial_dims

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
        """Replace the probabilities by the output `1H[WD]`.

        Raises:
            SettingError: for an unknown output or class.
        """
        chosen = dict(data)
        output = _requested_output(chosen.get(_OUTPUT))
        for key in self.key_iterator(chosen):
            probabilities = chosen[key]
            if output == SEGMENTATION:
                values = probabilities.argmax(dim=0, keepdim=True).to(torch.uint8)
            else:
                values = self._map(output, probabilities, chosen.get(_CLASS))
            chosen[key] = convert_to_dst_type(values, probabilities, dtype=values.dtype)[0]
        if self.spatial_dims == 2:
            _refuse_jpeg(chosen)
        return chosen

    def _map(self, output: str, probabilities: MetaTensor, requested: Any) -> torch.Tensor:
        if output == UNCERTAINTY:
            values = uncertainty_map(probabilities)[None]
        else:
            index = _requested_class(requested, self.class_index, len(probabilities))
            # what was cropped away has no probabilities; it is background
            chosen = probabilities[index : index + 1] if index else 1 - probabilities[1:].sum(0, keepdim=True)
            # interpolation on the way back to the grid may leave 0..1 by rounding
            values = chosen.float().clamp(0, 1)
        return to_grey(values) if self.spatial_dims == 2 else values


def _requested_output(requested: Any) -> str:
    if isinstance(requested, (list, tuple)):
        requested = requested[0] if requested else None
    output = requested or SEGMENTATION
    if output not in OUTPUTS:
        raise SettingError(f"the request asks for the output {output!r}; expected one of {', '.join(OUTPUTS)}.")
    return output


def _requested_class(requested: Any, default: int, count: int) -> int:
    value = default if requested in (None, "") else requested
    try:
        index = int(value)
    except (TypeError, ValueError):
        index = -1
    if not 0 <= index < count:
        raise SettingError(f"probability_class is {value!r}; expected the index of a class, 0 to {count - 1}.")
    return index


def _refuse_jpeg(request: dict[Hashable, Any]) -> None:
    """A server without instruction takes the format of the image."""
    extension = request.get(_EXTENSION) or str(request.get("image_path", ""))
    if str(extension).lower().endswith(_LOSSY):
        request[_EXTENSION] = ".png"
