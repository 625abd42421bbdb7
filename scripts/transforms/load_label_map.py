"""Loads the label maps of a case."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import torch
from monai.config import KeysCollection
from monai.data import MetaTensor
from monai.transforms import MapTransform

from scripts.labels.load_label_map import load_label_map, load_label_volume
from scripts.transforms.file_grid import file_grid, file_name
from scripts.volumes import VolumeGrid, check_same_grid

__all__ = ["LoadLabelMapd"]


class LoadLabelMapd(MapTransform):
    """Dictionary version of :func:`scripts.labels.load_label_map`.

    Each result is a MetaTensor `1H[WD]` that knows its file. A label volume stays on its file's own grid, whatever was
    done to the image meanwhile; it has the file's affine, and must lie on the grid that the image's file has.

    Args:
        keys: keys of paths; those that a case lacks, or has as None, are left alone.
        spatial_dims: 2 or 3.
        image_key: key of the image that label volumes must fit, loaded or a path; not looked at for 2D.
    """

    def __init__(self, keys: KeysCollection, spatial_dims: int = 2, image_key: str = "image") -> None:
        super().__init__(keys, allow_missing_keys=True)
        self.spatial_dims = spatial_dims
        self.image_key = image_key

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
        """Replace each path by its label map.

        Raises:
            DataError: see :func:`scripts.labels.load_label_map`; and for a label volume on another grid than its image.
        """
        loaded = dict(data)
        for key in self.key_iterator(loaded):
            if loaded[key] is None:
                continue
            path = str(loaded[key])
            if self.spatial_dims == 3:
                loaded[key] = self._volume(path, data.get(self.image_key))
            else:
                array = load_label_map(path, self.spatial_dims)
                loaded[key] = MetaTensor(array[None], meta={"filename_or_obj": path})
        return loaded

    def _volume(self, path: str, image: Any) -> MetaTensor:
        label, affine = load_label_volume(path)
        if image is not None:
            check_same_grid(path, VolumeGrid(label.shape, affine), file_name(image), file_grid(image))
        meta = {"filename_or_obj": path, "original_affine": torch.as_tensor(affine), "spatial_shape": label.shape}
        return MetaTensor(label[None], affine=torch.as_tensor(affine), meta=meta)
