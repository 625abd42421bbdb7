"""Finds an image by the name that an annotation gives it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from bundle.importing.image_names import image_suffix, name_parts
from bundle.importing.source_image import SourceImage
from scripts.errors import DataError

__all__ = ["ImageIndex"]

_MOST_NAMED = 3
_Parts = tuple[str, ...]


class ImageIndex:
    """Finds images by the names that annotation files state.

    Args:
        images: all of them, at least one.
    """

    def __init__(self, images: Sequence[SourceImage]) -> None:
        self.images = list(images)
        self._by_key = {name_parts(image.key): image for image in images}
        self._by_name: dict[str, list[tuple[_Parts, SourceImage]]] = defaultdict(list)
        for parts, image in self._by_key.items():
            self._by_name[parts[-1]].append((parts, image))

    @property
    def volumes(self) -> bool:
        """Whether the images are volumes."""
        return self.images[0].volume

    def find(self, name: str) -> SourceImage | None:
        """The image of a name, with or without folders and ending; None if there is none.

        Folders in front that only one of both has are left out, since annotation tools often state where the image lay
        on another computer, or its bare name. Folders that both have must be the same: ``p01/left`` is never the image
        ``p02/left``.

        Raises:
            DataError: when several images have this name.
        """
        parts = name_parts(name)
        if not parts:
            return None
        wanted = [parts]
        suffix = image_suffix(parts[-1])
        if suffix and suffix != parts[-1].lower():
            wanted.append((*parts[:-1], parts[-1][: -len(suffix)]))
        for key in wanted:
            if key in self._by_key:
                return self._by_key[key]
        for key in wanted:
            found = [image for full, image in self._by_name.get(key[-1], ()) if full[-len(key) :] == key]
            if len(found) > 1:
                raise DataError(f'"{name}" may be any of {_some(found)}. Name it with its folder.')
            if found:
                return found[0]
        for start in range(1, len(parts)):
            for key in wanted:
                if key[start:] in self._by_key:
                    return self._by_key[key[start:]]
        return None

    def elsewhere(self, names: Sequence[str]) -> str:
        """Images with one of these names, but in other folders, for messages; empty if there are none."""
        bases = dict.fromkeys(name_parts(name)[-1] for name in names if name_parts(name))
        found = []
        for base in bases:
            for alias in dict.fromkeys((base, base[: len(base) - len(image_suffix(base))])):
                found += [image for _, image in self._by_name.get(alias, ())]
        return _some(list(dict.fromkeys(found))) if found else ""

    def find_series(self, series: str) -> SourceImage | None:
        """The DICOM series of a SeriesInstanceUID; None if there is none."""
        return next((image for image in self.images if image.series == series), None)


def _some(images: Sequence[SourceImage]) -> str:
    rest = f" and {len(images) - _MOST_NAMED} more" if len(images) > _MOST_NAMED else ""
    return ", ".join(str(image.path) for image in images[:_MOST_NAMED]) + rest
