"""Writes the probability of one class as a picture or a volume."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import torch
from monai.config import KeysCollection
from monai.data import MetaTensor
from monai.transforms import MapTransform, SaveImage
from monai.utils import convert_to_numpy

from scripts.volumes.writing import write_result

__all__ = ["SaveProbabilityd"]


class SaveProbabilityd(MapTransform):
    """Saves the probability map of one class beside the mask, on the grid and in the orientation of the source.

    A picture gives ``<image>_probability.png`` with grey values 0..255 for probabilities 0..1. A volume gives
    ``<image>_probability.nii.gz``, or the source's own format, with the probabilities themselves as float32, see
    :func:`scripts.volumes.writing.write_result`.

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
        self.output_dir = output_dir
        self.enabled = enabled
        self.spatial_dims = spatial_dims
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
        """Write the map; the data pass unchanged.

        Raises:
            DataError: naming the image, when the map of a volume is not on its grid.
        """
        if self.enabled:
            for key in self.key_iterator(dict(data)):
                probability = data[key][self.class_index : self.class_index + 1].float()
                if self.spatial_dims == 3:
                    self._save_volume(probability)
                else:
                    self._save((probability * 255).round().to(torch.uint8))
        return dict(data)

    def _save_volume(self, probability: MetaTensor) -> None:
        # interpolation on the way back to the grid may leave 0..1 by rounding
        values = convert_to_numpy(probability[0]).clip(0, 1)
        affine = convert_to_numpy(probability.affine)
        write_result(values, affine, probability.meta["filename_or_obj"], self.output_dir, "probability")
