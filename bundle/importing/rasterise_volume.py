"""From shapes in a volume to the voxels that they mark."""

from __future__ import annotations

from bundle.importing.marks import VolumeBox, VolumeContour, VolumeLine, VoxelMask
from bundle.importing.volume_box import BoxOfVolume, box_of_volume, place_volume_box
from bundle.importing.volume_contour import place_contour
from bundle.importing.volume_line import place_line
from bundle.importing.volume_mask import place_voxel_mask
from bundle.importing.volume_placed import Placed3
from scripts.errors import DataError
from scripts.volumes import VolumeGrid

__all__ = ["BoxOfVolume", "Placed3", "box_of_volume", "rasterise_volume"]


def rasterise_volume(
    shape: VoxelMask | VolumeContour | VolumeLine | VolumeBox,
    grid: VolumeGrid,
    default_width_mm: float,
    source: str = "",
) -> Placed3:
    """The voxels that a shape marks.

    A voxel belongs to a contour, to a box or to the tube along a line when its centre does. So that nothing vanishes, a
    line has at least all voxels that it passes through.

    Args:
        shape: what was marked.
        grid: of the image.
        default_width_mm: of lines that have no width of their own, 0 or more.
        source: what errors begin with, such as the file's name; empty when the caller names it.

    Returns:
        The voxels; none, with 1.0 outside, for a shape that lies wholly outside the volume.

    Raises:
        DataError: painted voxels are not those of the image, a contour lies in no single slice or encloses no area, or
            the shape is one of pictures.
    """
    name = f"{source}: " if source else ""
    if isinstance(shape, VoxelMask):
        return place_voxel_mask(shape, grid, name)
    if isinstance(shape, VolumeContour):
        return place_contour(shape, grid, name)
    if isinstance(shape, VolumeLine):
        return place_line(shape.points, default_width_mm if shape.width is None else shape.width, grid)
    if isinstance(shape, VolumeBox):
        return place_volume_box(shape, grid)
    raise DataError(
        f"{name}was drawn on a picture, but its image is a volume. Import pictures and volumes separately, and give "
        "volumes label maps or segmentations of volumes"
    )
