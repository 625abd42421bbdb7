"""Loads the label maps of a case."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from monai.config import KeysCollection
from monai.data import MetaTensor
from monai.transforms import MapTransform

from scripts.labels.load_label_map import load_label_map

__all__ = ["LoadLabelMapd"]


class LoadLabelMapd(MapTransform):
    """Dictionary version of :func:`scripts.labels.load_label_map`.

    Each result is a MetaTensor `1H[WD]` that knows its file.

    Args:
        keys: keys of paths; those that a case lacks are left out.
        spatial_dims: 2 or 3.
    """

    def __init__(self, keys: KeysCollection, spatial_dims: int = 2) -> None:
        super().__init__(keys, allow_missing_keys=True)
        self.spatial_dims = spatial_dims

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
        """Replace each path by its label map.

        Raises:
            DataError: see :func:`scripts.labels.load_label_map`.
        """
        loaded = dict(data)
        for key in self.key_iterator(loaded):
            array = load_label_map(loaded[key], self.spatial_dims)
            loaded[key] = MetaTensor(array[None], meta={"filename_or_obj": str(loaded[key])})
        return loaded
