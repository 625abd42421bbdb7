"""Tiny data sets in the layout of those that methods are compared on."""

from __future__ import annotations

from pathlib import Path

import nibabel as nib
import numpy as np
from PIL import Image


def write_png(path: Path, values: np.ndarray) -> None:
    """A picture, with its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(values).save(path)


def write_bar(folder: Path, names: dict[str, str], number: int, size: tuple[int, int] = (40, 48)) -> None:
    """An image with a bright bar, its mask of 0 and 255, and its field of view.

    Args:
        folder: where to.
        names: folder of "image", "mask" and perhaps "view".
        number: of the case; the bar's place.
        size: height and width.
    """
    mask = np.zeros(size, dtype=np.uint8)
    mask[8 + number % 20 : 14 + number % 20, 6:40] = 255
    write_png(folder / names["image"] / f"{number:02d}.png", np.repeat(mask[..., None] // 2 + 60, 3, axis=2))
    write_png(folder / names["mask"] / f"{number:02d}.png", mask)
    if "view" in names:
        write_png(folder / names["view"] / f"{number:02d}.png", np.full(size, 255, dtype=np.uint8))


def write_mnist(folder: Path) -> None:
    """``mnist.npz`` with as few digits as suffice; most are blank, so that drawing is quick."""
    folder.mkdir(parents=True, exist_ok=True)
    arrays = {}
    for part, count in (("train", 800), ("test", 400)):
        digits = np.zeros((count, 28, 28), dtype=np.uint8)
        digits[::4, 6:22, 12:16] = 250
        digits[1::4, 10:14, 6:22] = 200
        arrays |= {f"x_{part}": digits, f"y_{part}": np.arange(count, dtype=np.uint8) % 10}
    np.savez_compressed(folder / "mnist.npz", **arrays)


def write_camvid(folder: Path) -> None:
    """``train`` and ``test`` with images and masks, every value from 0 sky to 11 void."""
    for part, count in (("train", 4), ("test", 3)):
        for number in range(count):
            mask = np.repeat(np.arange(12, dtype=np.uint8), 4)[None].repeat(40, axis=0)
            mask = np.roll(mask, 4 * number, axis=1)
            write_png(folder / part / "images" / f"{part}{number}.png", np.repeat(20 * mask[..., None], 3, axis=2))
            write_png(folder / part / "masks" / f"{part}{number}.png", mask)


def write_cityscapes(folder: Path) -> None:
    """``leftImg8bit``, ``gtFine`` and ``gtCoarse`` of two cities; only training cases have coarse polygons.

    The left half is road (7), the right one car (26), the upper rows are unlabeled (0) and the lowest ego vehicle (1).
    Polygons leave the middle out and run one row into what is unlabeled.
    """
    fine = np.full((24, 32), 7, dtype=np.uint8)
    fine[:, 16:] = 26
    fine[:4], fine[-2:] = 0, 1
    coarse = np.zeros_like(fine)
    coarse[3:20, 2:12], coarse[4:20, 18:30], coarse[-2:] = 7, 26, 1
    for part, city, count in (("train", "aachen", 2), ("train", "bochum", 2), ("val", "frankfurt", 2)):
        for number in range(count):
            stem = f"{city}_000000_{number:06d}"
            image = np.repeat((4 * fine + number)[..., None], 3, axis=2)
            write_png(folder / "leftImg8bit" / part / city / f"{stem}_leftImg8bit.png", image)
            write_png(folder / "gtFine" / part / city / f"{stem}_gtFine_labelIds.png", fine)
            if part == "train":
                write_png(folder / "gtCoarse" / part / city / f"{stem}_gtCoarse_labelIds.png", coarse)


def write_hippocampus(folder: Path, count: int) -> None:
    """``images`` and ``labels``: a bright block in two halves, 1 and 2."""
    for number in range(count):
        label = np.zeros((16, 18, 16), dtype=np.uint8)
        label[5:11, 4:9, 5:11], label[5:11, 9:14, 5:11] = 1, 2
        for name, values in (("images", 100.0 * label + number), ("labels", label)):
            (folder / name).mkdir(parents=True, exist_ok=True)
            array = values.astype(np.float32 if name == "images" else np.uint8)
            nib.save(nib.Nifti1Image(array, np.eye(4)), folder / name / f"hippocampus_{number:03d}.nii.gz")
