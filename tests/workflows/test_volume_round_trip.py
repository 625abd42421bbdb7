"""A segmentation overlays the file that it was made from, through all that the configs do to a volume in between."""

import nibabel as nib
import numpy as np
import pytest
import torch
from monai.data import DataLoader, Dataset, decollate_batch
from monai.transforms import (
    AsDiscreted,
    Compose,
    CropForegroundd,
    EnsureChannelFirstd,
    Invertd,
    LoadImaged,
    NormalizeIntensityd,
    Orientationd,
)
from nibabel.orientations import aff2axcodes
from scipy.spatial.transform import Rotation
from volume_files import write_dicom_series, write_volume

from scripts.data import list_volumes
from scripts.transforms import MatchGridd, ResampleSpacingd, SaveProbabilityd, SaveVolumed, ScaleVolumeIntensityd
from scripts.volumes import VolumeReader, grid_difference, read_grid

SHAPE = (34, 28, 18)
AXES = (("L", "R"), ("P", "A"), ("I", "S"))


def grid(order, signs, spacing):
    """An oblique affine whose array axes lead along the given patient axes."""
    affine = np.eye(4)
    turn = Rotation.from_euler("xyz", [8, -12, 15], degrees=True).as_matrix()
    affine[:3, :3] = turn @ (np.eye(3)[:, order] * signs) * spacing
    affine[:3, 3] = [31, -12.5, 240]
    return affine


LEFT_HANDED = grid([0, 1, 2], [-1, 1, 1], [0.9, 1.1, 2.2])
PERMUTED = grid([2, 0, 1], [1, -1, 1], [1.2, 0.8, 1.7])
AXIAL = grid([0, 1, 2], [-1, -1, 1], [0.9, 1.1, 2.2])


def scan(affine):
    """A bright, lopsided body in a grey one in the dark; both `HWD`, the bright one as a mask too."""
    index = np.stack(np.meshgrid(*map(np.arange, SHAPE), indexing="ij"), axis=-1)
    mm = (index - np.array([18, 13, 8])) @ affine[:3, :3].T
    grey = np.linalg.norm(mm / [13, 11.5, 12], axis=-1) < 1
    bright = (np.linalg.norm(mm / [9, 7, 8], axis=-1) < 1) & (mm[..., 0] + mm[..., 1] < 5)
    return (600 * grey + 800 * bright).astype(np.int16), bright


def write(folder, kind, image, affine):
    folder.mkdir()
    if kind == "dicom":
        write_dicom_series(folder / "case", image, affine)
    else:
        write_volume(folder / f"case.{kind}", image, affine)
    return list_volumes(folder)


def bright_enough(image):
    return image > 0.02


def preprocessing(spacing, window):
    """As in the configs."""
    return Compose(
        [
            LoadImaged("image", reader=VolumeReader()),
            EnsureChannelFirstd("image"),
            Orientationd("image", axcodes="RAS", labels=AXES),
            ResampleSpacingd("image", spacing),
            ScaleVolumeIntensityd("image", window),
            CropForegroundd("image", source_key="image", select_fn=bright_enough, margin=2, allow_smaller=True),
            NormalizeIntensityd("image"),
        ]
    )


def segment(cases, chain, folder):
    """Preprocess, call the brightest foreground, go back, save; the processed image is given back."""
    (batch,) = DataLoader(Dataset(cases, chain), batch_size=1)
    image = batch["image"]
    middle = (image.min() + image.max()) / 2 + 0.2 * (image.max() - image.min())
    foreground = torch.sigmoid(20 * (image - middle))
    batch["pred"] = torch.cat([1 - foreground, foreground], dim=1)
    postprocessing = Compose(
        [
            Invertd("pred", chain, orig_keys="image", nearest_interp=False),
            SaveProbabilityd("pred", 1, str(folder), spatial_dims=3),
            AsDiscreted("pred", argmax=True),
            SaveVolumed("pred", str(folder)),
        ]
    )
    for case in decollate_batch(batch):
        postprocessing(case)
    return image[0]


def dice(first, second):
    return 2 * (first & second).sum() / (first.sum() + second.sum())


@pytest.mark.parametrize("spacing", [None, [1.0, 1.0, 1.0], [1.3, 1.3, 1.5]], ids=["own", "finer", "mixed"])
@pytest.mark.parametrize(
    ("kind", "affine"),
    [
        ("nii.gz", LEFT_HANDED),
        ("nii", PERMUTED),
        ("nrrd", LEFT_HANDED),
        ("nrrd", PERMUTED),
        ("mha", LEFT_HANDED),
        ("mha", PERMUTED),
        ("dicom", AXIAL),
    ],
    ids=["NIfTI", "NIfTI permuted", "NRRD", "NRRD permuted", "MetaImage", "MetaImage permuted", "DICOM"],
)
@pytest.mark.parametrize("window", [None, [100, 1500]], ids=["percentiles", "window"])
def test_the_segmentation_overlays_its_source(tmp_path, kind, affine, spacing, window):
    image, bright = scan(affine)
    cases = write(tmp_path / "images", kind, image, affine)
    processed = segment(cases, preprocessing(spacing, window), tmp_path / "out")
    assert aff2axcodes(processed.affine.numpy()) == ("R", "A", "S")
    assert processed[0].numel() < image.size or spacing is not None
    suffix = {"nrrd": "nrrd", "mha": "mha"}.get(kind, "nii.gz")
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == [f"case_probability.{suffix}", f"case_seg.{suffix}"]
    result, source = tmp_path / "out" / f"case_seg.{suffix}", cases[0]["image"]
    assert grid_difference(read_grid(result), read_grid(source)) == ""
    assert aff2axcodes(read_grid(result).affine) == aff2axcodes(affine)
    reader = VolumeReader()
    found, _ = reader.get_data(reader.read(result))
    assert found.dtype == np.uint8
    if spacing is None:
        assert np.array_equal(found, bright)
    else:
        assert dice(found == 1, bright) > 0.95
    probability, _ = reader.get_data(reader.read(tmp_path / "out" / f"case_probability.{suffix}"))
    assert probability.dtype == np.float32 and 0 <= probability.min() and probability.max() <= 1
    assert dice(probability > 0.5, found == 1) > 0.99


@pytest.mark.parametrize("affine", [LEFT_HANDED, PERMUTED])
@pytest.mark.parametrize("spacing", [None, [1.0, 1.0, 1.0]])
def test_a_label_map_follows_its_image(tmp_path, affine, spacing):
    """The drawn object lies on the bright voxels of the processed image."""
    image, bright = scan(affine)
    write_volume(tmp_path / "image.nii.gz", image, affine)
    write_volume(tmp_path / "label.nrrd", bright.astype(np.uint8), affine)
    case = {"image": str(tmp_path / "image.nii.gz"), "label": str(tmp_path / "label.nrrd")}
    case = LoadImaged("label", reader=VolumeReader())(case)
    case = EnsureChannelFirstd("label")(case)
    case = MatchGridd("label")(preprocessing(spacing, None)(case))
    assert case["label"].shape == case["image"].shape
    assert torch.allclose(case["label"].affine, case["image"].affine)
    brightness, label = case["image"][0].numpy(), case["label"][0].numpy() == 1
    middle = 0.7 * brightness.max() + 0.3 * brightness.min()
    assert dice(brightness > middle, label) > (0.95 if spacing else 0.9999)


def test_a_header_of_the_source_is_that_of_the_result(tmp_path):
    image, _ = scan(LEFT_HANDED)
    source = nib.Nifti1Image(image, LEFT_HANDED)
    source.set_sform(LEFT_HANDED, code="mni")
    source.header["descrip"] = b"scanner 7"
    (tmp_path / "images").mkdir()
    nib.save(source, tmp_path / "images" / "case.nii.gz")
    segment(list_volumes(tmp_path / "images"), preprocessing([1.0, 1.0, 1.0], None), tmp_path)
    result = nib.load(tmp_path / "case_seg.nii.gz")
    assert np.array_equal(result.affine, nib.load(tmp_path / "images" / "case.nii.gz").affine)
    assert int(result.header["sform_code"]) == 4 and result.header["descrip"] == b"scanner 7"
