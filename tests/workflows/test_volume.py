"""Train, evaluate and infer on volumes on the command line, as a user does."""

import csv
import json

import nibabel as nib
import numpy as np
import pytest
import torch
from tests_support import VOLUME_AFFINE, BundleRun, run_workflow, write_volume_case, write_volume_dataset

from scripts.errors import root_user_error

SETTINGS = {"train__trainer__max_epochs": 8, "val_interval": 4, "patch_size": "[16,16,16]", "learning_rate": 0.01}
SMALL = {"train__trainer__max_epochs": 1, "patch_size": [16, 16, 16]}


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A bundle that was trained on a small data set, and that data set."""
    root = tmp_path_factory.mktemp("volume")
    run, data = BundleRun(root / "bundle"), write_volume_dataset(root / "data")
    result = run("training", "volume/train", dataset_dir=data, **SETTINGS)
    return run, data, result.stdout


def test_training_tells_where_everything_is(trained):
    run, _, output = trained
    assert "validation Dice" in output and "models/volume/model.pt" in output and "anterior" in output
    (folder,) = (run.folder / "eval" / "volume").glob("*_coupled_global_*")
    assert {p.name for p in folder.iterdir()} == {"checkpoints", "config.json", "pictures"}
    assert list((folder / "pictures").glob("validation_epoch_*.png"))


def test_the_model_has_a_record_of_what_it_needs(trained):
    run, _, _ = trained
    record = json.loads((run.folder / "models" / "volume" / "model.json").read_text())
    assert record["settings"] == {
        "classes": ["background", "anterior", "posterior"],
        "spacing": [1.0, 1.0, 1.0],
        "window": None,
    }
    assert 0 <= record["val_dice"] <= 1 and record["epoch"] in (4, 8)
    state = torch.load(run.folder / "models" / "volume" / "model.pt", weights_only=True)
    assert not [key for key in state if "annotation" in key or "segmentation" in key]


def test_evaluation_gives_a_table_per_class_in_millimetres_and_pictures(trained):
    run, data, _ = trained
    run("evaluating", "volume/train", "volume/evaluate", dataset_dir=data)
    folder = run.folder / "eval" / "volume" / "evaluation"
    rows = list(csv.DictReader((folder / "metrics.csv").open()))
    assert [row["case"] for row in rows] == ["test0", "test1", "mean", "median", "std"]
    for metric in ("val_dice", "val_iou", "val_nsd", "val_hd95", "val_sensitivity", "val_specificity"):
        for name in ("anterior", "posterior"):
            assert float(rows[0][f"{metric}[{name}]"]) >= 0
    assert list(folder.glob("worst_*.png")) and list(folder.glob("best_*.png"))


def test_inference_writes_masks_on_the_grid_of_each_source(trained, tmp_path):
    run, data, _ = trained
    run("inferring", "volume/inference", dataset_dir=data / "images", output_dir=tmp_path, save_probability=True)
    for path in (data / "images").glob("*.nii.gz"):
        name = path.name.removesuffix(".nii.gz")
        source, mask = nib.load(path), nib.load(tmp_path / f"{name}_seg.nii.gz")
        probability = nib.load(tmp_path / f"{name}_probability.nii.gz")
        assert mask.shape == probability.shape == source.shape
        assert np.array_equal(mask.affine, source.affine) and mask.get_data_dtype() == np.uint8
        assert set(np.unique(mask.dataobj)) <= {0, 1, 2}
        assert 0 <= np.min(probability.dataobj) and np.max(probability.dataobj) <= 1


def test_one_volume_stored_in_two_ways_gives_one_answer(trained, tmp_path):
    """Turned about: the array is flipped and its axes are permuted, the place in space is the same."""
    run, _, _ = trained
    write_volume_case(tmp_path, "upright", seed=4)
    source = nib.load(tmp_path / "images" / "upright.nii.gz")
    turned = source.as_reoriented(np.array([[2, 1], [0, -1], [1, 1]]))
    assert turned.shape != source.shape
    nib.save(turned, tmp_path / "images" / "turned.nii.gz")
    folder = tmp_path / "out"
    run_workflow(
        "inferring",
        "volume/inference",
        bundle_root=run.folder,
        dataset_dir=str(tmp_path / "images"),
        output_dir=str(folder),
    )
    masks = [nib.load(folder / f"{name}_seg.nii.gz") for name in ("upright", "turned")]
    assert np.allclose(masks[1].affine, turned.affine)
    again = masks[1].as_reoriented(
        nib.orientations.ornt_transform(
            nib.orientations.io_orientation(turned.affine), nib.orientations.io_orientation(source.affine)
        )
    )
    assert (np.asarray(again.dataobj) == np.asarray(masks[0].dataobj)).mean() > 0.999


@pytest.mark.parametrize(
    ("run_id", "configs"),
    [("training", ["train"]), ("evaluating", ["train", "evaluate"]), ("inferring", ["inference"])],
)
def test_a_model_of_another_spacing_is_refused(trained, run_id, configs):
    run, data, _ = trained
    before = (run.folder / "models" / "volume" / "model.pt").read_bytes()
    with pytest.raises(RuntimeError) as error:
        run_workflow(
            run_id,
            *[f"volume/{name}" for name in configs],
            bundle_root=run.folder,
            dataset_dir=str(data / "images" if run_id == "inferring" else data),
            spacing=[2.0, 2.0, 2.0],
        )
    assert 'Give --spacing "[1.0, 1.0, 1.0]"' in str(root_user_error(error.value))
    assert (run.folder / "models" / "volume" / "model.pt").read_bytes() == before


def flipped_label(data):
    path = data / "drawings" / "training1.nii.gz"
    label = nib.load(path)
    nib.save(nib.Nifti1Image(np.asarray(label.dataobj), label.affine @ np.diag([-1, 1, 1, 1])), path)
    return "training1.nii.gz"


def label_of_another_size(data):
    path = data / "drawings" / "training1.nii.gz"
    label = nib.load(path)
    nib.save(nib.Nifti1Image(np.asarray(label.dataobj)[:-2], label.affine), path)
    return "28 x 34 x 22"


def four_dimensions(data):
    values = np.random.default_rng(0).random((30, 34, 22, 3), dtype=np.float32)
    nib.save(nib.Nifti1Image(values, VOLUME_AFFINE), data / "images" / "training1.nii.gz")
    return "4D"


def not_finite(data):
    values = np.random.default_rng(0).random((30, 34, 22), dtype=np.float32)
    values[3, 4, 5] = np.nan
    nib.save(nib.Nifti1Image(values, VOLUME_AFFINE), data / "images" / "training1.nii.gz")
    return "NaN or infinite"


def truncated(data):
    path = data / "images" / "training1.nii.gz"
    path.write_bytes(path.read_bytes()[:2000])
    return "training1.nii.gz"


@pytest.mark.parametrize("damage", [flipped_label, label_of_another_size, four_dimensions, not_finite, truncated])
def test_damaged_volumes_are_named(damage, tiny_volumes, tmp_path):
    expected = damage(tiny_volumes)
    with pytest.raises(RuntimeError) as error:
        run_workflow("training", "volume/train", bundle_root=tmp_path, dataset_dir=str(tiny_volumes), **SMALL)
    message = str(root_user_error(error.value))
    assert expected in message and "training1.nii.gz" in message
    assert not (tmp_path / "models").exists()


def test_volumes_smaller_than_the_patch_are_padded(tiny_volumes, tmp_path):
    settings = {**SMALL, "patch_size": [48, 48, 48], "batch_size": 1}
    run_workflow("training", "volume/train", bundle_root=tmp_path, dataset_dir=str(tiny_volumes), **settings)
    assert (tmp_path / "models" / "volume" / "model.pt").is_file()


def test_an_item_that_a_server_adds_passes_through(trained):
    """A server puts the path of the image beside it, as a string."""
    run, data, _ = trained
    workflow = run_workflow(
        "inferring",
        "volume/inference",
        bundle_root=run.folder,
        dataset_dir=str(data / "images"),
        output_dir=str(run.folder / "again"),
    )
    path = str(data / "images" / "test0.nii.gz")
    case = workflow.parser.get_parsed_content("preprocessing")({"image": path, "image_path": path})
    assert case["image_path"] == path and case["image"].shape[0] == 1
