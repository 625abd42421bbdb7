"""Names of cases, and cases of an iteration."""

from __future__ import annotations

import pytest
import torch
from ignite.engine import Engine, State
from monai.data import MetaTensor

from scripts.handlers.cases import case_names, case_path, iteration_cases
from scripts.volumes.writing import result_path


@pytest.mark.parametrize(
    ("paths", "names"),
    [
        ([], []),
        (["/data/12.png", "/data/scan.nii.gz", "/data/a.v2.tif"], ["12", "scan", "a.v2"]),
        (["/a/scan.v2.NII.GZ", "/b/ct.1.nrrd", "/b/mr.mha"], ["scan.v2", "ct.1", "mr"]),
        (["/a/scan.nii", "/b/scan.nii", "/b/other.nii"], ["a/scan", "b/scan", "other"]),
        (["/x/a/scan.nii", "/y/a/scan.nii"], ["x/a/scan", "y/a/scan"]),
        (["/a/12.png", "/a/12.jpg"], ["/a/12.png", "/a/12.jpg"]),
        (["/a/12.png", "/a/12.png"], ["12", "12"]),  # one case seen twice
    ],
)
def test_names(paths, names):
    assert case_names(paths) == names


def test_reports_and_results_call_a_volume_the_same(tmp_path):
    """The dots in the name of a DICOM folder, often a series identifier, begin no suffix."""
    (tmp_path / "1.2.840.7").mkdir()
    paths = [str(tmp_path / name) for name in ("1.2.840.7", "1.2.840.8.nii.gz", "b.mhd")]
    assert case_names(paths) == ["1.2.840.7", "1.2.840.8", "b"]
    assert case_names(paths) == [result_path(path, "eval", "seg").name.split("_seg")[0] for path in paths]


def engine_with(batch, output) -> Engine:
    engine = Engine(lambda engine, batch: None)
    engine.state = State(batch=batch, output=output)
    return engine


def test_decollated_outputs_cover_the_batch():
    engine = engine_with([{"image": 1, "id": "a"}], [{"image": 2, "pred": 3}])
    assert iteration_cases(engine) == [{"image": 2, "id": "a", "pred": 3}]


def test_whole_batches_are_taken_apart():
    image = torch.arange(2.0).reshape(2, 1, 1, 1)
    cases = iteration_cases(engine_with({"image": image}, {"pred": image + 5}))
    assert [case["image"].item() for case in cases] == [0, 1]
    assert [case["pred"].item() for case in cases] == [5, 6]


def test_anything_else_is_refused():
    with pytest.raises(TypeError, match="dictionary data"):
        iteration_cases(engine_with((1, 2), {"pred": torch.zeros(1, 1)}))


def test_path_comes_from_the_metadata():
    image = MetaTensor(torch.zeros(1, 2, 2), meta={"filename_or_obj": "/data/12.png"})
    assert case_path({"image": image}) == "/data/12.png"


@pytest.mark.parametrize("case", [{}, {"image": torch.zeros(1)}, {"image": MetaTensor(torch.zeros(1))}])
def test_image_without_a_file_name(case):
    with pytest.raises(ValueError, match="filename_or_obj"):
        case_path(case)
