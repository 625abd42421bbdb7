"""What a picture shows of one case: small arrays laid out as displayed."""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from PIL import Image

from scripts.constants import IGNORE
from scripts.handlers.overlay import to_rgb

__all__ = ["CaseView", "PackedView", "view_case"]

_JPEG_QUALITY = 92


@dataclass(frozen=True)
class CaseView:
    """Arrays of one picture, rows first (MONAI's are columns first).

    Args:
        image: `HW3` uint8.
        reference: `HW` uint8, class indices and ``IGNORE``.
        prediction: `HW` uint8, class indices.
        probability: `HW` uint8 of the foreground, 255 for certain, or None.
        classes: number of classes, background included.
    """

    image: np.ndarray
    reference: np.ndarray
    prediction: np.ndarray
    probability: np.ndarray | None
    classes: int

    def pack(self) -> PackedView:
        """Compress, to keep many: about 0.3 MB for a photograph of 1024 x 1024 pixels."""
        file = io.BytesIO()
        Image.fromarray(self.image).save(file, "JPEG", quality=_JPEG_QUALITY, subsampling=0)
        maps = (self.reference, self.prediction)
        return PackedView(file.getvalue(), tuple(zlib.compress(m.tobytes(), 1) for m in maps), self.classes)


@dataclass(frozen=True)
class PackedView:
    """A :class:`CaseView` without its probability, compressed; the image with slight loss, the maps without."""

    image: bytes
    maps: tuple[bytes, ...]
    classes: int

    def unpack(self) -> CaseView:
        """The arrays again."""
        image = np.asarray(Image.open(io.BytesIO(self.image)).convert("RGB"))
        reference, prediction = (
            np.frombuffer(zlib.decompress(m), np.uint8).reshape(image.shape[:2]) for m in self.maps
        )
        return CaseView(image, reference, prediction, None, self.classes)


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


def _shown_slice(reference: np.ndarray, prediction: np.ndarray) -> int:
    """Slice along the last axis with most foreground, of the reference if it has any, else the middle one."""
    for labels in (reference, prediction):
        areas = ((labels > 0) & (labels != IGNORE)).sum(axis=(0, 1))
        if areas.max() > 0:
            return int(areas.argmax())
    return reference.shape[-1] // 2


def _small(picture: np.ndarray, longest: int, method: Image.Resampling) -> np.ndarray:
    height, width = picture.shape[:2]
    scale = longest / max(height, width)
    if scale >= 1:
        return np.ascontiguousarray(picture)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(Image.fromarray(np.ascontiguousarray(picture)).resize(size, method))


def view_case(case: dict[str, Any], image_key: str = "image", longest: int = 1024) -> CaseView:
    """Arrays for a picture of one evaluated case.

    A 2D image (`CWH`, as MONAI reads it) is shown upright. Of a volume (`CHWD`, right, anterior, superior) the slice
    along the last axis with most reference is shown, first axis to the right and second axis upwards.

    Args:
        case: ``image`` `CH[WD]`, ``label`` and ``pred`` (index map `1H[WD]` or one-hot `CH[WD]`); optionally
            ``probability`` (softmax `CH[WD]`, or of the foreground `1H[WD]`) and ``ignored`` (`1H[WD]`, nonzero where
            the reference says nothing, besides where it is ``IGNORE``).
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
    for name, array in (("label", reference), ("pred", prediction), ("probability", probability)):
        if array is not None and array.shape != image.shape[1:]:
            raise ValueError(f"'{name}' has the size {array.shape}, '{image_key}' {image.shape[1:]}; cannot show them.")
    channels = max(len(case["label"]), len(case["pred"]))
    highest = max(int(reference[reference != IGNORE].max(initial=0)), int(prediction.max(initial=0)))
    flat = image.ndim == 3
    index = None if flat else _shown_slice(reference, prediction)

    def display(array: np.ndarray) -> np.ndarray:
        # columns first becomes rows first; a volume's second axis points up
        return np.swapaxes(array, -1, -2) if flat else np.swapaxes(array[..., index], -1, -2)[..., ::-1, :]

    return CaseView(
        image=_small(to_rgb(display(image)), longest, Image.Resampling.LANCZOS),
        reference=_small(display(reference), longest, Image.Resampling.NEAREST),
        prediction=_small(display(prediction), longest, Image.Resampling.NEAREST),
        probability=None
        if probability is None
        else _small(
            np.round(np.clip(display(probability), 0, 1) * 255).astype(np.uint8), longest, Image.Resampling.BOX
        ),
        classes=max(channels, highest + 1, 2),
    )
