"""Writes a segmentation of a volume as a file that overlays it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import torch
from monai.config import KeysCollection
from monai.transforms import SaveImaged
from monai.utils import convert_to_numpy

from scripts.errors import DataError
from scripts.volumes.writing import write_result

__all__ = ["SaveVolumed"]


class SaveVolumed(SaveImaged):
    """Writes class indices on the grid, and in the format, of the image that they were predicted from.

    ``liver.nii.gz`` gives ``liver_seg.nii.gz`` with the same header, ``liver.nrrd`` gives ``liver_seg.nrrd``, a
    directory ``liver`` of DICOM slices gives ``liver_seg.nii.gz``. It is a ``SaveImaged``, because servers leave out
    transforms of that class and save results themselves.

    Args:
        keys: class index maps `1HWD`, back on the grid of the image's file (``Invertd``).
        output_dir: folder.
        output_postfix: goes behind the image's name.
        image_key: whose metadata name the file; the map's own metadata do where a case lacks it.
    """

    def __init__(
        self, keys: KeysCollection, output_dir: str, output_postfix: str = "seg", image_key: str = "image"
    ) -> None:
        super().__init__(
            keys, output_dir=output_dir, output_postfix=output_postfix, separate_folder=False, print_log=False
        )
        self.output_dir = output_dir
        self.output_postfix = output_postfix
        self.image_key = image_key

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
        """Write each map; the data pass unchanged.

        Raises:
            DataError: naming the image, when a map holds no class indices or is not on the image's grid.
        """
        for key in self.key_iterator(dict(data)):
            labels = torch.as_tensor(data[key])
            source = data.get(self.image_key, data[key]).meta["filename_or_obj"]
            indices = labels.to(torch.uint8)
            if len(labels) != 1 or not torch.equal(indices.to(labels.dtype), labels):
                raise DataError(
                    f"{source}: expected one map `1HWD` of class indices 0 to 255 to save, got the shape "
                    f"{tuple(labels.shape)} with values from {labels.min():g} to {labels.max():g}. Take the most "
                    "probable class (AsDiscreted with argmax) before saving."
                )
            affine = getattr(data[key], "affine", None)
            write_result(
                convert_to_numpy(indices[0]),
                None if affine is None else convert_to_numpy(affine),
                source,
                self.output_dir,
                self.output_postfix,
            )
        return dict(data)
