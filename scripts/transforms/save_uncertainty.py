"""Writes how uncertain each pixel is, as a picture or a volume."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from monai.config import KeysCollection
from monai.transforms import MapTransform
from monai.utils import convert_to_dst_type

from scripts.scoring import uncertainty_map
from scripts.transforms.map_writer import MapWriter

__all__ = ["SaveUncertaintyd"]


class SaveUncertaintyd(MapTransform):
    """Saves :func:`scripts.scoring.uncertainty_map` as ``<image>_uncertainty``, see :class:`MapWriter`.

    Args:
        keys: probabilities `CH[WD]` with metadata; those of volumes back on the grid of the file (``Invertd``).
        output_dir: folder.
        enabled: whether anything is written.
        spatial_dims: 2 for pictures, 3 for volumes.
    """

    def __init__(self, keys: KeysCollection, output_dir: str, enabled: bool = True, spatial_dims: int = 2) -> None:
        super().__init__(keys)
        self.enabled = enabled
        self._write = MapWriter(output_dir, "uncertainty", spatial_dims)

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
        """Write the map; the data pass unchanged.

        Raises:
            DataError: naming the image, when the map of a volume is not on its grid.
            SettingError: for a network with a single channel.
        """
        if self.enabled:
            for key in self.key_iterator(dict(data)):
                values = uncertainty_map(data[key])[None]
                self._write(convert_to_dst_type(values, data[key], dtype=values.dtype)[0])
        return dict(data)
