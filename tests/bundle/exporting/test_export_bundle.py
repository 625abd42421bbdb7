"""An exported bundle keeps the contracts of MONAI, its model zoo and its servers, and needs nothing of the project."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from export_support import SMALL, flavour_config, write_json, write_model, write_run
from metadata_schema import METADATA_SCHEMA
from monai.bundle import ConfigParser, ConfigWorkflow, verify_metadata, verify_net_in_out
from monai.data import load_net_with_metadata
from monai.transforms import LoadImage
from tests_support import ROOT, run_workflow, write_dataset, write_volume_dataset

from bundle.exporting.export_bundle import export_bundle
from bundle.exporting.export_request import ExportRequest
from bundle.exporting.pack import file_digest
from scripts.errors import DataError, SettingError

FLAVOURS = ("fundus", "volume")


def _request(folder, flavour, **options):
    """An export of a small network."""
    given = {
        "model": folder / "trained" / "model.pt",
        "config_files": (write_json(folder / "small.json", SMALL),),
        "out": folder / "bundle",
    }
    if not given["model"].is_file():
        write_model(given["model"], flavour)
    return ExportRequest(flavour, **{**given, **options})


@pytest.fixture(scope="module")
def exports(tmp_path_factory):
    """Results of one export of each flavour, and their data sets."""
    made = {}
    for flavour, write in zip(FLAVOURS, (write_dataset, write_volume_dataset)):
        folder = tmp_path_factory.mktemp(flavour)
        request = _request(folder, flavour, version="1.2.0", torchscript=True, pack=True)
        made[flavour] = (export_bundle(request), write(folder / "data"))
    return made


@pytest.fixture(params=FLAVOURS)
def flavour(request):
    """Name of each flavour in turn."""
    return request.param


@pytest.fixture
def result(exports, flavour):
    """Result of the export of a flavour."""
    return exports[flavour][0]


@pytest.fixture
def data(exports, flavour):
    """Data set of a flavour."""
    return exports[flavour][1]


def _read(result, name):
    return json.loads((result.folder / f"{name}.json").read_text())


def _run(result, cwd, run_id, *configs, **settings):
    """Run the exported bundle as somebody would who has never seen the project."""
    files = str([str(result.folder / "configs" / f"{name}.json") for name in configs])
    command = [sys.executable, "-m", "monai.bundle", "run", run_id, "--config_file", files]
    for name, value in {"bundle_root": result.folder, "device": "cpu", **settings}.items():
        command += [f"--{name.replace('__', '#')}", str(value)]
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    environment |= {"OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": "", "PYTHONDONTWRITEBYTECODE": "1"}
    cwd.mkdir()
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done


def test_files_are_those_of_a_bundle_and_nothing_else(result):
    names = {path.relative_to(result.folder).as_posix() for path in result.folder.rglob("*") if path.is_file()}
    assert {"LICENSE", "manifest.json", "docs/README.md", "models/model.pt", "models/model.json"} <= names
    configs = {name for name in names if re.fullmatch(r"configs/[^/]*", name)}
    assert configs == {
        *(f"configs/{name}.json" for name in ("train", "evaluate", "inference", "metadata", "multi_gpu_train")),
        "configs/logging.conf",
    }
    assert {"configs/methods/boxes.json", "scripts/__init__.py", "scripts/checking/report_page.html"} <= names
    assert not [name for name in names if "__pycache__" in name or name.startswith(("tests/", "bundle/"))]


def test_the_manifest_lists_every_file_with_its_checksum(result):
    files = result.manifest["files"]
    names = {path.relative_to(result.folder).as_posix() for path in result.folder.rglob("*") if path.is_file()}
    assert set(files) == names - {"manifest.json"}
    assert all(entry["sha256"] == file_digest(result.folder / name) for name, entry in files.items())
    assert all(entry["bytes"] == (result.folder / name).stat().st_size for name, entry in files.items())
    assert result.manifest == _read(result, "manifest")


def test_the_rules_of_the_model_zoo_are_kept(result, tmp_path):
    """As its ``ci/verify_bundle.py`` checks."""
    for name in ("configs/metadata.json", "LICENSE", "models/model.pt", "configs/inference.json"):
        assert (result.folder / name).is_file()
    metadata = _read(result, "configs/metadata")
    assert metadata["version"] == "1.2.0" and metadata["version"] in metadata["changelog"]
    write_json(tmp_path / "schema.json", METADATA_SCHEMA)
    verify_metadata(meta_file=str(result.folder / "configs" / "metadata.json"), filepath=str(tmp_path / "schema.json"))
    # what somebody else's computer has no use for
    for path in (result.folder / "configs").rglob("*.json"):
        assert not re.search(r'"(/|~|[A-Z]:\\)', path.read_text()), path


def test_the_network_takes_and_gives_what_the_metadata_say(result):
    verify_net_in_out(
        "network_def",
        meta_file=str(result.folder / "configs" / "metadata.json"),
        config_file=str(result.folder / "configs" / "inference.json"),
        device="cpu",
        n=2,
    )


@pytest.mark.parametrize(("kind", "config"), [("train", "train"), ("infer", "inference")])
def test_all_properties_are_there(kind, config, result, data, tmp_path):
    workflow = ConfigWorkflow(
        config_file=str(result.folder / "configs" / f"{config}.json"),
        meta_file=str(result.folder / "configs" / "metadata.json"),
        logging_file=False,
        workflow_type=kind,
        bundle_root=str(result.folder),
        dataset_dir=str(data if kind == "train" else data / "images"),
        output_dir=str(tmp_path),
    )
    workflow.initialize()
    assert workflow.check_properties() == []


def test_a_server_can_read_each_config_alone(result):
    """What the flavours' own configs keep too."""
    train, inference = _read(result, "configs/train"), _read(result, "configs/inference")
    assert train["network_def"] == inference["network_def"]
    assert train["network_def"]["features"] == SMALL["network_def#features"]
    assert train["train"]["deterministic_transforms"] == inference["preprocessing"]["transforms"]
    assert train["validate"]["inferer"] == inference["inferer"]
    for key in ("classes", "spacing", "window"):
        assert key not in inference or train[key] == inference[key]
    assert "demo" not in json.dumps([train, inference])
    assert isinstance(train["train"]["trainer"]["max_epochs"], int)


def test_the_model_is_a_plain_state_dict_of_the_exported_network(result, flavour):
    parser = ConfigParser(_read(result, "configs/inference"))
    state = torch.load(result.folder / "models" / "model.pt", weights_only=True)
    parser.get_parsed_content("network_def").load_state_dict(state, strict=True)
    assert _read(result, "models/model")["settings"]["classes"] == flavour_config(flavour, "train")["classes"]


def test_the_torchscript_file_says_the_same_and_brings_its_metadata(result, flavour):
    network, metadata, extra = load_net_with_metadata(
        str(result.folder / "models" / "model.ts"), more_extra_files=["inference.json"]
    )
    assert metadata["version"] == "1.2.0"
    assert json.loads(extra["inference.json"]) == _read(result, "configs/inference")
    parser = ConfigParser(_read(result, "configs/inference"))
    expected = parser.get_parsed_content("network_def").eval()
    expected.load_state_dict(torch.load(result.folder / "models" / "model.pt", weights_only=True))
    image = torch.rand(1, expected.conv_0.conv_0.conv.in_channels, *[32] * (2 if flavour == "fundus" else 3))
    with torch.no_grad():
        torch.testing.assert_close(network(image), expected(image))
    assert result.manifest["max_abs_difference"]["models/model.ts"] < 1e-4


def test_masks_are_those_of_the_project_without_anything_of_the_project(result, data, flavour, tmp_path):
    settings = {"dataset_dir": data / "images", "inferer__roi_size": [64] * 2 if flavour == "fundus" else [32] * 3}
    _run(result, tmp_path / "elsewhere", "inferring", "inference", **settings, output_dir=tmp_path / "masks")
    run_workflow(
        "inferring",
        "inference" if flavour == "fundus" else "volume/inference",
        bundle_root=tmp_path,
        ckpt_path=str(result.folder / "models" / "model.pt"),
        network_def__features=SMALL["network_def#features"],
        output_dir=str(tmp_path / "expected"),
        dataset_dir=str(data / "images"),
        inferer__roi_size=settings["inferer__roi_size"],
    )
    load = LoadImage(image_only=True, dtype=np.uint8)
    expected = sorted((tmp_path / "expected").iterdir())
    assert len(expected) == 8 and not list((tmp_path / "elsewhere").iterdir())
    masks = [load(path) for path in expected]
    for path, mask in zip(expected, masks):
        assert torch.equal(load(tmp_path / "masks" / path.name), mask)
    assert len(torch.unique(torch.cat([mask.flatten() for mask in masks]))) > 1


def test_a_training_starts_from_the_exported_bundle(exports, tmp_path):
    result, data = exports["fundus"]
    _run(
        result,
        tmp_path / "elsewhere",
        "training",
        "train",
        dataset_dir=data,
        ckpt_dir=tmp_path / "models",
        output_dir=tmp_path / "eval",
        patch_size=[32, 32],
        val_interval=1,
        train__trainer__max_epochs=1,
    )
    record = json.loads((tmp_path / "models" / "model.json").read_text())
    assert record["epoch"] == 1 and record["settings"] == {"classes": ["background", "vessel"]}


def test_the_packed_bundle_has_the_same_bytes_for_the_same_content(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    digests = []
    for _ in range(2):
        result = export_bundle(_request(tmp_path, "fundus", pack=True, overwrite=True))
        digests.append(file_digest(result.zip_path))
    assert digests[0] == digests[1] and result.manifest["created"] == "2023-11-14T22:13:20Z"
    checked = subprocess.run(
        ["sha256sum", "--check", "bundle.zip.sha256"], cwd=tmp_path, capture_output=True, text=True
    )
    assert checked.stdout == "bundle.zip: OK\n"


def test_a_run_and_an_evaluation_tell_what_the_model_reaches(tmp_path):
    run = write_run(tmp_path / "eval" / "run", "fundus", write_dataset(tmp_path / "data"))
    write_json(tmp_path / "evaluation" / "metrics.json", {"cases": 2, "val_dice": 0.5, "val_iou": None})
    result = export_bundle(
        ExportRequest(
            "fundus",
            tmp_path / "bundle",
            model=run / "checkpoints" / "best.pt",
            config_files=(run / "config.json",),
            run=run,
            evaluation=tmp_path / "evaluation",
        )
    )
    manifest = result.manifest
    assert manifest["metrics"]["validation"] == {"val_dice": 0.75, "epoch": 40}
    assert manifest["metrics"]["evaluation"] == {"cases": 2, "val_dice": 0.5, "val_iou": None}
    assert manifest["data"]["cases"]["training"] == {"cases": 4, "drawn": 4, "dense": 0, "boxed": 0, "subjects": 0}
    assert "16 files" in manifest["data"]["fingerprint"]["of"] and manifest["data"]["shares"] is None
    card = (result.folder / "docs" / "README.md").read_text()
    assert "| val_dice | 0.5000 |" in card and "| training | 4 | 4 | 0 | 0 |" in card and "not known" not in card
    # nothing tells where the data lie
    assert str(tmp_path) not in json.dumps(manifest) + card + (result.folder / "configs" / "train.json").read_text()


def test_a_model_that_does_not_fit_is_refused_and_nothing_is_left(tmp_path):
    request = _request(tmp_path, "fundus", config_files=())
    with pytest.raises(SettingError, match="another network.*--config_file"):
        export_bundle(request)
    assert not request.out.exists() and not list(tmp_path.glob(".bundle*"))


@pytest.mark.parametrize("blocked", ["bundle.zip", "bundle.zip.sha256"])
def test_an_export_that_cannot_be_packed_leaves_nothing(blocked, tmp_path):
    """Also not the folder: it would lack what was asked for, and stand in the way of the next export."""
    (tmp_path / blocked).mkdir()
    request = _request(tmp_path, "fundus", pack=True, overwrite=True)
    before = set(tmp_path.iterdir())
    with pytest.raises(DataError, match=f"{blocked} is a folder"):
        export_bundle(request)
    assert set(tmp_path.iterdir()) == before and not request.out.exists()


def test_an_export_that_cannot_be_packed_keeps_the_former_one(tmp_path):
    export_bundle(_request(tmp_path, "fundus"))
    manifest = (tmp_path / "bundle" / "manifest.json").read_bytes()
    (tmp_path / "bundle.zip").mkdir()
    with pytest.raises(DataError, match="is a folder"):
        export_bundle(_request(tmp_path, "fundus", version="9.0.0", pack=True, overwrite=True))
    assert (tmp_path / "bundle" / "manifest.json").read_bytes() == manifest


def test_what_is_read_must_not_be_replaced(tmp_path):
    with pytest.raises(DataError, match="needed for the export"):
        export_bundle(_request(tmp_path, "fundus", out=tmp_path / "trained"))
    with pytest.raises(DataError, match="the project itself"):
        export_bundle(_request(tmp_path, "fundus", out=ROOT))
    with pytest.raises(DataError, match="own code"):
        export_bundle(_request(tmp_path, "fundus", out=ROOT / "scripts" / "bundle"))


def test_a_former_export_is_kept_unless_it_may_be_replaced(tmp_path):
    request = _request(tmp_path, "fundus")
    (request.out / "data").mkdir(parents=True)
    export_bundle(request)
    (request.out / "models" / "model.ts").touch()
    with pytest.raises(DataError, match="--overwrite"):
        export_bundle(request)
    export_bundle(_request(tmp_path, "fundus", overwrite=True))
    assert not (request.out / "models" / "model.ts").exists() and (request.out / "data").is_dir()


def test_a_model_without_record_is_told(tmp_path):
    result = export_bundle(_request(tmp_path, "fundus"))
    assert "no record" in result.notes[0] and (result.folder / "models" / "model.json").is_file()


def test_a_packed_bundle_of_a_former_export_is_told(tmp_path):
    (tmp_path / "bundle.zip").touch()
    result = export_bundle(_request(tmp_path, "fundus"))
    assert "former export" in result.notes[-1]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"version": "1.2"}, "three numbers"),
        ({"evaluation": Path("missing")}, "metrics.json"),
        ({"data_license": Path("missing")}, "--data-license"),
        ({"metadata": Path("missing")}, "cannot be read"),
    ],
)
def test_wrong_options_are_named(options, message, tmp_path):
    with pytest.raises(SettingError, match=message):
        export_bundle(_request(tmp_path, "fundus", **options))
