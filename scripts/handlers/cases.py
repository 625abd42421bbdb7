"""The cases of an evaluator's iteration, and their names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ignite.engine import Engine
from monai.data import decollate_batch

from scripts.volumes.writing import volume_stem

__all__ = ["case_names", "case_path", "iteration_cases"]


def iteration_cases(engine: Engine) -> list[dict[str, Any]]:
    """One dict per case of the iteration that has just run: its batch entries, overlaid by its outputs.

    Works with decollated batches (lists of dicts of channel-first tensors, MONAI's default) and with whole ones
    (dicts of batch-first tensors).

    Raises:
        TypeError: when batch or output is neither.
    """
    parts = []
    for name in ("batch", "output"):
        part = getattr(engine.state, name)
        if isinstance(part, dict):
            part = decollate_batch(part)
        if not isinstance(part, list) or not all(isinstance(case, dict) for case in part):
            raise TypeError(
                f"engine.state.{name} must be a dict or a list of dicts, got {type(part).__name__}. "
                "Use a monai.engines.SupervisedEvaluator with dictionary data."
            )
        parts.append(part)
    return [{**batch, **output} for batch, output in zip(*parts, strict=True)]


def case_path(case: dict[str, Any], image_key: str = "image") -> str:
    """The file that a case's image was loaded from.

    Raises:
        ValueError: when the image does not carry it.
    """
    path = getattr(case.get(image_key), "meta", {}).get("filename_or_obj")
    if not path:
        raise ValueError(
            f"a case's '{image_key}' does not say which file it comes from (filename_or_obj in its metadata); load it "
            "with LoadImaged and keep it a MetaTensor."
        )
    return str(path)


def _stem(path: Path) -> str:
    """As in the names of result files, for pictures and volumes."""
    stem = volume_stem(path)
    return path.stem if stem == path.name and not path.is_dir() else stem


def case_names(paths: Sequence[str]) -> list[str]:
    """Short names for files: the stem (``12`` for ``images/12.png``, ``scan`` for ``scan.nii.gz``).

    A folder of DICOM slices keeps its whole name.
    Where different files share a stem, as many parent folders are put before it as tell them apart
    (``patient1/scan``); where that does not help, the name is the whole path.
    """
    parts = {path: Path(path) for path in paths}
    names = {path: _stem(pure) for path, pure in parts.items()}
    for depth in range(1, max((len(pure.parts) for pure in parts.values()), default=0) + 1):
        counts = Counter(names.values())
        for path, pure in parts.items():
            if counts[names[path]] > 1:
                folders = pure.parts[-1 - depth : -1] if depth < len(pure.parts) else None
                names[path] = path if folders is None else "/".join((*folders, _stem(pure)))
    return [names[path] for path in paths]
