import json
from types import SimpleNamespace

import nibabel as nib
import numpy as np
import pytest
import torch
from monai.data import DataLoader, Dataset, MetaTensor
from monai.engines import SupervisedEvaluator
from PIL import Image
from tests_support import VOLUME_AFFINE

from scripts.data import load_cases
from scripts.errors import DataError, root_user_error
from scripts.refining import RefinedFolder, require_free_folder

CLASSES = ["background", "a"]
SIZE = (6, 4)


class _Case:
    """What the transforms and the network would give of a case: the left column is of class a, and uncertain."""

    def __init__(self, size, fails=()):
        self.size = size
        self.fails = fails

    def __call__(self, case):
        if case["number"] in self.fails:
            raise DataError(f"{case['image']}: cannot be read")
        mask = torch.zeros((1, *self.size), dtype=torch.uint8)
        mask[:, 0] = 1
        affine = torch.as_tensor(VOLUME_AFFINE if len(self.size) == 3 else np.eye(4))
        return {
            "number": case["number"],
            "image": MetaTensor(torch.zeros((1, *self.size)), affine=affine),
            "original": MetaTensor(torch.rand((1, *self.size)), affine=affine),
            "mask": mask,
            "uncertainty": 0.5 * mask.float(),
            "positive": torch.full((1, *self.size), 255, dtype=torch.uint8),
            "negative": torch.zeros((2, *self.size), dtype=torch.uint8),
            "truth": mask,
        }


@pytest.fixture
def checkpoint(tmp_path):
    """A run, as much as is needed of it."""
    path = tmp_path / "best.pt"
    path.write_bytes(b"")
    return SimpleNamespace(checkpoint=path, record={"run": "r"})


def _write_images(folder, size):
    (folder / "images").mkdir(parents=True, exist_ok=True)
    for number in range(2):
        path = folder / "images" / f"{number}"
        if len(size) == 3:
            nib.save(nib.Nifti1Image(np.zeros(size, np.float32), VOLUME_AFFINE), f"{path}.nii.gz")
        else:
            Image.new("L", size).save(f"{path}.png")
    suffix = ".nii.gz" if len(size) == 3 else ".png"
    training = [{"image": f"images/{k}{suffix}", "boxes": []} for k in range(2)]
    (folder / "datalist.json").write_text(json.dumps({"training": training}))
    return [
        {"image": str(folder / case["image"]), "number": k, "entry": k, "values": [0, 7]}
        | {"dense_labels": {"background": 0, "a": 7}}
        for k, case in enumerate(training)
    ]


def _refine(tmp_path, run, size=SIZE, fails=(), out="out", names=("case0", "case1"), **settings):
    data = tmp_path / "data"
    cases = [case | {"name": name} for case, name in zip(_write_images(data, size), names, strict=True)]
    folder = RefinedFolder(tmp_path / out, cases, run, CLASSES, data / "datalist.json", data, **settings)
    evaluator = SupervisedEvaluator(
        device=torch.device("cpu"),
        val_data_loader=DataLoader(Dataset(cases, _Case(size, fails)), batch_size=1),
        network=torch.nn.Identity(),
        val_handlers=[folder],
    )
    folder.run(evaluator)
    return folder


def test_pictures(tmp_path, checkpoint):
    folder = _refine(tmp_path, checkpoint)
    out = tmp_path / "out"
    names = ["datalist.json", "masks", "preview.png", "uncertainty"]
    assert sorted(path.name for path in out.iterdir()) == names
    mask, uncertainty = (np.asarray(Image.open(out / kind / "case1.png")) for kind in ("masks", "uncertainty"))
    assert mask.shape == uncertainty.shape == SIZE[::-1]
    assert (mask[:, 0] == 7).all() and (mask[:, 1:] == 0).all()
    assert (uncertainty[:, 0] == 128).all() and (uncertainty[:, 1:] == 0).all()
    assert "agreement with the references of 2 cases" in folder.report and "1.000  1.000" in folder.report


def test_the_datalist_can_be_trained_on(tmp_path, checkpoint):
    _refine(tmp_path, checkpoint)
    cases = load_cases(tmp_path / "out" / "datalist.json", "training", tmp_path / "out")
    assert [case["label"] for case in cases] == [str(tmp_path / "out" / "masks" / f"case{k}.png") for k in range(2)]
    assert {case["supervision"] for case in cases} == {"dense"}
    assert cases[0]["dense_labels"] == {"background": 0, "a": 7}
    provenance = json.loads((tmp_path / "out" / "datalist.json").read_text())["provenance"]
    assert provenance["run"] == "r" and provenance["datalist_file"] == "../data/datalist.json"


def test_volumes(tmp_path, checkpoint):
    _refine(tmp_path, checkpoint, size=(6, 4, 5))
    mask = nib.load(tmp_path / "out" / "masks" / "case0.nii.gz")
    uncertainty = nib.load(tmp_path / "out" / "uncertainty" / "case0.nii.gz")
    for image, dtype in ((mask, np.uint8), (uncertainty, np.float32)):
        assert np.allclose(image.affine, VOLUME_AFFINE) and image.get_data_dtype() == dtype
    assert np.unique(mask.dataobj).tolist() == [0, 7] and np.unique(uncertainty.dataobj).tolist() == [0, 0.5]


def test_no_volume_replaces_another(tmp_path, checkpoint):
    # the result of image 1 is called so before it gets its own name
    _refine(tmp_path, checkpoint, size=(6, 4, 5), names=["1_refined", "1"])
    for kind in ("masks", "uncertainty"):
        written = sorted(path.name for path in (tmp_path / "out" / kind).iterdir())
        assert written == ["1.nii.gz", "1_refined.nii.gz"]


def test_on_an_error_nothing_is_left_behind(tmp_path, checkpoint):
    with pytest.raises(RuntimeError) as error:
        _refine(tmp_path, checkpoint, fails=[1])
    assert "cannot be read" in str(root_user_error(error.value))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["best.pt", "data"]


def test_a_folder_that_is_in_use_is_left_alone_without_overwrite(tmp_path, checkpoint):
    _refine(tmp_path, checkpoint)
    before = (tmp_path / "out" / "datalist.json").read_bytes()
    with pytest.raises(DataError, match="--overwrite"):
        _refine(tmp_path, checkpoint)
    (tmp_path / "out" / "masks" / "old.png").write_bytes(b"")
    _refine(tmp_path, checkpoint, overwrite=True)
    assert (tmp_path / "out" / "datalist.json").read_bytes() == before
    assert not (tmp_path / "out" / "masks" / "old.png").exists()


def test_what_is_read_is_not_replaced(tmp_path, checkpoint):
    with pytest.raises(DataError, match="datalist.json"):
        _refine(tmp_path, checkpoint, out="data", overwrite=True)


def test_only_an_empty_folder_is_free(tmp_path):
    require_free_folder(tmp_path / "new")
    require_free_folder(tmp_path)
    (tmp_path / "notes.txt").write_text("mine")
    require_free_folder(tmp_path, overwrite=True)
    for path in (tmp_path, tmp_path / "notes.txt"):
        with pytest.raises(DataError, match="not an empty folder"):
            require_free_folder(path)
