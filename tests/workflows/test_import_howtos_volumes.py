"""The how-to pages on importing volumes: each command runs, and gives what the page promises; DICOM series too."""

import json

import highdicom
import nibabel as nib
import numpy as np
import pydicom
import pytest
from click.testing import CliRunner
from highdicom.seg import Segmentation, SegmentDescription
from howto_support import SHORT, run_page
from monai.transforms import LoadImaged
from pydicom.sr.codedict import codes
from scipy.spatial.transform import Rotation
from tests_support import write_volume_case
from volume_drawings import LPS, painted, strokes, write_itk_snap, write_markup, write_segmentation
from volume_files import write_dicom_slice

from bundle.command_group import CommandGroup
from scripts.data import CaseDataset, load_cases
from scripts.volumes import VolumeReader

DRAWN, EMPTY, TRACED = ("p01", "p02", "p03", "p04"), "p05", ("p06", "p07", "p08", "p09")
SHORT_VOLUMES = {**SHORT, "patch_size": "[32,32,32]"}
# oblique, left-handed, anisotropic
AFFINE = np.eye(4)
AFFINE[:3, :3] = Rotation.from_euler("xyz", [8, -12, 15], degrees=True).as_matrix() @ np.diag([-0.9, 1.1, 1.4])
AFFINE[:3, 3] = [31, -12.5, 240]


@pytest.fixture
def mine(request, tmp_path):
    """A folder of volumes, real ones where these are there."""
    (tmp_path / "mine" / "images").mkdir(parents=True)
    try:
        real = request.getfixturevalue("hippocampus")
    except pytest.skip.Exception:
        real = None
    for number, name in enumerate((*DRAWN, EMPTY, *TRACED)):
        if real:
            volume = sorted((real / "images").glob("*.nii.gz"))[number]
            image = nib.load(volume)
            mask = np.asarray(nib.load(real / "labels" / volume.name).dataobj)
            array, affine = np.asarray(image.dataobj).astype(np.int16), image.affine
        else:
            write_volume_case(tmp_path / "generated", name, seed=number)
            array, mask = (
                np.asarray(nib.load(tmp_path / "generated" / kind / f"{name}.nii.gz").dataobj)
                for kind in ("images", "masks")
            )
            affine = AFFINE
        nib.save(nib.Nifti1Image(array, affine), tmp_path / "mine" / "images" / f"{name}.nii.gz")
        # not in a folder of the page
        nib.save(nib.Nifti1Image(mask.astype(np.uint8), affine), tmp_path / f"{name}_truth.nii.gz")
    return tmp_path / "mine"


def truth(mine, name):
    """Dense mask `HWD`, 1 anterior and 2 posterior, and the affine."""
    volume = nib.load(mine.parent / f"{name}_truth.nii.gz")
    return np.asarray(volume.dataobj), volume.affine


def circle(shape, affine):
    """Points (24, 3) on a circle in the lowest slice, RAS in mm, and the voxels inside, `HW` bool."""
    spacing = np.linalg.norm(affine[:3, :3], axis=0)[:2]
    centre = np.array(shape[:2]) // 2
    away = np.linalg.norm((np.indices(shape[:2]).T - centre) * spacing, axis=-1).T
    # half way between the distances of voxels, so that rounding changes nothing
    near = np.unique(away[(away > 4) & (away < 7)].round(6))
    widest = np.diff(near).argmax()
    radius = near[widest : widest + 2].mean()
    angles = np.arange(24) * np.pi / 12
    index = centre + radius * np.stack([np.cos(angles), np.sin(angles)], axis=1) / spacing
    points = np.column_stack([index, np.zeros(24), np.ones(24)]) @ affine.T
    return points[:, :3], away < radius


def read_label(path):
    return np.asarray(nib.load(path).dataobj)


def check_data_set(mine, drawn=DRAWN):
    """What both pages promise: drawings are trained on, complete masks are measured on, and a network comes of it."""
    datalist = json.loads((mine / "set" / "datalist.json").read_text())
    assert datalist["classes"] == ["background", "anterior", "posterior"]
    values = {"anterior": 1, "posterior": 2, "not anterior": 3, "not posterior": 4, "background": 5, "ignore": 255}
    assert datalist["labels"] == values
    assert [case["image"] for case in datalist["training"]] == [f"../images/{name}.nii.gz" for name in drawn]
    assert all(case["supervision"] == "coarse" for case in datalist["training"])
    measured = [*datalist["validation"], *datalist["test"]]
    assert (len(datalist["validation"]), len(datalist["test"])) == (2, 2)
    assert sorted(case["label"] for case in measured) == [f"masks/{name}_label.nii.gz" for name in TRACED]
    assert all(case["supervision"] == "dense" for case in measured)
    for name in TRACED:
        label = nib.load(mine / "set" / "masks" / f"{name}_label.nii.gz")
        mask, affine = truth(mine, name)
        assert np.array_equal(label.dataobj, mask)
        np.testing.assert_allclose(label.affine, affine, atol=1e-5)
    assert (mine / "check" / "report.html").stat().st_size > 10_000
    assert (mine / "models" / "model.pt").exists()
    return values


def test_3d_slicer(mine, tmp_path):
    drawings, expected = mine / "slicer", {}
    for name in DRAWN:
        mask, affine = truth(mine, name)
        parts = strokes(mask)
        layers = [parts]
        if name == "p02":
            # true, since what is posterior is not anterior
            parts["not anterior"] = parts["not anterior"] | parts["posterior"]
            layers = [parts, {"posterior": parts.pop("posterior")}]
        if name == "p03":
            contested = np.argwhere(parts["anterior"])[:5]
            layers = [parts, {"posterior": parts.pop("posterior")}]
            layers[1]["posterior"][tuple(contested.T)] = True
        write_segmentation(drawings / f"{name}.seg.nrrd", layers, affine)
        expected[name] = {part: where for layer in layers for part, where in layer.items()}
    points, inside = circle(mask.shape, affine)
    write_markup(drawings / "p04.mrk.json", "ClosedCurve", points, "background")
    expected["p04"]["background"][:, :, 0] |= inside
    write_segmentation(drawings / f"{EMPTY}.seg.nrrd", [{part: np.zeros((1, 1, 1)) > 0 for part in parts}], affine)
    for name in TRACED:
        mask, affine = truth(mine, name)
        write_segmentation(
            mine / "masks" / f"{name}.seg.nrrd", [{"anterior": mask == 1, "posterior": mask == 2}], affine
        )

    imported, checked, _ = run_page("import-3d-slicer", mine, tmp_path / "root", SHORT_VOLUMES)
    assert "4 new, 0 unchanged, 0 changed, 1 empty" in imported.output
    assert (
        f"nothing is marked on {EMPTY}" in imported.output and "5 pixels are marked as two classes" in imported.output
    )
    assert "training 4, validation 2, test 2, unlabelled 1" in imported.output
    assert "error" not in checked.output
    values = check_data_set(mine)
    for name, parts in expected.items():
        order = ("not anterior", "background", "anterior", "posterior")
        label = painted({part: parts[part] for part in order}, values)
        label[parts["anterior"] & parts["posterior"]] = 255
        assert np.array_equal(read_label(mine / "set" / "labels" / f"{name}_label.nii.gz"), label), name
    assert (read_label(mine / "set" / "labels" / "p03_label.nii.gz") == 255).sum() == 5


def test_itk_snap(mine, tmp_path):
    names = {"posterior": 1, "anterior": 2, "not anterior": 3, "not posterior": 4, "background": 9}
    drawn = {}
    for name in (*DRAWN, EMPTY):
        mask, affine = truth(mine, name)
        drawn[name] = strokes(mask)
        write_itk_snap(mine / "itksnap", name, painted(drawn[name], names), affine, names)
    for name in TRACED:
        mask, affine = truth(mine, name)
        # another order than in the drawings
        write_itk_snap(mine / "masks", name, np.array([0, 3, 7])[mask], affine, {"anterior": 3, "posterior": 7})
    lists = dict.fromkeys((*DRAWN, EMPTY), "training") | dict(zip(TRACED, ["validation", "test"] * 2))
    rows = [f"{name}.nii.gz,{name.replace('p', 'patient ')},{where}" for name, where in lists.items()]
    (mine / "subjects.csv").write_text("\n".join(["image,subject,split", *rows]) + "\n")

    imported, checked, _ = run_page("import-itk-snap", mine, tmp_path / "root", SHORT_VOLUMES)
    assert "5 new" in imported.output and "training 5, validation 2, test 2, unlabelled 0" in imported.output
    assert "each image counts as a subject" not in imported.output
    values = check_data_set(mine, (*DRAWN, EMPTY))
    datalist = json.loads((mine / "set" / "datalist.json").read_text())
    assert [case["subject"] for case in datalist["test"]] == ["patient 07", "patient 09"]
    for name, parts in drawn.items():
        label = read_label(mine / "set" / "labels" / f"{name}_label.nii.gz")
        assert np.array_equal(label, painted(parts, values)), name


def run_import(mine, annotations, *options):
    """In this process, which takes a fraction of the time."""
    folders = ["--images", mine / "images", "--annotations", annotations, "--out", mine / "set"]
    result = CliRunner().invoke(CommandGroup("bundle"), ["import", *map(str, [*folders, *options])])
    return result.exit_code, result.output


def test_regions_of_interest_of_3d_slicer_are_boxes(mine):
    """A box of 3D Slicer is a centre, axes and sizes in mm; in the datalist it is corners between voxels."""
    mask, affine = truth(mine, "p01")
    for value, name, file in ((1, "anterior", "p01_roi_1"), (2, "posterior", "p01/R_1")):
        places = np.argwhere(mask == value)
        low, high = places.min(axis=0), places.max(axis=0) + 1
        centre = (affine @ [*((low + high) / 2 - 0.5), 1])[:3]
        sides = LPS[:3, :3] @ affine[:3, :3]
        lengths = np.linalg.norm(sides, axis=0)
        write_markup(
            mine / "boxes" / f"{file}.mrk.json",
            "ROI",
            [centre],
            name,
            roiType="Box",
            center=(LPS[:3, :3] @ centre).tolist(),
            size=((high - low) * lengths).tolist(),
            orientation=(sides / lengths).ravel().tolist(),
        )
    code, output = run_import(
        mine, mine / "boxes", "--class", "anterior", "--class", "posterior", "--yes", "--validation", 0
    )
    assert code == 0, output
    [case] = load_cases(mine / "set" / "datalist.json", "training")
    found = {box["class"]: box["box"] for box in case["boxes"]}
    for value, name in ((1, "anterior"), (2, "posterior")):
        places = np.argwhere(mask == value)
        assert found[name] == pytest.approx([*places.min(axis=0), *(places.max(axis=0) + 1)], abs=0.01)


def test_a_segment_without_a_name_is_not_guessed(mine):
    mask, affine = truth(mine, "p01")
    write_segmentation(mine / "slicer" / "p01.seg.nrrd", [{"Segment_1": mask == 1}], affine)
    code, output = run_import(
        mine, mine / "slicer", "--class", "anterior", "--class", "posterior", "--yes", "--validation", 0
    )
    assert code == 2 and '"Segment_1"' in output and "--write-rules" in output
    assert not (mine / "set").exists()


SERIES_SHAPE = (24, 20, 9)
SERIES_AFFINE = np.array([[-0.8, 0, 0, 10], [0, -0.8, 0, 20], [0, 0, 2.5, -30], [0, 0, 0, 1]])


def write_series(folder, number):
    """A CT series of noise as a scanner exports it, and its slices from below."""
    array = np.random.default_rng(number).integers(-100, 300, SERIES_SHAPE)
    lps = LPS @ SERIES_AFFINE
    stated = {
        "0020|0052": f"1.2.3.4.{number}",
        "0008|0020": "20240101",
        "0008|0030": "120000",
        "0008|0050": "1",
        "0008|0090": "B^C",
        "0010|0010": "A^B",
        "0010|0020": str(number),
        "0010|0030": "19700101",
        "0010|0040": "O",
        "0018|0050": "2.5",
        "0020|0010": "1",
        "0020|0011": "1",
    }
    spacing = np.linalg.norm(lps[:3, :2], axis=0)
    slices = []
    for k in range(SERIES_SHAPE[2]):
        position = (lps @ [0, 0, k, 1])[:3]
        path = folder / f"IM{k * 7 % 100:03d}"
        write_dicom_slice(path.with_suffix(".dcm"), array[:, :, k], position, spacing=spacing, series=f"1.2.{number}")
        data = pydicom.dcmread(path.with_suffix(".dcm"))
        for tag, value in stated.items():
            key = tuple(int(part, 16) for part in tag.split("|"))
            data.add_new(key, pydicom.datadict.dictionary_VR(key), value)
        data.save_as(path.with_suffix(".dcm"))
        slices.append(data)
    return slices


def write_seg(path, slices, parts):
    """A DICOM segmentation of strokes `HWD` by name."""
    path.parent.mkdir(exist_ok=True)
    described = [
        SegmentDescription(
            number,
            name,
            codes.cid7150.Tissue,
            codes.cid7166.ConnectiveTissue,
            highdicom.seg.SegmentAlgorithmTypeValues.MANUAL,
        )
        for number, name in enumerate(parts, 1)
    ]
    pixels = np.stack(list(parts.values())).transpose(3, 2, 1, 0).astype(np.uint8)
    uids = highdicom.UID(), 1, highdicom.UID(), 1
    Segmentation(slices, pixels, "BINARY", described, *uids, "Maker", "Model", "1", "1").save_as(path)


def test_dicom_series_with_dicom_segmentations_can_be_trained_on(tmp_path):
    """A segmentation names its series, whatever its own name is; one of 3D Slicer has the name of the folder."""
    mine, drawn = tmp_path / "mine", {}
    for number, name in enumerate(("p01", "p02", "p03")):
        slices = write_series(mine / "images" / name, number)
        mask = np.zeros(SERIES_SHAPE, dtype=np.uint8)
        mask[5 + number : 15, 4:14, 1:8] = 1
        parts = {"liver": strokes(mask)["anterior"], "not liver": strokes(mask)["background"]}
        if name == "p03":
            parts = {"liver": mask == 1}
        if name == "p02":
            write_segmentation(mine / "seg" / "p02.seg.nrrd", [parts], SERIES_AFFINE)
        else:
            write_seg(mine / ("masks" if name == "p03" else "seg") / f"export{9 - number}.dcm", slices, parts)
        drawn[name] = parts
    code, output = run_import(mine, mine / "seg", "--class", "liver", "--validation", 0, "--yes")
    assert code == 0, output
    code, output = run_import(mine, mine / "masks", "--dense", "--validation", 1)
    assert code == 0, output

    datalist = json.loads((mine / "set" / "datalist.json").read_text())
    load = LoadImaged(["image", "label"], reader=VolumeReader())
    for section, names in (("training", ["p01", "p02"]), ("validation", ["p03"])):
        cases = load_cases(mine / "set" / "datalist.json", section)
        assert [case["image"] for case in cases] == [str(mine / "images" / name) for name in names]
        dataset = CaseDataset(
            cases,
            load,
            datalist["classes"],
            labels=datalist["labels"],
            dense_labels=datalist["dense_labels"],
            training=section == "training",
            spatial_dims=3,
            progress=False,
        )
        values = datalist["labels" if section == "training" else "dense_labels"]
        for name, item in zip(names, dataset, strict=True):
            label = np.asarray(item["label"])
            assert np.array_equal(label, painted(drawn[name], values)), name
            assert np.asarray(item["image"]).shape == SERIES_SHAPE
