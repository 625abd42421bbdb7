"""The folder of images and labels, closed to names that lead out of it."""

from __future__ import annotations

from fnmatch import fnmatch
from typing import Any

from fastapi import HTTPException
from lib.safe_requests import is_plain_name
from monailabel.datastore.local import LocalDatastore

__all__ = ["StudiesFolder"]


class StudiesFolder(LocalDatastore):
    """MONAI Label's folder, which would write an image called ``../../x`` where the name says."""

    def add_image(self, image_id: str, image_filename: str, image_info: dict[str, Any]) -> str:
        """Take an image that was sent.

        Raises:
            HTTPException: status 400, when the name is a path, or the file is no image by its ending.
        """
        self._refuse("image", image_id, image_filename)
        return super().add_image(image_id, image_filename, image_info)

    def save_label(self, image_id: str, label_filename: str, label_tag: str, label_info: dict[str, Any]) -> str:
        """Take a label; errors as for an image."""
        self._refuse("image", image_id, label_filename)
        self._refuse("tag", label_tag, label_filename)
        return super().save_label(image_id, label_filename, label_tag, label_info)

    def _refuse(self, what: str, name: Any, file: str) -> None:
        # an empty name stands for that of the file
        if name and not is_plain_name(name):
            raise HTTPException(400, f"the {what} is called {name!r}; expected a name without / and \\")
        if not any(fnmatch(file, pattern) for pattern in self._extensions):
            endings = " ".join(pattern.removeprefix("*") for pattern in self._extensions)
            raise HTTPException(400, f"the file sent for {name!r} has none of the endings {endings}")
