"""Matrices that a run has learned, beside the true ones, from networks whose matrices are known."""

import json

import numpy as np
import pytest
import torch
from monai.bundle import ConfigParser
from PIL import Image
from tests_support import ROOT, write_volume_dataset

from bundle.benchmarking.estimated_matrix import estimated_matrix, run_matrices
from bundle.benchmarking.matrices import true_matrix
from scripts.errors import DataError, SettingError

SMALL = {"device": "cpu", "network_def#features": [4, 4, 4, 4, 4, 4], "patch_size": [64, 64], "reading": "sparse"}


def write_run(folder, data, change=lambda coupled: None, config="train", **settings):
    """The folder of a run on ``data`` that ended with a network that ``change`` was applied to."""
    parser = ConfigParser()
    parser.read_config(str(ROOT / "configs" / f"{config}.json"))
    for name, value in {**SMALL, "dataset_dir": str(data), "uncertainty": False, **settings}.items():
        parser[name] = value
    torch.manual_seed(0)
    coupled = parser.get_parsed_content("coupled")
    change(coupled)
    (folder / "checkpoints").mkdir(parents=True)
    torch.save({"model": coupled.state_dict()}, folder / "checkpoints" / "last.pt")
    # whether there are boxes to learn log variances from, a run finds out from its data
    parser["uncertainty"] = "$@train#dataset.boxed"
    (folder / "config.json").write_text(json.dumps({k: v for k, v in parser.get().items() if k != "_meta_"}))
    return folder


@pytest.fixture
def data(tiny_dataset):
    """Drawings of bands beside their dense masks, with wrong pixels in the first of them."""
    path, mask = (tiny_dataset / kind / "training0.png" for kind in ("drawings", "masks"))
    drawing = np.array(Image.open(path))
    drawing[:8, 10:40] = 1
    drawing[(np.asarray(Image.open(mask)) > 0) & (np.arange(72) < 20)] = 2
    Image.fromarray(drawing).save(path)
    for name in ("datalist.json", "datalist_dense.json"):
        content = json.loads((tiny_dataset / name).read_text())
        (tiny_dataset / name).write_text(json.dumps({**content, "dense_labels": {"background": 0, "vessel": 1}}))
    return tiny_dataset


def set_global(values):
    """Sets raw parameters of global matrices."""

    def change(coupled):
        for kind, raw in values.items():
            coupled.annotation.raw[kind].data = torch.tensor(raw).reshape(1, -1, 1, 1)

    return change


def binary(raw, diagonal=0.9):
    """[[1 - a, b], [a, 1 - b]] of three raw parameters."""
    start = np.log([1 - diagonal, 1 - diagonal, 2 * diagonal - 1])
    a, b, _ = np.exp(start + raw) / np.exp(start + raw).sum()
    return [[1 - a, b], [a, 1 - b]]


def test_a_shared_global_matrix_is_the_estimate(data, tmp_path):
    raw = [0.3, -0.8, 0.1]
    run = write_run(tmp_path / "run", data, set_global({"positive": raw}), annotation="global")
    matrices = run_matrices(run)
    assert np.allclose(matrices.estimated, binary(raw), atol=1e-6)
    assert np.allclose(matrices.true, true_matrix(data / "datalist.json", ["background", "vessel"]))
    assert matrices.true[0][1] > 0 and matrices.true[1][0] > 0
    assert estimated_matrix(run) == matrices.estimated


def test_both_have_the_drawn_class_in_the_rows(data, tmp_path):
    """An annotator who overlooks a third and invents nothing, as the network knows it."""
    run = write_run(tmp_path / "run", data, set_global({"positive": [-9.0, 1.79, 0.0]}), annotation="global")
    estimated = run_matrices(run).estimated
    assert estimated[0][1] > 0.3 and estimated[1][0] < 1e-3
    assert np.allclose(np.sum(estimated, axis=0), 1)


def test_each_pixel_has_the_matrix_of_its_kind_of_drawing(data, tmp_path):
    positive, negative = [1.0, 0.0, 0.0], [0.0, 1.5, 0.0]
    change = set_global({"positive": positive, "negative": negative})
    run = write_run(tmp_path / "run", data, change, annotation="global", share_matrices=False)
    matrices = run_matrices(run)
    first, second = np.array(binary(positive)), np.array(binary(negative))
    # all that is drawn as vessel is a positive drawing, all that is drawn as background a negative one
    share = np.array(matrices.true)[1]
    assert np.allclose(matrices.estimated, share * first + (1 - share) * second, atol=1e-6)


@pytest.mark.parametrize("annotation", ["trunk", "image"])
def test_matrices_per_pixel_are_averaged_over_labelled_pixels_by_true_class(data, tmp_path, annotation):
    def change(coupled):
        for parameter in coupled.annotation.parameters():
            torch.nn.init.normal_(parameter, std=0.5, generator=torch.Generator().manual_seed(1))

    run = write_run(tmp_path / "run", data, change, annotation=annotation, patch_size=[80, 80])
    estimated = np.array(run_matrices(run).estimated)
    assert np.allclose(estimated.sum(axis=0), 1, atol=1e-6)
    # with a = b the matrix would be symmetric; both columns differ from the start and from one another
    assert abs(estimated[1, 0] - 0.1) > 1e-3 and abs(estimated[0, 1] - estimated[1, 0]) > 1e-4
    assert estimated.tolist() == run_matrices(run).estimated


def test_patches_count_every_pixel_once(data, tmp_path):
    settings = {"annotation": "global"}
    whole = run_matrices(write_run(tmp_path / "whole", data, patch_size=[80, 80], **settings))
    parts = run_matrices(write_run(tmp_path / "parts", data, patch_size=[32, 32], **settings))
    assert np.allclose(whole.true, parts.true) and np.allclose(parts.estimated, [[0.9, 0.1], [0.1, 0.9]], atol=1e-6)


def test_what_a_reading_adds_counts_in_both(data, tmp_path):
    sparse = run_matrices(write_run(tmp_path / "sparse", data, annotation="global"))
    dense = run_matrices(write_run(tmp_path / "dense", data, annotation="global", reading="dense"))
    # everything undrawn of a band is then labelled background
    assert dense.true[0][1] > 0.5 > sparse.true[0][1]


def test_fewer_cases(data, tmp_path):
    run = write_run(tmp_path / "run", data, annotation="global")
    # the last three drawings have no wrong pixel, the first has; of two cases the ends are taken
    assert run_matrices(run, most_cases=2).true[0][1] > run_matrices(run).true[0][1] > 0


def test_volumes_of_several_classes(tmp_path):
    data = write_volume_dataset(tmp_path / "volumes")
    run = write_run(
        tmp_path / "run", data, config="volume/train", annotation="global", patch_size=[32, 32, 32], reading="support"
    )
    matrices = run_matrices(run, most_cases=1)
    expected = [[0.9, 0.1, 0.1], [0.05, 0.9, 0], [0.05, 0, 0.9]]
    assert np.allclose(matrices.estimated, expected, atol=0.06)
    assert np.allclose(np.sum(matrices.true, axis=0), 1)


def test_a_run_without_matrices_has_none(data, tmp_path):
    assert run_matrices(write_run(tmp_path / "run", data, annotation="none")) is None
    assert estimated_matrix(tmp_path / "run") is None


def test_a_missing_checkpoint_is_named(data, tmp_path):
    run = write_run(tmp_path / "run", data, annotation="global")
    (run / "checkpoints" / "last.pt").unlink()
    with pytest.raises(SettingError, match=r"last\.pt"):
        run_matrices(run)


def test_another_folder_is_refused(tmp_path):
    with pytest.raises(SettingError, match="not the folder of a run"):
        run_matrices(tmp_path)


def test_missing_masks_are_named(data, tmp_path):
    run = write_run(tmp_path / "run", data, annotation="global")
    (data / "datalist_dense.json").unlink()
    with pytest.raises(DataError, match=r"datalist_dense\.json"):
        run_matrices(run)
