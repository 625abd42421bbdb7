"""Tells whether two trainings saw the same labels."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

__all__ = ["data_fingerprint"]


def data_fingerprint(cases: Sequence[Mapping[str, Any]]) -> str:
    """Sha256 of the names, the kinds of supervision and the label files of training cases.

    Where the files lie does not matter, nor does what the images hold: they are known by name, and large.

    Args:
        cases: the datalist's entries, with paths that can be opened.
    """
    digest = hashlib.sha256()
    for case in cases:
        facts = [Path(str(case["image"])).name, case.get("supervision"), case.get("subject")]
        digest.update(json.dumps(facts).encode())
        if case.get("label") is not None:
            digest.update(hashlib.sha256(Path(case["label"]).read_bytes()).digest())
    return digest.hexdigest()
