"""Writes the probability of one class as a picture."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import torch
from monai.config import KeysCollection
from monai.transforms import MapTransform, SaveImage

__all__ = ["SaveProbabilityd"]


class SaveProbabilityd(MapTransform):
    """Saves the probability map of one class beside the mask, as ``<image>_probability.png``.

    Probabilities 0..1 are written as grey values 0..255, on the grid and in the orientation of the source.

    Args:
        keys: probabilities `CH[WD]`.
        class_index: which channel.
        output_dir: folder.
        enabled: whether anything is written.
        output_ext: file type.
    """

    def __init__(
        self,
        keys: KeysCollection,
        class_index: int,
        output_dir: str,
        enabled: bool = True,
        output_ext: str = ".png",
    ) -> None:
        super().__init__(keys)
        self.class_index = class_index
        self.enabled = enabled
        self._save = SaveImage(
            output_dir=output_dir,
            output_postfix="probability",
            output_ext=output_ext,
            output_dtype="uint8",
            writer="PILWriter",
            resample=False,
            separate_folder=False,
            print_log=False,
        )

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
        """Write the map; the data pass unchanged."""
        if self.enabled:
            for key in self.key_iterator(dict(data)):
                probability = data[key][self.class_index : self.class_index + 1]
                self._save((probability.float() * 255).round().to(torch.uint8))
        return dict(data)
