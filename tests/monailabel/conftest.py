"""Exported bundles, and one MONAI Label server for each flavour that serves them to all tests."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import itk
import numpy as np
import pytest
from PIL import Image
from server_studies import (
    FUNDUS_LABELS,
    QUICK,
    VOLUME_LABELS,
    Case,
    fundus_cases,
    read_map,
    volume_cases,
    write_datalist,
    write_map,
)
from server_support import Server, running_server, server_python
from tests_support import ROOT, run_workflow

#: Added to a copy of the reader: what code of another version may do.
_ANOTHER_VERSION = """

_get_data = PhotographReader.get_data


def _get_negative(self, img):
    image, header = _get_data(self, img)
    return 255 - image, header


PhotographReader.get_data = _get_negative
"""


@pytest.fixture(scope="session", autouse=True)
def environment() -> None:
    """Skip all tests where the server's environment is missing."""
    if not server_python().exists():
        pytest.skip(f"there is no environment of the server at {server_python().parents[1]} (make monailabel)")


@pytest.fixture(scope="session")
def photographs(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Case]:
    """Small photographs with masks and drawings."""
    return fundus_cases(tmp_path_factory.mktemp("photographs"), _real_data(request, "les_av"))


@pytest.fixture(scope="session")
def volumes(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[Case]:
    """Small volumes with masks and drawings."""
    return volume_cases(tmp_path_factory.mktemp("volumes"), _real_data(request, "hippocampus"))


@pytest.fixture(scope="session")
def exported_fundus(photographs: list[Case], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An exported bundle whose model has seen little: patches of one photograph."""
    folder = tmp_path_factory.mktemp("fundus")
    write_datalist(folder / "datalist.json", photographs[:1], photographs[1:2], FUNDUS_LABELS)
    return _train_and_export("fundus", "train", folder, epochs=3)


@pytest.fixture(scope="session")
def exported_volume(volumes: list[Case], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As ``exported_fundus``, for volumes."""
    folder = tmp_path_factory.mktemp("volume")
    write_datalist(folder / "datalist.json", volumes[:4], volumes[4:5], VOLUME_LABELS)
    return _train_and_export("volume", "volume/train", folder, epochs=8)


@pytest.fixture(scope="session")
def another_fundus(exported_fundus: Path) -> Path:
    """The same bundle with another version of the code, which sees the negative of each photograph."""
    folder = exported_fundus.with_name("another")
    shutil.copytree(exported_fundus, folder)
    with (folder / "scripts" / "data" / "photograph_reader.py").open("a") as reader:
        reader.write(_ANOTHER_VERSION)
    return folder


@pytest.fixture(scope="session")
def studies(photographs: list[Case], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The photographs as a server's images, one more as JPEG and one that is higher than wide."""
    folder = tmp_path_factory.mktemp("studies")
    for case in photographs:
        shutil.copy(case.image, folder)
    picture = Image.open(photographs[0].image)
    picture.save(folder / "jpeg.jpg", quality=95)
    picture.crop((0, 0, 100, 144)).save(folder / "upright.png")
    return folder


@pytest.fixture(scope="session")
def volume_studies(volumes: list[Case], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The volumes as a server's images, one more oblique and left-handed, as NIfTI and as NRRD."""
    folder = tmp_path_factory.mktemp("volume_studies")
    for case in volumes:
        shutil.copy(case.image, folder)
    oblique = write_map(folder / "oblique.nii.gz", read_map(volumes[0].image), _oblique(), np.float32)
    itk.imwrite(itk.imread(oblique), folder / "scan.nrrd")
    return folder


@pytest.fixture(scope="session")
def server(
    exported_fundus: Path, another_fundus: Path, studies: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A server with two bundles for photographs; it scores only when it is asked to."""
    folder = tmp_path_factory.mktemp("server")
    with running_server([exported_fundus, another_fundus], studies, folder, "--no-scoring") as running:
        yield running


@pytest.fixture(scope="session")
def volume_server(
    exported_volume: Path, volume_studies: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A server with a bundle for volumes."""
    with running_server(
        [exported_volume], volume_studies, tmp_path_factory.mktemp("volume_server"), "--no-scoring"
    ) as running:
        yield running


@pytest.fixture
def fundus(exported_fundus: Path, tmp_path: Path) -> Iterator[Path]:
    """The served bundle for photographs; the test may train it, afterwards it is as before."""
    yield from _restored(exported_fundus, tmp_path)


@pytest.fixture
def volume(exported_volume: Path, tmp_path: Path) -> Iterator[Path]:
    """As ``fundus``, for volumes."""
    yield from _restored(exported_volume, tmp_path)


@pytest.fixture
def hand_in(server: Server) -> Iterator[Callable]:
    """Hands drawings in; afterwards the server has none."""
    yield from _labels_of(server)


@pytest.fixture
def hand_in_volumes(volume_server: Server) -> Iterator[Callable]:
    """As ``hand_in``, for volumes."""
    yield from _labels_of(volume_server)


def _labels_of(server: Server) -> Iterator[Callable]:
    named: list[str] = []

    def hand_in(image: str, label: Path) -> None:
        reply = server.save_label(image, label)
        assert reply.json() == {"image": image, "label": image}
        named.append(image)

    yield hand_in
    for image in named:
        server.request("DELETE", "/datastore/label", {"id": image, "tag": "final"}).json()


def _restored(bundle: Path, tmp_path: Path) -> Iterator[Path]:
    kept = tmp_path / "models"
    shutil.copytree(bundle / "models", kept)
    yield bundle
    shutil.rmtree(bundle / "models")
    # a copy with the time of now: a server reloads a model whose time has changed
    shutil.copytree(kept, bundle / "models", copy_function=shutil.copyfile)
    shutil.rmtree(bundle / "eval", ignore_errors=True)


def _train_and_export(flavour: str, config: str, folder: Path, epochs: int) -> Path:
    run_workflow(
        "training",
        config,
        bundle_root=folder / "trained",
        dataset_dir=str(folder),
        ckpt_dir=str(folder / "trained" / "models"),
        check="off",
        train__trainer__max_epochs=epochs,
        **{name.replace("#", "__"): value for name, value in QUICK[flavour].items()},
    )
    overlay = folder / "quick.json"
    overlay.write_text(json.dumps(QUICK[flavour]))
    command = [sys.executable, "-m", "bundle", "export", "--flavour", flavour, "--out", str(folder / flavour)]
    command += ["--model", str(folder / "trained" / "models" / "model.pt"), "--config_file", str(overlay)]
    result = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "OMP_NUM_THREADS": "1"}, capture_output=True, text=True
    )
    assert result.returncode == 0, f"{result.stdout[-3000:]}\n{result.stderr[-3000:]}"
    return folder / flavour


def _oblique() -> np.ndarray:
    """A grid that is turned about two axes and left-handed, with another voxel size along each axis."""
    (a, b), (c, d) = (np.cos([0.2, 0.3]), np.sin([0.2, 0.3]))
    turn = np.array([[a, -c, 0], [c, a, 0], [0, 0, 1]]) @ np.array([[1, 0, 0], [0, b, -d], [0, d, b]])
    affine = np.eye(4)
    affine[:3, :3] = turn @ np.diag([-1, 0.9, 1.1])
    affine[:3, 3] = 5, -7, 11
    return affine


def _real_data(request: pytest.FixtureRequest, name: str) -> Path | None:
    """A folder of real data, None where a test that needs it would be skipped."""
    try:
        return request.getfixturevalue(name)
    except pytest.skip.Exception:
        return None
