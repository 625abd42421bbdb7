"""What a config says about the data set that it trains on, without building anything of the training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from monai.bundle import ConfigParser

from bundle.read_configs import read_configs
from scripts.checking.settings import CheckSettings
from scripts.data.demo import ensure_demo
from scripts.errors import SettingError

__all__ = ["CheckTarget", "read_check_target"]


@dataclass(frozen=True)
class CheckTarget:
    """What is to be checked.

    Attributes:
        datalist: path.
        dataset_dir: folder that relative paths in the datalist start from.
        output_dir: folder of the training's results.
        settings: of the training.
    """

    datalist: Path
    dataset_dir: Path
    output_dir: Path
    settings: CheckSettings


def read_check_target(config_files: Sequence[Path], overrides: Mapping[str, Any]) -> CheckTarget:
    """Read the configs of a training as MONAI does; the demo is generated if it is meant and missing.

    Args:
        config_files: later ones change earlier ones.
        overrides: settings that win over those of the files.

    Raises:
        SettingError: when a file is no config, or the files together are not the config of a training.
    """
    names = ", ".join(map(str, config_files))
    parser = read_configs(config_files)
    parser.update(dict(overrides))
    block = parser.get("data_check")
    if not isinstance(block, dict):
        raise SettingError(
            f"{names}: has no data_check, so this is not the config of a training. Give configs/train.json or "
            "configs/volume/train.json first, overlays after it; evaluate.json is not needed."
        )
    wanted = {field.name for field in fields(CheckSettings)} & set(block)
    settings = CheckSettings(**{name: _value(parser, f"data_check#{name}", names) for name in wanted})
    places = [Path(_value(parser, name, names)) for name in ("datalist", "dataset_dir", "output_dir")]
    _make_demo(parser, places[0])
    return CheckTarget(*places, settings)


def _value(parser: ConfigParser, name: str, files: str) -> Any:
    try:
        return parser.get_parsed_content(name)
    except Exception as error:  # MONAI wraps whatever an expression raises
        raise SettingError(f"{files}: {name} cannot be worked out ({error}). Correct what it refers to.") from error


def _make_demo(parser: ConfigParser, datalist: Path) -> None:
    """As the training does."""
    cases = "train#dataset#data"
    if f"{cases}#demo_dir" in parser:
        folder = Path(parser.get_parsed_content(f"{cases}#demo_dir"))
        if datalist.resolve().parent == folder.resolve():
            ensure_demo(folder, parser.get(f"{cases}#flavour", "fundus"))
