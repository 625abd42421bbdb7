"""The metadata.json of an exported bundle."""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping, Sequence
from typing import Any

from monai.bundle import ConfigParser

from scripts.errors import SettingError

__all__ = ["checked_version", "deployed_metadata"]

# https://semver.org
_VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z.-]+)?")


def checked_version(version: str) -> str:
    """The version as it is.

    Raises:
        SettingError: when it is not a semantic one.
    """
    if not _VERSION.fullmatch(version):
        raise SettingError(f"--version must be three numbers such as 1.0.0 (semantic versioning), got {version!r}.")
    return version


def deployed_metadata(
    base: Mapping[str, Any],
    train: Mapping[str, Any],
    *,
    classes: Sequence[str],
    in_channels: int,
    packages: Mapping[str, str],
    version: str,
    name: str | None = None,
    entries: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Metadata that say of a model what it is, rather than what the flavour's default is.

    Args:
        base: the flavour's own.
        train: config of the training, overlays merged.
        classes: names, background first.
        in_channels: of the network.
        packages: versions of those that are needed besides MONAI, PyTorch and NumPy.
        version: of the bundle.
        name: of the model.
        entries: replace what is there, last; ``#`` in keys goes into objects.

    Raises:
        SettingError: when an entry goes into an object that is not there, or changes what follows from the model.
    """
    metadata = copy.deepcopy(dict(base))
    image, pred = (metadata["network_data_format"][k][n] for k, n in (("inputs", "image"), ("outputs", "pred")))
    own = list(pred["channel_def"].values()) == list(classes)
    listed = ", ".join(classes[1:])
    metadata["version"] = checked_version(version)
    metadata["changelog"] = {
        **metadata["changelog"],
        version: f"model of {listed}, settings of the method {train.get('method')}",
    }
    metadata["required_packages_version"] = dict(packages)
    metadata["name"] = name or metadata["name"]
    metadata["pred_classes"] = f"{len(classes)} channels, softmax: {', '.join(classes)}"
    metadata["label_classes"] = f"one channel, a class index per pixel: {_numbered(classes)}"
    pred |= {"num_channels": len(classes), "channel_def": {str(k): c for k, c in enumerate(classes)}}
    if image["num_channels"] != in_channels:
        channels = {str(k): f"channel {k}" for k in range(in_channels)}
        image |= {"num_channels": in_channels, "channel_def": channels}
    if not own:
        _describe_others(metadata, image, train, listed)
    return _with_entries(metadata, entries or {})


def _numbered(classes: Sequence[str]) -> str:
    return ", ".join(f"{k} {name}" for k, name in enumerate(classes))


def _describe_others(metadata: dict[str, Any], image: dict[str, Any], train: Mapping[str, Any], listed: str) -> None:
    """What the flavour's metadata say of its own anatomy does not hold for other classes."""
    volumes = "window" in train
    kind = "volumes" if volumes else "photographs"
    coupled = "" if train.get("annotation", "none") == "none" else ", coupled with a model of the annotator's errors"
    metadata["task"] = f"Segmentation of {listed} in {kind}, trained from coarse positive and negative drawings"
    metadata["description"] = (
        f"A segmentation network ({listed}) for {kind} that is trained from coarse, noisy drawings of what each class "
        f"is and what it is not{coupled}."
    )
    metadata["data_source"] = f"own {kind}"
    image["modality"] = ("CT" if train["window"] else "not stated") if volumes else "photography"


def _with_entries(metadata: dict[str, Any], entries: Mapping[str, Any]) -> dict[str, Any]:
    fixed = ("version", "changelog", "network_data_format#outputs", "required_packages_version", "schema")
    wrong = [key for key in entries if key.replace("::", "#").startswith(fixed)]
    if wrong:
        raise SettingError(f"--metadata sets {', '.join(wrong)}, which follows from the model. Leave it out.")
    parser = ConfigParser(metadata)
    for key, value in entries.items():
        try:
            parser[key] = value
        except (KeyError, TypeError, ValueError) as error:
            raise SettingError(f"--metadata sets {key}, which metadata.json does not have.") from error
    return {key: value for key, value in parser.get().items() if key != "_meta_"}
