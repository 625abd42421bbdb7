"""What would keep a server from working, told before it starts."""

from __future__ import annotations

import ipaddress
import json
import os
import re
import socket
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from bundle.serving.app.lib.drawing_labels import drawing_labels, table_of, unpaintable
from bundle.serving.environment import site_packages
from bundle.virtual_environment import python_of
from scripts.errors import SettingError, list_problems

__all__ = ["check_bundles", "check_environment", "check_host", "check_port", "check_studies", "is_loopback", "notes"]

_NEEDED = ("configs/train.json", "configs/inference.json", "configs/metadata.json", "models/model.pt", "scripts")
#: In a name, MONAI Label takes such a word for the kind of the model.
_MISLEADING = ("detection", "deepedit", "deepgrow", "classification")
_ENDINGS = {2: (".jpg", ".png", ".tif"), 3: (".nii.gz", ".nii", ".nrrd")}
#: What somebody may expect a server to show, in lower case.
_IMAGES = (
    *(".nii.gz", ".nii", ".nrrd", ".nhdr", ".mha", ".mhd", ".dcm", ".img", ".hdr"),
    *(".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp", ".gif", ".ppm", ".webp"),
)


def check_environment(environment: Path) -> None:
    """Refuse an environment that is missing or incomplete.

    Raises:
        SettingError: naming the folder and the command that makes it.
    """
    packages = site_packages(environment)
    missing = [name for name in ("monailabel", "monai", "torch", "torchvision") if not (packages / name).is_dir()]
    if not python_of(environment).exists() or missing:
        lacks = f"lacks {', '.join(missing)}" if environment.is_dir() else "does not exist"
        raise SettingError(
            f"the server's environment {environment} {lacks}. Make it with `make monailabel`, or name another by the "
            "variable MONAILABEL_VENV."
        )


def check_bundles(bundles: Sequence[Path], *, different_labels: bool = False) -> dict[str, Path]:
    """The bundles by name, which is that of their folder.

    Args:
        bundles: their folders.
        different_labels: allow bundles with different labels to paint.

    Raises:
        SettingError: listing all that is wrong with them.
    """
    problems = [problem for bundle in bundles for problem in _bundle_problems(bundle)]
    names = Counter(bundle.resolve().name for bundle in bundles)
    problems += [
        f"{name} is the name of {count} bundles; rename a folder" for name, count in names.items() if count > 1
    ]
    if not problems and not different_labels:
        problems += _different_labels(bundles)
    if problems:
        raise SettingError(list_problems("these bundles cannot be served", problems))
    return {bundle.resolve().name: bundle.resolve() for bundle in bundles}


def check_studies(studies: Path, bundles: Iterable[Path]) -> list[str]:
    """Look for images that the server can show.

    Args:
        studies: folder of images.
        bundles: checked ones.

    Returns:
        What to tell of files that the server overlooks.

    Raises:
        SettingError: when the folder is missing, cannot be written to, or holds no image for a bundle.
    """
    if not studies.is_dir():
        raise SettingError(f"the folder of images {studies} does not exist; give another with --studies.")
    if not os.access(studies, os.W_OK | os.X_OK):
        raise SettingError(f"{studies} cannot be written to; the server keeps labels in it. Give another --studies.")
    files = sorted(path.name for path in studies.iterdir() if path.is_file() and not path.name.startswith("."))
    overlooked = [name for name in files if _is_image(name) and not _ending(name)]
    told = []
    if overlooked:
        told.append(
            list_problems(
                f"{studies} holds images that MONAI Label does not see; convert or rename them ("
                f"{' '.join(sum(_ENDINGS.values(), ()))}, in lower case)",
                overlooked,
            )
        )
    for bundle in bundles:
        dimensions = _dimensions(bundle)
        fitting = [name for name in files if _ending(name) in _ENDINGS[dimensions]]
        if not fitting:
            kind = "pictures" if dimensions == 2 else "volumes"
            raise SettingError(
                f"{studies} holds no image for {bundle.name}, which segments {kind}: expected files "
                f"{' '.join('*' + ending for ending in _ENDINGS[dimensions])} in the folder itself, found "
                f"{_listed(files) if files else 'none'}. Give another --studies."
            )
        others = [name for name in files if _ending(name) and name not in fitting]
        if others:
            told.append(list_problems(f"{studies} holds images that {bundle.name} cannot segment", others))
    stems = Counter(name.removesuffix(_ending(name)) for name in files if _ending(name))
    double = [stem for stem, count in stems.items() if count > 1]
    if double:
        told.append(list_problems(f"{studies} holds several images of one name; the server shows one of them", double))
    return told


def notes(bundles: Iterable[Path]) -> list[str]:
    """What a user should know of bundles that can be served."""
    told = []
    for bundle in bundles:
        table = table_of(bundle)
        painted, left = drawing_labels(table), unpaintable(table)
        if not painted:
            told.append(
                f"{bundle.name}: no label of configs/train.json has the value 1, so there is nothing to paint; the "
                "classes are listed instead, to look at results only"
            )
        elif left:
            told.append(
                f"{bundle.name}: viewers number what is painted from 1 on without a gap, so these labels of "
                f"configs/train.json cannot be painted: {', '.join(left)}"
            )
        if not all(os.access(folder, os.W_OK) for folder in (bundle, bundle / "models")):
            told.append(f"{bundle} cannot be written to: it can be asked, but not trained")
    return told


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches a server that listens there."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_host(host: str, *, open_to_network: bool) -> None:
    """Refuse an address that others reach, unless that is meant.

    Raises:
        SettingError: saying what others could do.
    """
    if not is_loopback(host) and not open_to_network:
        raise SettingError(
            f"with --host {host} whoever reaches this machine can see, change and delete images and labels, and train: "
            "MONAI Label asks for no password. Stay with 127.0.0.1 and an SSH tunnel, or give --open-to-network."
        )


def check_port(host: str, port: int) -> None:
    """Refuse a port at which something else listens.

    Raises:
        SettingError: naming it.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise SettingError(
                f"port {port} of {host} cannot be used ({error.strerror}); give another with --port."
            ) from error


def _bundle_problems(bundle: Path) -> list[str]:
    name = bundle.resolve().name
    problems = []
    if not bundle.is_dir():
        return [f"{bundle} is no folder; export a bundle with python -m bundle export"]
    missing = [part for part in _NEEDED if not (bundle / part).exists()]
    if missing:
        problems.append(
            f"{bundle} lacks {', '.join(missing)}; a bundle is served as python -m bundle export lays it out"
        )
    for part in _NEEDED[:3]:
        if (bundle / part).is_file():
            try:
                json.loads((bundle / part).read_text(encoding="utf-8"))
            except ValueError as error:
                problems.append(f"{bundle / part} is no JSON: {error}")
    misleading = [word for word in _MISLEADING if word in name.lower()]
    if misleading:
        problems.append(
            f"{bundle}: MONAI Label takes a model with {misleading[0]!r} in its name for one of another kind; rename "
            "the folder"
        )
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*", name):
        problems.append(f"{bundle}: the name of the folder names the model; use letters, digits and _ . - in it")
    return problems


def _different_labels(bundles: Sequence[Path]) -> list[str]:
    """Viewers number segments over the labels of all models together."""
    tables = {bundle.resolve().name: drawing_labels(table_of(bundle)) for bundle in bundles}
    if all(list(table) == list(next(iter(tables.values()))) for table in tables.values()):
        return []
    return [
        "together they need the same labels, since a viewer numbers what is painted over those of all models; start "
        "one server for each (with another --port and --studies), or give --different-labels if nobody paints for this "
        "one in a viewer: " + "; ".join(f"{name} has {', '.join(table) or 'none'}" for name, table in tables.items())
    ]


def _dimensions(bundle: Path) -> int:
    metadata = json.loads((bundle / "configs" / "metadata.json").read_text(encoding="utf-8"))
    image = next(iter(metadata.get("network_data_format", {}).get("inputs", {}).values()), {})
    return 2 if len(image.get("spatial_shape", ())) == 2 else 3


def _ending(name: str) -> str:
    """The ending of an image that MONAI Label sees, empty for another file."""
    return next((ending for endings in _ENDINGS.values() for ending in endings if name.endswith(ending)), "")


def _is_image(name: str) -> bool:
    return name.lower().endswith(_IMAGES)


def _listed(names: Sequence[str], most: int = 5) -> str:
    return ", ".join([*names[:most], *(["..."] if len(names) > most else [])])
