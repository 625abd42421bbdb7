"""Writes the drawings of a cell as a data set of nnU-Net, with an ignore label where nothing was drawn."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import nibabel as nib
import numpy as np
from monai.transforms import Compose, EnsureChannelFirstd, LoadImaged
from PIL import Image

from scripts.constants import IGNORE
from scripts.data import PhotographReader
from scripts.data.datalist import load_cases
from scripts.errors import DataError
from scripts.transforms import CheckImaged, LoadLabelMapd, ReferenceLabeld
from scripts.volumes import VolumeReader

__all__ = ["TEST_CASES", "write_dataset"]

#: File beside ``dataset.json``: the image of every test case by nnU-Net's name of it.
TEST_CASES = "test_cases.json"
# file ending, reader of nnU-Net, channels
_PICTURES = (".png", "NaturalImage2DIO", ("R", "G", "B"))
_VOLUMES = (".nii.gz", "NibabelIO", ("MR",))


def write_dataset(
    datalist: Path, folder: Path, classes: Sequence[str], tables: Mapping[str, Any], *, spatial_dims: int = 2
) -> None:
    """Write ``imagesTr``, ``labelsTr``, ``imagesTs`` and ``dataset.json``.

    A pixel has the class that was drawn there; with two classes, "not" one of them says the other. What remains, also
    "not" a class among several and what lies outside the field of view, is nnU-Net's ``ignore``, the value after the
    last class. That is what nnU-Net's documentation recommends for scribbles; no reading adds to the drawings.

    Args:
        datalist: with ``training`` and ``test``.
        folder: of the data set; created.
        classes: background first.
        tables: ``labels`` and ``dense_labels``, for a datalist without its own.
        spatial_dims: 2 for pictures, 3 for volumes.

    Raises:
        DataError: a case has no label, or cannot be read.
    """
    ending, reader, channels = _PICTURES if spatial_dims == 2 else _VOLUMES
    for name in ("imagesTr", "labelsTr", "imagesTs"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    read_image, read_label = _readers(classes, spatial_dims)
    training = load_cases(datalist, "training")
    for number, entry in enumerate(training):
        if entry.get("label") is None:
            raise DataError(f"{entry['image']}: has no drawing. nnU-Net is trained on drawings alone; draw on it.")
        case = read_label(read_image({**tables, **entry}))
        label = np.asarray(case["label"])[0]
        label = np.where(label == IGNORE, len(classes), label).astype(np.uint8)
        _write(folder / "imagesTr" / f"train_{number:04d}_0000{ending}", case["image"], np.asarray(case["image"]))
        _write(folder / "labelsTr" / f"train_{number:04d}{ending}", case["image"], label[None])
    test = {f"test_{number:04d}": entry for number, entry in enumerate(load_cases(datalist, "test"))}
    for name, entry in test.items():
        image = read_image({"image": entry["image"]})["image"]
        _write(folder / "imagesTs" / f"{name}_0000{ending}", image, np.asarray(image))
    content = {
        "channel_names": {str(k): channel for k, channel in enumerate(channels)},
        "labels": {**{name: k for k, name in enumerate(classes)}, "ignore": len(classes)},
        "numTraining": len(training),
        "file_ending": ending,
        "overwrite_image_reader_writer": reader,
    }
    _write_json(folder / TEST_CASES, {name: entry["image"] for name, entry in test.items()})
    _write_json(folder / "dataset.json", content)


def _readers(classes: Sequence[str], spatial_dims: int) -> tuple[Compose, Compose]:
    """The product's own: what is a photograph, and what a drawing says, is decided in one place."""
    reader = PhotographReader() if spatial_dims == 2 else VolumeReader()
    image = [LoadImaged("image", reader=reader), EnsureChannelFirstd("image"), CheckImaged("image")]
    # the reference of a drawn case is what was drawn, without any reading
    label = [LoadLabelMapd(["label", "field_of_view"], spatial_dims=spatial_dims), ReferenceLabeld(classes)]
    return Compose(image), Compose(label)


def _write(path: Path, image: Any, values: np.ndarray) -> None:
    """Write `CH[WD]`, x first, on the grid of the image; the folder is a try's own, so no file needs replacing."""
    if values.ndim == 3:
        picture = values.T.astype(np.uint8)
        Image.fromarray(np.ascontiguousarray(picture[..., 0] if len(values) == 1 else picture)).save(path)
    else:
        stored = values[0] if values.dtype == np.uint8 else values[0].astype(np.float32)
        nib.save(nib.Nifti1Image(stored, np.asarray(image.affine, dtype=np.float64)), path)


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
