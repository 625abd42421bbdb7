"""How a volume was drawn: on slices of one plane, or through its depth."""

from __future__ import annotations

import numpy as np
from nibabel.orientations import io_orientation
from scipy import ndimage

__all__ = ["PLANES", "drawn_axis", "slice_axis"]

PLANES = ("auto", "volume", "axial", "coronal", "sagittal")

# the axis right, front, up that is perpendicular to a plane
_ACROSS = {"sagittal": 0, "coronal": 1, "axial": 2}
_LEAST_ALONE = 0.5


def drawn_axis(drawn: np.ndarray) -> int | None:
    """The axis across the slices that a volume was drawn on.

    A drawn slice stands alone when none of its strokes (voxels that touch at a side, an edge or a corner) reaches into
    a neighbouring slice. A volume was drawn slice by slice along an axis when at least half of the drawn slices
    perpendicular to it stand alone. That holds for every n-th slice of a plane, for a single slice, and for a few
    neighbours among many separate slices. It does not hold for strokes through the depth, however far apart they are,
    nor where neighbouring slices were all drawn: there the drawing itself fills the depth.

    Half suffices, since the two mistakes differ: slices taken for a volume make background of what nobody looked at,
    a volume taken for slices only loses some labels.

    Strokes one voxel wide that run along an array axis, and single voxels, stand alone along two or three axes. Then
    the axis with the fewest drawn slices is taken, since drawing slice by slice puts much on few slices, and among
    equals the last, along which files usually stack their slices.

    Our reading throughout. It cannot see that slices were drawn in groups of neighbours, nor that thick slices were
    drawn on and resampled to thin ones afterwards: name the plane for these.

    Args:
        drawn: `HWD` bool, where anything was drawn, of whatever class, positive or negative; not "ignore".

    Returns:
        The array axis, or None for a drawing through the depth and where nothing is drawn.
    """
    (place,) = ndimage.find_objects(drawn, max_label=1)
    if place is None:
        return None
    drawn = drawn[place]
    labelled, _ = ndimage.label(drawn, structure=np.ones((3,) * drawn.ndim))
    strokes = ndimage.find_objects(labelled)
    slices = {}
    for axis in range(drawn.ndim):
        alone = drawn.any(axis=tuple(other for other in range(drawn.ndim) if other != axis))
        count = int(alone.sum())
        for stroke in strokes:
            if stroke[axis].stop - stroke[axis].start > 1:
                alone[stroke[axis]] = False
        if alone.sum() >= _LEAST_ALONE * count:
            slices[axis] = count
    return min(slices, key=lambda axis: (slices[axis], -axis), default=None)


def slice_axis(plane: str, drawn: np.ndarray, affine: np.ndarray) -> int | None:
    """The array axis across the drawn slices, by the name of their plane.

    Args:
        plane: one of :data:`PLANES`: ``auto`` looks at the drawing (:func:`drawn_axis`), ``volume`` means that it was
            made through the depth; axial slices are perpendicular to the axis that leads upwards most, coronal ones to
            the axis to the front, sagittal ones to the axis to the right.
        drawn: `HWD` bool, where anything was drawn.
        affine: (4, 4), from voxel indices to mm, axes right, front, up.

    Returns:
        The array axis, or None for a drawing through the depth.
    """
    if plane == "auto":
        return drawn_axis(drawn)
    if plane == "volume":
        return None
    return io_orientation(affine)[:, 0].astype(int).tolist().index(_ACROSS[plane])
