"""Writes a bundle that needs nothing of the project any more."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bundle.exporting.bundle_configs import BundleConfigs, make_configs, write_configs
from bundle.exporting.code_files import copy_code
from bundle.exporting.config_items import read_json
from bundle.exporting.data_facts import data_facts
from bundle.exporting.deployed_metadata import checked_version, deployed_metadata
from bundle.exporting.deployed_model import check_network, load_model, write_model
from bundle.exporting.export_request import FLAVOURS, ROOT, ExportRequest
from bundle.exporting.manifest import (
    FORMAT,
    FORMAT_VERSION,
    code_version,
    created,
    describe_files,
    evaluation_facts,
    known_limits,
)
from bundle.exporting.model_card import model_card
from bundle.exporting.network_inputs import random_inputs
from bundle.exporting.onnx_model import require_onnx, write_onnx
from bundle.exporting.pack import pack
from bundle.exporting.required_packages import required_packages
from bundle.exporting.torchscript import write_torchscript
from bundle.exporting.training_run import ExportedRun, read_run
from scripts.errors import SettingError
from scripts.publishing import publishing

__all__ = ["NAMES", "ExportResult", "export_bundle"]

#: What an export writes, and a later one into the same folder replaces.
NAMES = ("LICENSE", "configs", "scripts", "models", "docs", "manifest.json")


@dataclass
class ExportResult:
    """What an export has written.

    Attributes:
        folder: of the bundle.
        manifest: content of its manifest.json.
        zip_path: the packed bundle, None if it was not packed.
        notes: what the user should know.
    """

    folder: Path
    manifest: dict[str, Any]
    zip_path: Path | None = None
    notes: list[str] = field(default_factory=list)


def export_bundle(request: ExportRequest) -> ExportResult:
    """Export a model with the configs and the code that it needs.

    Everything is written beside the folder first, which then appears as a whole, or not at all where a file that was
    asked for cannot be written.

    Args:
        request: what, and where to.

    Returns:
        What was written.

    Raises:
        SettingError: when model and configs do not fit together, or a format cannot be written.
        DataError: when the folder cannot be used, or the packed bundle cannot be written.
    """
    if request.flavour not in FLAVOURS:
        raise SettingError(f"--flavour must be one of {', '.join(FLAVOURS)}, got {request.flavour!r}.")
    request.refuse_overlap()
    if request.onnx:
        require_onnx()
    entries = read_json(request.metadata) if request.metadata else {}
    if request.version:
        checked_version(request.version)
    if request.data_license and not request.data_license.is_file():
        raise SettingError(f"{request.data_license} does not exist. Give another file with --data-license.")
    evaluation = evaluation_facts(request.evaluation) if request.evaluation else None
    configs = make_configs(request)
    base = read_json(request.configs / "metadata.json")
    in_channels = _in_channels(configs, base)
    metadata = deployed_metadata(
        base,
        configs.train,
        classes=configs.classes,
        in_channels=in_channels,
        packages=required_packages(ROOT / "scripts", ROOT / "requirements.txt"),
        version=request.version or base["version"],
        name=request.name,
        entries=entries,
    )
    network = load_model(request.model_path, configs.network, configs.settings)
    inputs = random_inputs(metadata, in_channels)
    check_network(network, inputs, configs.classes)
    run = None
    if request.run:
        run = read_run(request.run, request.model_path, network.state_dict(), configs.train)
    with publishing(request.out, NAMES, inputs=request.inputs, overwrite=request.overwrite) as folder:
        shutil.copyfile(ROOT / "LICENSE", folder / "LICENSE")
        copy_code(ROOT / "scripts", folder / "scripts")
        write_configs(folder / "configs", configs, metadata)
        record = write_model(network, request.model_path, configs.settings, folder / "models" / "model.pt")
        differences = {}
        if request.torchscript:
            path = folder / "models" / "model.ts"
            differences["models/model.ts"] = write_torchscript(network, path, inputs, metadata, configs.inference)
        if request.onnx:
            path = folder / "models" / "model.onnx"
            differences["models/model.onnx"] = write_onnx(network, path, inputs)
        manifest = _manifest(request, configs, metadata, record, evaluation, run, differences)
        (folder / "docs").mkdir()
        if request.data_license:
            shutil.copyfile(request.data_license, folder / "docs" / "data_license.txt")
        transforms = configs.inference["preprocessing"]["transforms"]
        names = [str(item["_target_"]).rpartition(".")[2] for item in transforms if isinstance(item, dict)]
        (folder / "docs" / "README.md").write_text(model_card(manifest, metadata, names), encoding="utf-8")
        manifest["files"] = describe_files(folder)
        (folder / "manifest.json").write_text(json.dumps(manifest, indent=4) + "\n", encoding="utf-8")
        if request.pack:
            pack(folder, [*manifest["files"], "manifest.json"], request.zip_path, root=request.out.resolve().name)
    zip_path = request.zip_path if request.pack else None
    return ExportResult(request.out, manifest, zip_path, _notes(request, record, configs))


def _in_channels(configs: BundleConfigs, base: dict[str, Any]) -> int:
    """Of the network; as in the flavour's metadata where ``network_def`` does not say."""
    given = configs.inference["network_def"].get("in_channels")
    return given if isinstance(given, int) else base["network_data_format"]["inputs"]["image"]["num_channels"]


def _manifest(
    request: ExportRequest,
    configs: BundleConfigs,
    metadata: dict[str, Any],
    record: dict[str, Any],
    evaluation: dict[str, Any] | None,
    run: ExportedRun | None,
    differences: dict[str, float],
) -> dict[str, Any]:
    """All but the list of files."""
    data = data_facts(run.datalist, run.dataset_dir, run.check_dir, configs.classes) if run else None
    measured = {name: value for name, value in record.items() if name != "settings"}
    metrics = {"validation": measured or None, "evaluation": evaluation}
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "name": metadata["name"],
        "flavour": request.flavour,
        "version": metadata["version"],
        **code_version(ROOT),
        "created": created(),
        "classes": configs.classes,
        "labels": configs.train["labels"],
        "dense_labels": configs.train["dense_labels"],
        "settings": {
            **{name: value for name, value in configs.settings.items() if name != "classes"},
            "method": configs.train.get("method"),
        },
        "run": {"name": run.name, "epochs": run.epochs} if run else None,
        "data": data,
        "data_license": request.data_license is not None,
        "metrics": metrics,
        "max_abs_difference": differences,
        "intended_use": metadata.get("intended_use", "Research. Not for clinical use."),
        "limits": known_limits(configs.classes, data, metrics),
    }


def _notes(request: ExportRequest, record: dict[str, Any], configs: BundleConfigs) -> list[str]:
    notes = []
    if set(record) == {"settings"}:
        names = ", ".join(configs.settings)
        notes.append(
            f"{request.model_path} has no record (model.json) beside it: nothing shows that it was trained with these "
            f"{names}. Compare a mask with one of the training's before others use it."
        )
    if not request.pack and request.zip_path.exists():
        notes.append(f"{request.zip_path} is that of a former export; give --zip to replace it.")
    base = read_json(request.configs / "train.json")
    if configs.train["labels"] != base["labels"]:
        notes.append(f"values of drawings without a table of their own: {json.dumps(configs.train['labels'])}")
    return notes
