"""Writes maps of values from 0 to 1 beside the masks."""

from __future__ import annotations

import torch
from monai.data import MetaTensor
from monai.transforms import SaveImage
from monai.utils import convert_to_numpy

from scripts.volumes.writing import write_result

__all__ = ["MapWriter", "to_grey"]


def to_grey(values: torch.Tensor) -> torch.Tensor:
    """Values 0..1 as grey values 0..255, uint8: pictures hold no fractions."""
    return (values * 255).round().clamp(0, 255).to(torch.uint8)


class MapWriter:
    """Saves a map on the grid and in the orientation of its source.

    A picture gives ``<image>_<postfix>.png`` with grey values 0..255 for values 0..1. A volume gives
    ``<image>_<postfix>.nii.gz``, or the source's own format, with the values themselves as float32, see
    :func:`scripts.volumes.writing.write_result`.

    Args:
        output_dir: folder.
        postfix: what the map is.
        spatial_dims: 2 for pictures, 3 for volumes.
        output_ext: file type of pictures.
    """

    def __init__(self, output_dir: str, postfix: str, spatial_dims: int = 2, output_ext: str = ".png") -> None:
        self.output_dir = output_dir
        self.postfix = postfix
        self.spatial_dims = spatial_dims
        self._save_picture = SaveImage(
            output_dir=output_dir,
            output_postfix=postfix,
            output_ext=output_ext,
            output_dtype="uint8",
            writer="PILWriter",
            resample=False,
            separate_folder=False,
            print_log=False,
        )

    def __call__(self, values: MetaTensor) -> None:
        """Write a map `1H[WD]` with metadata.

        Raises:
            DataError: naming the image, when the map of a volume is not on its grid.
        """
        if self.spatial_dims == 2:
            self._save_picture(to_grey(values.float()))
            return
        # interpolation on the way back to the grid may leave 0..1 by rounding
        array = convert_to_numpy(values[0].float()).clip(0, 1)
        affine = convert_to_numpy(values.affine)
        write_result(array, affine, values.meta["filename_or_obj"], self.output_dir, self.postfix)
