"""Drawings in volumes, written as 3D Slicer and ITK-SNAP save them, for tests."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import nibabel as nib
import nrrd
import numpy as np
from scipy import ndimage

#: Between axes right, front, up and left, back, up.
LPS = np.diag([-1.0, -1, 1, 1])


def strokes(mask: np.ndarray) -> dict[str, np.ndarray]:
    """Strokes on every third slice of a mask `HWD` of 1 and 2, none touching another: `HWD` bool by name."""
    drawn = np.zeros(mask.shape, dtype=bool)
    drawn[:, :, 2::3] = mask.any(axis=(0, 1))[2::3]
    flat = np.ones((3, 3, 1), dtype=bool)
    near, far = (ndimage.binary_dilation(mask > 0, flat, iterations=n) for n in (2, 5))
    ring, left = far & ~near & drawn, np.indices(mask.shape)[0] < mask.shape[0] // 2
    return {
        "anterior": ndimage.binary_erosion(mask == 1, flat) & drawn,
        "posterior": ndimage.binary_erosion(mask == 2, flat) & drawn,
        "not anterior": ring & left,
        "background": ring & ~left,
    }


def painted(parts: Mapping[str, np.ndarray], values: Mapping[str, int]) -> np.ndarray:
    """One label map `HWD` of strokes; later ones are laid over earlier ones."""
    label = np.zeros(next(iter(parts.values())).shape, dtype=np.uint8)
    for name, part in parts.items():
        label[part] = values[name]
    return label


def write_segmentation(path: Path, layers: Sequence[Mapping[str, np.ndarray]], affine: np.ndarray) -> None:
    """As 3D Slicer saves: no more than what is painted, compressed, with several layers where segments overlap.

    Args:
        path: ends with ``.seg.nrrd``.
        layers: strokes by name, a dict for each layer.
        affine: of the whole volume.
    """
    path.parent.mkdir(exist_ok=True)
    stack = np.stack([painted(parts, {name: k for k, name in enumerate(parts, 1)}) for parts in layers])
    places = np.argwhere(stack.any(axis=0))
    low = places.min(axis=0) if len(places) else np.zeros(3)
    high = places.max(axis=0) + 1 if len(places) else np.ones(3)
    stack = stack[(slice(None), *(slice(int(a), int(b)) for a, b in zip(low, high)))]
    lps = LPS @ affine
    header = {
        "space": "left-posterior-superior",
        "space directions": lps[:3, :3].T,
        "space origin": (lps @ [*low, 1])[:3],
        "kinds": ["domain"] * 3,
        "encoding": "gzip",
        "Segmentation_ContainedRepresentationNames": "Binary labelmap|",
        "Segmentation_MasterRepresentation": "Binary labelmap",
    }
    if len(stack) > 1:
        header["kinds"] = ["list", *header["kinds"]]
        header["space directions"] = np.vstack([np.full(3, np.nan), header["space directions"]])
    segments = [(name, value, layer) for layer, parts in enumerate(layers) for value, name in enumerate(parts, 1)]
    for n, (name, value, layer) in enumerate(segments):
        header[f"Segment{n}_ID"] = f"Segment_{n + 1}"
        header[f"Segment{n}_Name"] = name
        header[f"Segment{n}_LabelValue"] = str(value)
        header[f"Segment{n}_Layer"] = str(layer)
    nrrd.write(str(path), stack if len(stack) > 1 else stack[0], header)


def write_markup(path: Path, kind: str, points: Sequence[Sequence[float]], name: str, **more: Any) -> None:
    """As 3D Slicer 5 saves a markup of this name; ``points`` RAS in mm."""
    path.parent.mkdir(exist_ok=True)
    points = (np.asarray(points) * [-1, -1, 1]).tolist()
    controls = [
        {"id": str(n), "label": f"{name}-{n}", "position": point, "selected": True, "positionStatus": "defined"}
        for n, point in enumerate(points, 1)
    ]
    markup = {
        "type": kind,
        "coordinateSystem": "LPS",
        "coordinateUnits": "mm",
        "labelFormat": "%N-%d",
        "lastUsedControlPointNumber": len(points),
        "controlPoints": controls,
        **more,
    }
    schema = "https://raw.githubusercontent.com/slicer/slicer/master/Modules/Loadable/Markups/Resources/Schema/"
    path.write_text(json.dumps({"@schema": f"{schema}markups-schema-v1.0.3.json#", "markups": [markup]}, indent=2))


def write_itk_snap(folder: Path, name: str, label: np.ndarray, affine: np.ndarray, names: Mapping[str, int]) -> None:
    """As ITK-SNAP saves a segmentation, 16 bits on the whole grid, and the label descriptions."""
    folder.mkdir(exist_ok=True)
    nib.save(nib.Nifti1Image(label.astype(np.uint16), affine), folder / f"{name}.nii.gz")
    lines = [
        "################################################",
        "# ITK-SnAP Label Description File",
        "# File format:",
        "# IDX   -R-  -G-  -B-  -A--  VIS MSH  LABEL",
        "################################################",
        '    0     0    0    0        0  0  0    "Clear Label"',
        *(f'    {value}   255   {value}    0        1  1  1    "{text}"' for text, value in names.items()),
    ]
    (folder / "labels.txt").write_text("\n".join(lines) + "\n")
