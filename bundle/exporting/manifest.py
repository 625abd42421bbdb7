"""manifest.json: what an exported bundle is, where it comes from, and the checksum of each of its files."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bundle.exporting.config_items import read_json
from bundle.exporting.pack import file_digest
from scripts.errors import SettingError
from scripts.handlers.git_commit import git_commit

__all__ = ["FORMAT", "FORMAT_VERSION", "code_version", "created", "describe_files", "evaluation_facts", "known_limits"]

FORMAT = "coarse label segmentation bundle"

#: Of the form of the manifest; a key that changes its meaning raises it.
FORMAT_VERSION = 1

#: What of the project an export is made from and by; a note of the user's beside it changes nothing.
_CODE = ("LICENSE", "bundle", "configs", "requirements.txt", "scripts")


def code_version(folder: Path) -> dict[str, Any]:
    """Which code a bundle was exported from.

    Args:
        folder: root of the project.

    Returns:
        commit: full hash; None where there is no repository, no commit yet or no git.
        commit_has_changes: whether code or configs differ from that commit, new files included; None if that is not
            known.
    """
    commit = git_commit(folder)
    return {"commit": commit, "commit_has_changes": None if commit is None else _has_changes(folder)}


def _has_changes(folder: Path) -> bool | None:
    command = ["git", "--no-optional-locks", "-C", str(folder), "status", "--porcelain", "--", *_CODE]
    try:
        # no shell, and git is wherever the user's PATH has it
        status = subprocess.run(command, capture_output=True, timeout=30, check=True)  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return None
    return bool(status.stdout.strip())


def created() -> str:
    """Now in UTC, or the time in ``SOURCE_DATE_EPOCH``, for exports that shall have the same bytes."""
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    moment = datetime.fromtimestamp(int(given), UTC) if given.isdigit() else datetime.now(UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def describe_files(folder: Path) -> dict[str, dict[str, Any]]:
    """``sha256`` and ``bytes`` of every file below a folder, by path, sorted."""
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: {"sha256": file_digest(files[name]), "bytes": files[name].stat().st_size} for name in sorted(files)}


def evaluation_facts(folder: Path) -> dict[str, Any]:
    """The numbers of an evaluation.

    Args:
        folder: with the ``metrics.json`` that an evaluation has written.

    Raises:
        SettingError: when there is none.
    """
    path = folder / "metrics.json" if folder.is_dir() else folder
    if not path.is_file():
        raise SettingError(
            f"{folder} holds no metrics.json. Give the folder that an evaluation has written, such as eval/evaluation."
        )
    content = read_json(path)
    if not isinstance(content.get("cases"), int):
        raise SettingError(f"{path} is not from an evaluation: it lacks the number of cases. Evaluate the model again.")
    return content


def known_limits(classes: Sequence[str], data: Mapping[str, Any] | None, metrics: Mapping[str, Any]) -> list[str]:
    """What a user must not expect, as far as it follows from what is known."""
    limits = [
        "This is not a medical device. Nobody has cleared or approved it for clinical use.",
        f"It knows {', '.join(classes[1:])} and nothing else; whatever else is in an image becomes one of its classes.",
        "Images should come from the same kind of device, protocol and patients as those trained on. The network does "
        "not tell when an image is out of its reach.",
        "A probability is not calibrated.",
    ]
    if data is None:
        limits.append("The export was not told which data the model was trained on.")
    if metrics.get("evaluation") is None:
        limits.append("The export was given no evaluation on test cases.")
    return limits
