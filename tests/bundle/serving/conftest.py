"""Bundles that have all that a server asks for before it starts, though no trained network."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def make_bundle(tmp_path: Path) -> Callable[..., Path]:
    def make(name: str = "vessels", labels: object = None, dimensions: int = 2) -> Path:
        bundle = tmp_path / name
        for folder in ("configs", "models", "scripts"):
            (bundle / folder).mkdir(parents=True)
        train = {"labels": {"vessel": 1, "not vessel": 2, "background": 3, "ignore": 255} if labels is None else labels}
        image = {"spatial_shape": ["16*n"] * dimensions}
        metadata = {"network_data_format": {"inputs": {"image": image}, "outputs": {}}}
        for part, content in (("train", train), ("inference", {}), ("metadata", metadata)):
            (bundle / "configs" / f"{part}.json").write_text(json.dumps(content))
        (bundle / "models" / "model.pt").write_bytes(b"weights")
        return bundle

    return make


@pytest.fixture
def make_studies(tmp_path: Path) -> Callable[..., Path]:
    def make(*names: str) -> Path:
        folder = tmp_path / "studies"
        folder.mkdir()
        for name in names:
            (folder / name).touch()
        return folder

    return make
