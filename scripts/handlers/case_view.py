"""What a picture shows of one case: small arrays laid out as displayed."""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from monai.data import MetaTensor
from PIL import Image

from scripts.constants import IGNORE
from scripts.handlers.overlay import to_rgb
from scripts.volumes.volume_slice import choose_slice, to_ras

__all__ = ["CaseView", "PackedView", "view_case"]

_JPEG_QUALITY = 92
# slices of volumes are enlarged to this many pixels
_READABLE = 512


@dataclass(frozen=True)
class CaseView:
    """Arrays of one picture, rows first (MONAI's are columns first).

    Args:
        image: `HW3` uint8.
        reference: `HW` uint8, class indices and ``IGNORE``.
        prediction: `HW` uint8, class indices.
        probability: `HW` uint8 of the foreground, 255 for certain, or None.
        classes: number of classes, background included.
        slice_name: which slice of a volume it is, such as "axial 21 of 36" (counted from 1 in the order right,
            anterior, superior); "" for a picture.
    """

    image: np.ndarray
    reference: np.ndarray
    prediction: np.ndarray
    probability: np.ndarray | None
    classes: int
    slice_name: str = ""

    def pack(self) -> PackedView:
        """Compress, to keep many: about 0.3 MB for a photograph of 1024 x 1024 pixels."""
        file = io.BytesIO()
        Image.fromarray(self.image).save(file, "JPEG", quality=_JPEG_QUALITY, subsampling=0)
        maps = (self.reference, self.prediction)
        packed = tuple(zlib.compress(m.tobytes(), 1) for m in maps)
        return PackedView(file.getvalue(), packed, self.classes, self.slice_name)


@dataclass(frozen=True)
class PackedView:
    """A :class:`CaseView` without its probability, compressed; the image with slight loss, the maps without."""

    image: bytes
    maps: tuple[bytes, ...]
    classes: int
    slice_name: str = ""

    def unpack(self) -> CaseView:
        """The arrays again."""
        image = np.asarray(Image.open(io.BytesIO(self.image)).convert("RGB"))
        reference, prediction = (
            np.frombuffer(zlib.decompress(m), np.uint8).reshape(image.shape[:2]) for m in self.maps
        )
        return CaseView(image, reference, prediction, None, self.classes, self.slice_name)


def _array(value: Any) -> np.ndarray:
    return torch.as_tensor(value).detach().cpu().as_subclass(torch.Tensor).float().numpy()


def _index_map(value: Any, unknown: int) -> np.ndarray:
    """Class indices `H[WD]` from an index map `1H[WD]` or channels `CH[WD]`; no channel set means ``unknown``."""
    array = _array(value)
    if len(array) == 1:
        return np.round(array[0]).astype(np.uint8)
    return np.where(array.any(axis=0), array.argmax(axis=0), unknown).astype(np.uint8)


def _foreground_probability(value: Any) -> np.ndarray:
    """`H[WD]` from `1H[WD]` (of the foreground) or `CH[WD]` (class 0 is the background)."""
    array = _array(value)
    return array[0] if len(array) == 1 else 1 - array[0]


def _affine(case: dict[str, Any], *keys: str) -> np.ndarray:
    """Affine of the first entry that carries one; without any, axes count as right, anterior, superior, 1 mm."""
    found = (case[key].affine for key in keys if isinstance(case.get(key), MetaTensor))
    return np.asarray(next(found, np.eye(4)), dtype=float)


def _resize(picture: np.ndarray, size: tuple[int, int], method: Image.Resampling) -> np.ndarray:
    """A picture of another width and height."""
    picture = np.ascontiguousarray(picture)
    if picture.shape[1::-1] == size:
        return picture
    return np.asarray(Image.fromarray(picture).resize(size, method))


def _reduced_size(shape: tuple[int, ...], longest: int) -> tuple[int, int]:
    """Width and height of a picture `HW` that is reduced where it is too large, never enlarged."""
    height, width = shape
    scale = min(1.0, longest / max(height, width))
    return max(1, round(width * scale)), max(1, round(height * scale))


def view_case(case: dict[str, Any], image_key: str = "image", longest: int = 1024) -> CaseView:
    """Arrays for a picture of one evaluated case.

    A 2D image (`CWH`, as MONAI reads it) is shown upright. Of a volume (`CHWD`) one slice is shown, see
    :func:`scripts.volumes.volume_slice.choose_slice`, always the same way up: the patient's right on the right (in
    sagittal slices the front), front or top upwards, with true proportions and enlarged to be readable. The affines
    that the entries carry say how their axes lie; an entry without one lies as the others do.

    Args:
        case: ``image`` `CH[WD]`, ``label`` and ``pred`` (index map `1H[WD]` or one-hot `CH[WD]`); optionally
            ``probability`` (softmax `CH[WD]`, or of the foreground `1H[WD]`) and ``ignored`` (`1H[WD]`, on the grid
            of the label, nonzero where the reference says nothing, besides where it is ``IGNORE``).
        image_key: key of the image.
        longest: larger pictures are reduced to this many pixels per side, to keep memory small.

    Raises:
        ValueError: when a map's size is not the image's.
    """
    image = _array(case[image_key])
    reference = _index_map(case["label"], IGNORE)
    prediction = _index_map(case["pred"], 0)
    probability = _foreground_probability(case["probability"]) if "probability" in case else None
    if "ignored" in case:
        reference = np.where(_array(case["ignored"])[0] > 0, np.uint8(IGNORE), reference)
    flat = image.ndim == 3
    spacing = (1.0, 1.0, 1.0)
    if not flat:
        image, spacing = to_ras(image, _affine(case, image_key, "label", "pred"))
        reference, _ = to_ras(reference, _affine(case, "label", image_key, "pred"))
        prediction, _ = to_ras(prediction, _affine(case, "pred", "label", image_key))
        if probability is not None:
            probability, _ = to_ras(probability, _affine(case, "probability", "pred", "label", image_key))
    for name, array in (("label", reference), ("pred", prediction), ("probability", probability)):
        if array is not None and array.shape != image.shape[1:]:
            raise ValueError(f"'{name}' has the size {array.shape}, '{image_key}' {image.shape[1:]}; cannot show them.")
    channels = max(len(case["label"]), len(case["pred"]))
    highest = max(int(reference[reference != IGNORE].max(initial=0)), int(prediction.max(initial=0)))
    shown = None if flat else choose_slice(reference, prediction, spacing)

    def display(array: np.ndarray) -> np.ndarray:
        # columns first becomes rows first
        return np.swapaxes(array, -1, -2) if shown is None else shown.display(array)

    if shown is None:
        size = _reduced_size(display(reference).shape, longest)
    else:
        size = shown.size(reference.shape, min(_READABLE, longest), longest)
    if probability is not None:
        probability = np.round(np.clip(display(probability), 0, 1) * 255).astype(np.uint8)
    return CaseView(
        image=_resize(to_rgb(display(image)), size, Image.Resampling.LANCZOS if flat else Image.Resampling.BICUBIC),
        reference=_resize(display(reference), size, Image.Resampling.NEAREST),
        prediction=_resize(display(prediction), size, Image.Resampling.NEAREST),
        probability=None if probability is None else _resize(probability, size, Image.Resampling.BOX),
        classes=max(channels, highest + 1, 2),
        slice_name="" if shown is None else str(shown),
    )
