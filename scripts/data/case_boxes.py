"""The boxes of a datalist's cases, wherever they are written."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scripts.boxes import Box, CocoBoxes, check_boxes, match_images, read_boxes
from scripts.errors import DataError
from scripts.volumes import VOLUME_SUFFIXES

__all__ = ["CaseBoxes"]


class CaseBoxes:
    """Finds the boxes of each case: its own list or file, else the COCO file of the whole datalist.

    Args:
        content: of the datalist.
        datalist: its path.
        root: folder that relative paths start from.

    Attributes:
        problems: what was wrong so far, one entry per problem.
        shared_path: of the COCO file for all cases, None if there is none.
    """

    def __init__(self, content: Mapping[str, Any], datalist: Path, root: Path) -> None:
        self.datalist = datalist
        self.root = root
        self.problems: list[str] = []
        self._images = _all_images(content)
        self._sizes: dict[Path, dict[str, tuple[int, int]]] = {}
        self._files: dict[Path, list[Box] | dict[str, list[Box]] | None] = {}
        self._boxed_classes = content.get("boxed_classes")
        self.shared_path: Path | None = None
        self._shared: dict[str, list[Box]] = {}
        shared = content.get("boxes")
        if shared in (None, ""):
            return
        if not isinstance(shared, str):
            self.problems.append(f'the top level\'s "boxes" must be the path of a COCO file, got {shared!r:.100}')
            return
        self.shared_path = (root / shared).resolve()
        boxes = self._read(self.shared_path, 'the top level\'s "boxes"')
        if isinstance(boxes, dict):
            self._shared = boxes
            return
        # one problem is enough: without this, every case would lack its boxes
        self._shared = {image: [] for image in self._images}
        if isinstance(boxes, list):
            self.problems.append(
                f'the top level\'s "boxes": {self.shared_path} holds a list of boxes, which is for one case. Name it '
                "in that case, or give a COCO file"
            )

    def add(self, case: dict[str, Any], where: str) -> None:
        """Replace what a case says of its boxes by ``boxes`` (a list), ``boxed_classes`` and ``boxes_source``.

        The source is the path of the file that they were found in, for errors. Where that is a COCO file that states
        the width and height of the image, they are added as ``boxes_size``. A case that is not boxed has none of these
        keys.

        Args:
            case: its values as in the datalist, ``image`` as it is written there.
            where: what to call it in problems.
        """
        given, named = case.pop("boxes", None), case.pop("boxed_classes", self._boxed_classes)
        image = str(case["image"])
        if given is None and image in self._shared:
            boxes, source = self._shared[image], self.shared_path
            self._refuse_volume(image, where, source)
        elif given is not None:
            boxes, source = self._own(given, image, where)
        else:
            return
        case |= {"boxes": boxes, "boxes_source": str(source)}
        size = self._sizes.get(source, {}).get(image)
        if size is not None:
            case["boxes_size"] = size
        if named is None:
            return
        if isinstance(named, list) and all(isinstance(name, str) for name in named):
            case["boxed_classes"] = named
        else:
            self.problems.append(f'{where}: "boxed_classes" must be a list of class names, got {named!r:.100}')

    def _own(self, given: Any, image: str, where: str) -> tuple[list[Box], Path]:
        """Boxes that the case itself names, and where they are written; none where something is wrong."""
        if isinstance(given, list):
            boxes, problems = check_boxes(given)
            self.problems += [f"{where}: {problem}" for problem in problems]
            return boxes, self.datalist
        if not isinstance(given, str):
            self.problems.append(f'{where}: "boxes" must be a list of boxes or the path of one, got {given!r:.100}')
            return [], self.datalist
        source = (self.root / given).resolve()
        found = self._read(source, where)
        if not isinstance(found, dict):
            return found or [], source
        self._refuse_volume(image, where, source)
        if image not in found:
            self.problems.append(f"{where}: {source} does not list the image {image}")
        return found.get(image, []), source

    def _read(self, path: Path, where: str) -> list[Box] | dict[str, list[Box]] | None:
        """Boxes of a file, of a COCO file by image; None, and a problem the first time, if it cannot be used."""
        if path not in self._files:
            self._files[path] = None
            try:
                boxes = read_boxes(path)
            except DataError as error:
                self.problems.append(f"{where}: {error}".replace("\n", "\n  "))
                return None
            if isinstance(boxes, CocoBoxes):
                boxes, self._sizes[path], problems = match_images(boxes, self._images, str(self.root))
                self.problems += [f"{path}: {problem}" for problem in problems]
            self._files[path] = boxes
        return self._files[path]

    def _refuse_volume(self, image: str, where: str, source: Path | None) -> None:
        path = self.root / image
        if path.name.lower().endswith(VOLUME_SUFFIXES) or path.is_dir():
            self.problems.append(
                f"{where}: the COCO file {source} has boxes of two dimensions, but the image {image} is a volume. Give "
                'its boxes as a list, {"class": name, "box": [x0, y0, z0, x1, y1, z1]} each'
            )


def _all_images(content: Mapping[str, Any]) -> list[str]:
    """Images of all lists of cases, as they are written."""
    entries = [entry for section in content.values() if isinstance(section, list) for entry in section]
    return [entry["image"] for entry in entries if isinstance(entry, dict) and isinstance(entry.get("image"), str)]
