"""Writes the probability of one class as a picture or a volume."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from monai.config import KeysCollection
from monai.transforms import MapTransform

from scripts.transforms.map_writer import MapWriter

__all__ = ["SaveProbabilityd"]


class SaveProbabilityd(MapTransform):
    """Saves the probability map of one class as ``<image>_probability``, see :class:`MapWriter`.

    Args:
        keys: probabilities `CH[WD]` with metadata; those of volumes back on the grid of the file (``Invertd``).
        class_index: which channel.
        output_dir: folder.
        enabled: whether anything is written.
        output_ext: file type of pictures.
        spatial_dims: 2 for pictures, 3 for volumes.
    """

    def __init__(
        self,
        keys: KeysCollection,
        class_index: int,
        output_dir: str,
        enabled: bool = True,
        output_ext: str = ".png",
        spatial_dims: int = 2,
    ) -> None:
        super().__init__(keys)
        self.class_index = class_index
        self.enabled = enabled
        self._write = MapWriter(output_dir, "probability", spatial_dims, output_ext)

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
        """Write the map; the data pass unchanged.

        Raises:
            DataError: naming the image, when the map of a volume is not on its grid.
        """
        if self.enabled:
            for key in self.key_iterator(dict(data)):
                self._write(data[key][self.class_index : self.class_index + 1])
        return dict(data)
