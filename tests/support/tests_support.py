"""Small data sets, and the bundle on the command line, for tests of whole workflows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from itertools import product
from pathlib import Path

import nibabel as nib
import numpy as np
from monai.bundle import ConfigWorkflow
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]


def write_case(folder: Path, name: str, seed: int, size: tuple[int, int] = (72, 60)) -> dict[str, np.ndarray]:
    """A dark band on a bright, noisy ground, drawn along its middle, with a negative stroke beside it.

    Args:
        folder: gets ``images``, ``drawings`` and ``masks``.
        name: of the case.
        seed: of its noise and the band's place.
        size: width and height.

    Returns:
        The arrays `HW` that were written: ``image``, ``drawing``, ``mask``.
    """
    rng = np.random.default_rng(seed)
    width, height = size
    row = int(rng.integers(20, height - 20))
    mask = np.zeros((height, width), dtype=np.uint8)
    mask[row - 4 : row + 5] = 1
    image = (170 - 90 * mask[..., None] + rng.normal(0, 12, (height, width, 3))).clip(0, 255).astype(np.uint8)
    drawing = np.zeros_like(mask)
    drawing[row - 1 : row + 2, 4:-4] = 1
    drawing[row + 10 : row + 14, 4:-4] = 2
    drawing[row - 14 : row - 10, 4:-4] = 2
    for kind, array in (("images", image), ("drawings", drawing), ("masks", mask)):
        (folder / kind).mkdir(parents=True, exist_ok=True)
        Image.fromarray(array).save(folder / kind / f"{name}.png")
    return {"image": image, "drawing": drawing, "mask": mask}


def write_dataset(folder: Path) -> Path:
    """A folder with 4 drawn training cases, 2 dense validation and 2 dense test cases.

    ``datalist.json`` trains on the drawings, ``datalist_dense.json`` on the masks.
    """
    datalist: dict = {"labels": {"vessel": 1, "not vessel": 2, "background": 3, "ignore": 255}}
    for section, count in {"training": 4, "validation": 2, "test": 2}.items():
        kind = "drawings" if section == "training" else "masks"
        datalist[section] = []
        for number in range(count):
            name = f"{section}{number}"
            write_case(folder, name, seed=len(section) * 100 + number)
            datalist[section].append({"image": f"images/{name}.png", "label": f"{kind}/{name}.png"})
    (folder / "datalist.json").write_text(json.dumps(datalist))
    for case in datalist["training"]:
        case |= {"label": case["label"].replace("drawings", "masks"), "supervision": "dense"}
    (folder / "datalist_dense.json").write_text(json.dumps(datalist))
    return folder


#: Oblique, left-handed, anisotropic, in millimetres.
VOLUME_AFFINE = np.array([[-0.98, 0.1, 0.3, 5], [0.15, 0.99, -0.1, -7], [0.1, -0.1, 1.45, 11], [0, 0, 0, 1.0]])


def write_volume_case(folder: Path, name: str, seed: int, size: tuple[int, int, int] = (30, 34, 22)) -> None:
    """A bright ball, its front half "anterior" and its rear half "posterior", drawn in its middle and around it.

    Args:
        folder: gets ``images``, ``drawings`` and ``masks``.
        name: of the case.
        seed: of its noise and the ball's place.
        size: voxels along each axis.
    """
    rng = np.random.default_rng(seed)
    centre = np.array(size) / 2 + rng.uniform(-2, 2, 3)
    place = np.indices(size).T - centre
    distance = np.linalg.norm(place, axis=-1).T
    front = place[..., 1].T > 0
    mask = np.where(distance < 7, np.where(front, 1, 2), 0).astype(np.uint8)
    image = (200 + 300 * (mask > 0) + 150 * (mask == 2) + rng.normal(0, 25, size)).astype(np.float32)
    drawing = np.zeros_like(mask)
    drawing[distance < 4] = np.where(front, 1, 3)[distance < 4]
    ring = (distance > 9) & (distance < 11)
    drawing[ring] = np.where(front, 4, 2)[ring]
    drawing[(distance > 11) & (distance < 12)] = 5
    for kind, array in (("images", image), ("drawings", drawing), ("masks", mask)):
        (folder / kind).mkdir(parents=True, exist_ok=True)
        nib.save(nib.Nifti1Image(array, VOLUME_AFFINE), folder / kind / f"{name}.nii.gz")


def write_volume_dataset(folder: Path) -> Path:
    """As :func:`write_dataset`, with volumes."""
    datalist: dict = {"labels": {"anterior": 1, "not anterior": 2, "posterior": 3, "not posterior": 4, "background": 5}}
    for section, count in {"training": 4, "validation": 2, "test": 2}.items():
        kind = "drawings" if section == "training" else "masks"
        datalist[section] = []
        for number in range(count):
            name = f"{section}{number}"
            write_volume_case(folder, name, seed=len(section) * 100 + number)
            datalist[section].append({"image": f"images/{name}.nii.gz", "label": f"{kind}/{name}.nii.gz"})
    (folder / "datalist.json").write_text(json.dumps(datalist))
    for case in datalist["training"]:
        case |= {"label": case["label"].replace("drawings", "masks"), "supervision": "dense"}
    (folder / "datalist_dense.json").write_text(json.dumps(datalist))
    return folder


def extent(mask: np.ndarray) -> list[int]:
    """The tight box of a mask, corner to corner along its own axes: ``[x0, y0, x1, y1]`` of `WH`."""
    places = np.argwhere(mask)
    return [*places.min(axis=0).tolist(), *(places.max(axis=0) + 1).tolist()]


def write_blob_case(folder: Path, name: str, seed: int, size: tuple[int, int] = (72, 60)) -> list[dict]:
    """Dark ellipses on a bright, noisy ground, four of them, none touching another.

    Args:
        folder: gets ``images`` and ``masks``.
        name: of the case.
        seed: of its noise, the ellipses' places and radii.
        size: width and height.

    Returns:
        The boxes of the ellipses as in a datalist, class "vessel".
    """
    rng = np.random.default_rng(seed)
    width, height = size
    column, row = np.indices((width, height)) + 0.5
    blobs = []
    for left, top in product((0, width // 2), (0, height // 2)):
        x, y = left + width / 4 + rng.uniform(-4, 4), top + height / 4 + rng.uniform(-4, 4)
        across, down = rng.uniform(6, 12), rng.uniform(5, 9)
        blobs.append(((column - x) / across) ** 2 + ((row - y) / down) ** 2 < 1)
    mask = np.any(blobs, axis=0).astype(np.uint8).T
    image = (170 - 90 * mask[..., None] + rng.normal(0, 12, (height, width, 3))).clip(0, 255).astype(np.uint8)
    for kind, array in (("images", image), ("masks", mask)):
        (folder / kind).mkdir(parents=True, exist_ok=True)
        Image.fromarray(array).save(folder / kind / f"{name}.png")
    return [{"class": "vessel", "box": extent(blob)} for blob in blobs]


def write_boxed_dataset(folder: Path) -> Path:
    """A folder with 2 dense and 4 boxed training cases, 2 dense validation and 2 dense test cases, of blobs.

    The boxed cases, the last four, have no label; their masks are their references.
    """
    tables = {
        "labels": {"vessel": 1, "not vessel": 2, "background": 3, "ignore": 255},
        "dense_labels": {"background": 0, "vessel": 1},
    }
    return _write_boxed(folder, tables, ".png", write_blob_case)


def write_boxed_volumes(folder: Path) -> Path:
    """As :func:`write_boxed_dataset`, with volumes: a box for each half of the ball."""
    tables = {
        "labels": {
            "anterior": 1,
            "not anterior": 2,
            "posterior": 3,
            "not posterior": 4,
            "background": 5,
            "ignore": 255,
        },
        "dense_labels": {"background": 0, "anterior": 1, "posterior": 2},
    }

    def write(folder: Path, name: str, seed: int) -> list[dict]:
        write_volume_case(folder, name, seed)
        mask = np.asarray(nib.load(folder / "masks" / f"{name}.nii.gz").dataobj)
        return [
            {"class": half, "box": extent(mask == tables["dense_labels"][half])} for half in ("anterior", "posterior")
        ]

    return _write_boxed(folder, tables, ".nii.gz", write)


def _write_boxed(
    folder: Path, tables: dict[str, dict[str, int]], suffix: str, write: Callable[[Path, str, int], list[dict]]
) -> Path:
    datalist: dict = {**tables}
    for section, count in {"training": 6, "validation": 2, "test": 2}.items():
        datalist[section] = []
        for number in range(count):
            name = f"{section}{number}"
            boxes = write(folder, name, len(section) * 100 + number)
            image, mask = f"images/{name}{suffix}", f"masks/{name}{suffix}"
            dense = section != "training" or number < 2
            labelled = {"label": mask, "supervision": "dense"} if dense else {"boxes": boxes, "reference": mask}
            datalist[section].append({"image": image, **labelled})
    (folder / "datalist.json").write_text(json.dumps(datalist))
    return folder


def build_workflow(run_id: str, *configs: str, bundle_root: Path, **settings: object) -> ConfigWorkflow:
    """Initialise configs within this process, without running them; arguments as for :func:`run_workflow`."""
    workflow = ConfigWorkflow(
        config_file=[str(ROOT / "configs" / f"{name}.json") for name in configs],
        meta_file=str((ROOT / "configs" / configs[0]).with_name("metadata.json")),
        logging_file=False,
        run_id=run_id,
        bundle_root=str(bundle_root),
        device="cpu",
        **{name.replace("__", "#"): value for name, value in settings.items()},
    )
    workflow.initialize()
    return workflow


def run_workflow(run_id: str, *configs: str, bundle_root: Path, **settings: object) -> ConfigWorkflow:
    """Run configs within this process, which takes a fraction of the time that a command does.

    Args:
        run_id: what to run.
        configs: names of files in ``configs``; later ones change earlier ones.
        bundle_root: folder that gets ``models`` and ``eval``.
        settings: overrides, with ``__`` for ``#``.
    """
    workflow = build_workflow(run_id, *configs, bundle_root=bundle_root, **settings)
    workflow.run()
    workflow.finalize()
    return workflow


class BundleRun:
    """Runs ``python -m monai.bundle run`` in a folder of its own, as a user would in the root of the bundle."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        for name in ("configs", "scripts"):
            (folder / name).symlink_to(ROOT / name)

    @property
    def environment(self) -> dict[str, str]:
        """Variables of the process: one thread, no GPU, and the bundle's folder first on the path as in its root."""
        return {**os.environ, "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": "", "PYTHONPATH": str(self.folder)}

    def command(self, run_id: str, *configs: str, **settings: object) -> list[str]:
        """The command line; settings use ``__`` for ``#``."""
        files = str([f"configs/{name}.json" for name in configs])
        command = [sys.executable, "-m", "monai.bundle", "run", run_id, "--config_file", files]
        for name, value in settings.items():
            command += [f"--{name.replace('__', '#')}", str(value)]
        return command

    def __call__(self, run_id: str, *configs: str, expect: int = 0, **settings: object) -> subprocess.CompletedProcess:
        """Run, and check the exit status."""
        result = subprocess.run(
            self.command(run_id, *configs, **settings),
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
        )
        assert result.returncode == expect, f"{result.stdout[-3000:]}\n{result.stderr[-3000:]}"
        return result
