"""MNIST digits on sheets, so that the pipeline for photographs applies as it is."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

from bundle.benchmarking.draw_set import draw_set, drawing_settings
from bundle.benchmarking.prepare_once import prepare_once
from scripts.drawing.mask_folder import find_masked_images
from scripts.drawing.plan import DrawingPlan
from scripts.errors import DataError

__all__ = ["digit_sheet", "prepare_mnist"]

_PARTS = {"training": "x_train", "test": "x_test"}
_SHEETS = (20, 10)
_ROWS = 6
_SIDE = 56
#: Enlarged intensity above half the range, as the paper's masks at the first size (arXiv 2508.18186).
_THRESHOLD = 127.5
_CLASSES = {"digit": 255}


def prepare_mnist(
    data_root: Path, out: Path, quality: str, ratio: float | None, seed: int, *, sheets: tuple[int, int] = _SHEETS
) -> Path:
    """Lay out digits, chosen by the seed, on sheets of 6 x 6, and draw on their masks.

    Digits are enlarged twice: at 28 x 28 a stroke is 2 to 4 pixels wide, and errors of 2 pixels would be most of it. At
    twice that size it is 4 to 9 wide, about as the vessels of the other set, and the default error suits both.

    Args:
        data_root: folder with ``mnist.npz``.
        out: folder of the benchmark; gets the sheets of each seed too.
        quality: of the drawings, or "dense".
        ratio: area of the drawings over that of the digits; None: only the dense masks are looked at.
        seed: of the choice of digits and of the drawings.
        sheets: number of training and test sheets.

    Returns:
        The folder of the drawings and datalists.

    Raises:
        DataError: the file is missing or not that of MNIST.
    """
    folder = prepare_once(
        out / "sheets" / f"s{seed}",
        ("images", "masks"),
        lambda folder: _write_sheets(data_root / "mnist.npz", folder, seed, sheets),
    )
    cases = find_masked_images(folder / "images", folder / "masks")
    training, test = ([case for case in cases if case.stem.startswith(part)] for part in _PARTS)
    quality, ratio = drawing_settings(quality, ratio)
    return draw_set(training, test, out, DrawingPlan(_CLASSES, ratio, quality, seed))


def digit_sheet(digits: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A picture of digits in rows and its mask.

    Args:
        digits: uint8 (rows * rows, 28, 28).

    Returns:
        uint8 (H, W, 3) picture and uint8 (H, W) mask of 0 and 255.
    """
    rows = int(len(digits) ** 0.5)
    enlarged = [Image.fromarray(digit).resize((_SIDE, _SIDE), Image.Resampling.BILINEAR) for digit in digits]
    grey = np.block([[np.asarray(enlarged[rows * i + k]) for k in range(rows)] for i in range(rows)])
    mask = np.where(grey > _THRESHOLD, 255, 0).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=2), mask


def _write_sheets(source: Path, folder: Path, seed: int, sheets: tuple[int, int]) -> None:
    arrays = _read(source, sheets)
    rng = np.random.default_rng(seed)
    for kind in ("images", "masks"):
        (folder / kind).mkdir()
    for part, count in zip(_PARTS, sheets, strict=True):
        digits = arrays[part]
        chosen = rng.choice(len(digits), (count, _ROWS * _ROWS), replace=False)
        for number, indices in enumerate(chosen):
            image, mask = digit_sheet(digits[indices])
            Image.fromarray(image).save(folder / "images" / f"{part}{number:02d}.png")
            Image.fromarray(mask).save(folder / "masks" / f"{part}{number:02d}.png")


def _read(path: Path, sheets: tuple[int, int]) -> dict[str, np.ndarray]:
    advice = "Get it with `python -m bundle fetch mnist`, or name its folder with --data-root."
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {part: file[key] for part, key in _PARTS.items()}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        # numpy advises to load what is no archive without its safeguard
        why = "it is no archive of arrays (.npz)" if isinstance(error, ValueError) else error
        raise DataError(f"{path} cannot be read as MNIST: {why}. {advice}") from error
    for count, (part, array) in zip(sheets, arrays.items(), strict=True):
        if array.dtype != np.uint8 or array.shape[1:] != (28, 28) or len(array) < count * _ROWS * _ROWS:
            raise DataError(
                f"{path} holds {_PARTS[part]} of shape {array.shape} and type {array.dtype}, expected at least "
                f"{count * _ROWS * _ROWS} uint8 digits of 28 x 28. {advice}"
            )
    return arrays
