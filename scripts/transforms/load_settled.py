"""Replaces the boxes of a cached case by what has been settled of them since."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any

import torch
from monai.config import KeysCollection
from monai.transforms import MapTransform
from monai.transforms.traits import RandomizableTrait

from scripts.boxes.settled_files import latest_folder, read_settled

__all__ = ["LoadSettledd"]


class LoadSettledd(MapTransform, RandomizableTrait):
    """Reads what :class:`scripts.handlers.SettleBoxes` wrote last about a case.

    It draws nothing, but counts as random, so that a cache ends before it: put it first among the random transforms.
    Cases without boxes, and those of which nothing has been settled yet, pass as they are.

    Args:
        folder: of the settled boxes.
        keys: key of the map of boxes `CH[WD]` uint8.
        id_key: key of the case's unique name.
    """

    def __init__(self, folder: str | Path, keys: KeysCollection = "boxes", id_key: str = "case_id") -> None:
        super().__init__(keys, allow_missing_keys=True)
        self.folder = Path(folder)
        self.id_key = id_key

    def __call__(self, data: Mapping[Hashable, Any]) -> dict[Hashable, Any]:
        """Replace the map by the settled one, on the same device.

        Raises:
            DataError: when the file is damaged or of another shape.
        """
        loaded = dict(data)
        latest = latest_folder(self.folder) if self.id_key in loaded else None
        if latest is None:
            return loaded
        path = latest / f"{loaded[self.id_key]}.npz"
        for key in self.key_iterator(loaded):
            if path.is_file():
                settled = torch.from_numpy(read_settled(path, tuple(loaded[key].shape)))
                loaded[key] = settled.to(torch.as_tensor(loaded[key]).device)
        return loaded
