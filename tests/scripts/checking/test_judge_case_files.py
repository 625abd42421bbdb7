"""Endings, a label that is the image, images smaller than a patch."""

import numpy as np
import pytest
import torch
from monai.data import MetaTensor
from monai.transforms import Orientation

from scripts.checking.finding import Finding
from scripts.checking.judge_case_files import judge_extension, judge_patch_size, judge_same_file
from scripts.checking.record import CaseRecord, ImageFacts, LabelFacts
from scripts.checking.settings import CheckSettings
from scripts.transforms import ResampleSpacingd


def record(image, label=None, section="training"):
    return CaseRecord("training[3]", section, "coarse", image, label)


def settings(spatial_dims=2, **values):
    return CheckSettings(["background", "vessel"], {}, {}, spatial_dims=spatial_dims, **values)


@pytest.mark.parametrize(
    ("name", "file_format"),
    [
        ("a.png", "PNG"),
        ("a.JPG", "JPEG"),
        ("a.jpeg", "JPEG"),
        ("a.jpg", "MPO"),
        ("a.tif", "TIFF"),
        ("a.nii.gz", "NIfTI"),
        ("a.nii", "NIfTI"),
        ("a.nhdr", "NRRD"),
        ("a.mhd", "MetaImage"),
        ("series.01", "DICOM"),
        ("a.xyz", "a format that is not known here"),
        ("missing.png", ""),
    ],
)
def test_an_ending_that_fits(name, file_format):
    image = ImageFacts(f"/d/{name}", file_format=file_format)
    assert judge_extension(record(image, LabelFacts(f"/d/{name}", file_format=file_format))) == []


@pytest.mark.parametrize(
    ("name", "file_format", "came", "expected"),
    [
        ("a.png", "JPEG", "its name ends in .png", "Expected .jpg or .jpeg"),
        ("a.jpg", "PNG", "its name ends in .jpg", "Expected .png, since"),
        ("a.nii", "gzip", "its name ends in .nii", "Expected .gz, since"),
        ("a.nrrd", "NIfTI", "its name ends in .nrrd", "Expected .nii or .nii.gz"),
        ("a", "PNG", "its name has no ending", "Expected .png, since"),
    ],
)
def test_an_ending_that_does_not_fit(name, file_format, came, expected):
    (finding,) = judge_extension(record(ImageFacts(f"/d/{name}", file_format=file_format)))
    assert (finding.check, finding.where, finding.file) == ("file-extension", "training[3]", f"/d/{name}")
    assert f"/d/{name}: the image is a {file_format} file by its content, but {came}. {expected}" in finding.message


def test_image_and_label_are_judged_on_their_own():
    found = judge_extension(
        record(ImageFacts("/d/a.png", file_format="JPEG"), LabelFacts("/d/b.png", file_format="JPEG"))
    )
    assert [finding.file for finding in found] == ["/d/a.png", "/d/b.png"]
    assert "the label map is a JPEG file" in found[1].message


def test_a_label_that_is_the_image():
    (by_path,) = judge_same_file(record(ImageFacts("/d/a.png"), LabelFacts("/d/x/../a.png")))
    assert (by_path.check, by_path.severity) == ("label-is-image", "error")
    assert "the datalist names the image itself as its label" in by_path.message
    (by_content,) = judge_same_file(record(ImageFacts("/d/a.png", sha256="ab"), LabelFacts("/d/b.png", sha256="ab")))
    assert by_content.message.startswith("/d/b.png: the label is byte by byte the same file as its image /d/a.png")


def test_a_label_of_its_own():
    assert judge_same_file(record(ImageFacts("/d/a.png", sha256="ab"), LabelFacts("/d/b.png", sha256="cd"))) == []
    assert judge_same_file(record(ImageFacts("/d/a.png"), LabelFacts("/d/b.png"))) == []  # neither could be read
    assert judge_same_file(record(ImageFacts("/d/a.png", sha256="ab"))) == []


def test_the_ending_of_a_label_that_is_lossy_is_not_worth_saying():
    case = record(ImageFacts("/d/a.png", file_format="PNG"), LabelFacts("/d/b.png", file_format="JPEG"))
    assert len(judge_extension(case)) == 1
    case.findings.append(Finding("label-lossy", "", "training[3]", "/d/b.png"))
    assert judge_extension(case) == []


def test_a_picture_of_the_size_of_a_patch():
    assert judge_patch_size(record(ImageFacts("/d/a.png", size=[96, 64])), settings(patch_size=[96, 64])) == []


@pytest.mark.parametrize("size", [[95, 64], [96, 52], [300, 52]])
def test_a_picture_that_fills_nearly_all_of_a_patch(size):
    assert judge_patch_size(record(ImageFacts("/d/a.png", size=size)), settings(patch_size=[96, 64])) == []


@pytest.mark.parametrize("size", [[76, 64], [96, 51], [86, 57]])
def test_a_picture_that_leaves_a_fifth_of_a_patch_empty(size):
    (finding,) = judge_patch_size(record(ImageFacts("/d/a.png", size=size)), settings(patch_size=[96, 64]))
    assert finding.check == "patch-size"
    assert f"/d/a.png: the image measures {size[0]} x {size[1]} pixels, but patches of 96 x 64" in finding.message
    assert "zeros that have no label" in finding.message


def test_nothing_is_said_of_unknown_sizes_and_of_cases_that_are_not_cut():
    small = ImageFacts("/d/a.png", size=[8, 8])
    assert judge_patch_size(record(ImageFacts("/d/a.png")), settings(patch_size=[96, 96])) == []
    assert judge_patch_size(record(small), settings()) == []
    assert judge_patch_size(record(small, section="validation"), settings(patch_size=[96, 96])) == []


def test_a_volume_is_compared_along_its_anatomical_axes():
    volume = ImageFacts("/d/a.nii.gz", size=[20, 50, 60], spacing=[1, 1, 1], orientation="PSR")  # R, A, S: 60, 20, 50
    assert judge_patch_size(record(volume), settings(3, patch_size=[60, 20, 50])) == []
    (finding,) = judge_patch_size(record(volume), settings(3, patch_size=[60, 26, 50]))
    assert "measures 60 x 20 x 50 voxels to the right, front and up, but patches of 60 x 26 x 50" in finding.message


def test_a_volume_is_compared_as_it_is_resampled():
    # (11 - 1) * 6 / 2 + 1 = 31
    volume = ImageFacts("/d/a.nii.gz", size=[64, 64, 11], spacing=[1, 1, 6], orientation="RAS")
    assert judge_patch_size(record(volume), settings(3, patch_size=[32, 32, 31], spacing=[2, 2, 2])) == []
    (finding,) = judge_patch_size(record(volume), settings(3, patch_size=[32, 32, 39], spacing=[2, 2, 2]))
    assert "measures 32 x 32 x 31 voxels to the right, front and up, once it is resampled to 2 x 2 x 2 mm" in (
        finding.message
    )


@pytest.mark.parametrize("orientation", ["RAS", "LPS", "PIR"])
def test_the_size_is_that_of_the_transforms(orientation):
    size, sides = [7, 12, 9], [1.3, 0.7, 3.1]
    starts = [[axes for axes in ("LR", "PA", "IS") if letter in axes][0] for letter in orientation]
    affine = np.zeros((4, 4))
    affine[3, 3] = 1
    for axis, (letter, axes) in enumerate(zip(orientation, starts)):
        affine[("LR", "PA", "IS").index(axes), axis] = sides[axis] * (1 if letter == axes[1] else -1)
    image = MetaTensor(torch.zeros(1, *size), affine=torch.tensor(affine))
    turned = Orientation("RAS", labels=(("L", "R"), ("P", "A"), ("I", "S")))(image)
    trained = ResampleSpacingd("image", [1.1, 0.9, 1.7])({"image": turned})["image"].shape[1:]
    facts = ImageFacts("/d/a.nrrd", size=size, spacing=sides, orientation=orientation)
    large = settings(3, patch_size=[96, 96, 96], spacing=[1.1, 0.9, 1.7])
    (finding,) = judge_patch_size(record(facts), large)
    assert f"measures {' x '.join(map(str, trained))} voxels" in finding.message


def test_nothing_is_said_of_volumes_whose_axes_or_voxels_are_unknown():
    wanted = settings(3, patch_size=[96, 96, 96], spacing=[1, 1, 1])
    assert judge_patch_size(record(ImageFacts("/d/a.nrrd", size=[8, 8, 8], spacing=[1, 1, 1])), wanted) == []
    assert judge_patch_size(record(ImageFacts("/d/a.nrrd", size=[8, 8, 8], orientation="RAS")), wanted) == []
