"""Reads all annotation files once: whose they are, and which names occur."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from tqdm import tqdm

from bundle.importing.annotation_files import AnnotationFile, image_names
from bundle.importing.formats import label_volume
from bundle.importing.image_index import ImageIndex
from bundle.importing.image_names import image_suffix, name_parts
from bundle.importing.marks import AnnotatedImage
from bundle.importing.same_volume import check_same_volume
from bundle.importing.source_image import SourceImage
from scripts.errors import DataError, list_problems
from scripts.wording import times

__all__ = ["AnnotationReader", "CaseName", "Scan", "scan"]

# so that two files that each hold many images are not read again for every one of them
_MOST_HELD = 3


@dataclass(frozen=True, order=True)
class CaseName:
    """What tells cases apart: the key of the image and who drew; ``annotator`` may be empty."""

    image: str
    annotator: str = ""


@dataclass
class Scan:
    """What the annotation files hold.

    Attributes:
        cases: files of each case.
        found: number of marks by name and kind.
        formats: number of files by the name of their format.
        empty: images that a file lists without any mark.
        problems: what is wrong, by file.
    """

    cases: dict[CaseName, list[AnnotationFile]] = field(default_factory=lambda: defaultdict(list))
    found: Counter[tuple[str, str]] = field(default_factory=Counter)
    formats: Counter[str] = field(default_factory=Counter)
    empty: list[CaseName] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


class AnnotationReader:
    """Reads annotation files and finds the images that they are of; keeps what the last few files held.

    Args:
        index: the images.
        names: names of the values of label maps, as a label description file gives them.
    """

    def __init__(self, index: ImageIndex, names: Mapping[int, str] | None = None) -> None:
        self.index = index
        self._names = {str(value): name for value, name in (names or {}).items()}
        self._folders = {image.path.resolve(): image for image in index.images if image.path.is_dir()}
        self._held: dict[Path, list[tuple[SourceImage, AnnotatedImage]]] = {}

    def read(self, file: AnnotationFile) -> list[tuple[SourceImage, AnnotatedImage]]:
        """What a file says, image by image.

        Raises:
            DataError: the file is damaged, listing images that it is of and that do not exist or have another size.
        """
        if file.path in self._held:
            return self._held[file.path]

        def image_size(name: str | None) -> tuple[int, ...] | None:
            image = self._find(file, name)
            return None if image is None else image.size

        pairs, problems = [], []
        for annotated in file.reader.read(file.path, image_size):
            try:
                pairs.append((self._image_of(file, annotated), self._named(file, annotated)))
            except DataError as error:
                problems.append(str(error))
        if len(problems) == 1:
            raise DataError(problems[0])
        if problems:
            raise DataError(list_problems(f"{file.path}: {len(problems)} images cannot be used", problems, most=5))
        while len(self._held) >= _MOST_HELD:
            del self._held[next(iter(self._held))]
        self._held[file.path] = pairs
        return pairs

    def _find(self, file: AnnotationFile, name: str | None) -> SourceImage | None:
        """The image of a name that a file states; of None, the one that the file's own name belongs to.

        A name is looked for in the file's own folder first. A file that has the name of its image, as those of labelme,
        is never of one in another folder.
        """
        if name is None:
            here = self._folders.get(file.path.parent.resolve())
            return here or next(filter(None, map(self.index.find, image_names(file.relative))), self._of_folder(file))
        image = self.index.find(f"{file.relative.parent.as_posix()}/{name}")
        if image is not None or _bare(name) in map(_bare, image_names(file.relative)):
            return image
        return self.index.find(name)

    def _of_folder(self, file: AnnotationFile) -> SourceImage | None:
        """The image that the file's folder is named after, as where 3D Slicer saves every markup to its own file."""
        folder = file.relative.parent.as_posix()
        return next((image for image in self.index.images if image.key == folder), None)

    def _image_of(self, file: AnnotationFile, annotated: AnnotatedImage) -> SourceImage:
        if annotated.series:
            image = self.index.find_series(annotated.series)
        else:
            image = self._find(file, annotated.image)
        if image is None:
            raise DataError(self._why_no_image(file, annotated))
        if annotated.size is not None and tuple(annotated.size) != tuple(image.size):
            raise DataError(
                f"{file.path}: was drawn on an image of {times(annotated.size)} pixels, but {image.path} has "
                f"{times(image.size)}. Take the image that was drawn on, or export the annotation again"
            )
        if image.volume and file.reader is label_volume:
            check_same_volume(file.path, image.path)
        return image

    def _why_no_image(self, file: AnnotationFile, annotated: AnnotatedImage) -> str:
        if annotated.series:
            return f"{file.path}: is of the DICOM series {annotated.series}, which is not among the images"
        names = image_names(file.relative) if annotated.image is None else [annotated.image]
        elsewhere = self.index.elsewhere(names)
        hint = f"; {elsewhere} lies in another folder" if elsewhere else ""
        if annotated.image is not None:
            return f'{file.path}: is of the image "{annotated.image}", which is not among the images{hint}'
        expected = " or ".join(f'"{name}"' for name in names)
        return (
            f"{file.path}: has no image: expected one of the name {expected}, with the ending of an image{hint}. Give "
            "the annotation the name and folder of its image, or move it elsewhere"
        )

    def _named(self, file: AnnotationFile, annotated: AnnotatedImage) -> AnnotatedImage:
        if not self._names or file.reader is not label_volume:
            return annotated
        return replace(
            annotated, marks=[replace(mark, name=self._names.get(mark.name, mark.name)) for mark in annotated.marks]
        )


def _bare(name: str) -> str:
    """Without folders and ending."""
    base = name_parts(name)[-1:]
    return base[0][: len(base[0]) - len(image_suffix(base[0]))] if base else ""


def scan(files: Iterable[AnnotationFile], reader: AnnotationReader, *, progress: bool = True) -> Scan:
    """Read every file; a problem of one never hides another.

    Args:
        files: all annotation files.
        reader: reads them.
        progress: whether a progress bar is shown.
    """
    result = Scan()
    hidden = None if progress else True  # None hides it where nobody looks
    for file in tqdm(list(files), desc="reading annotations", unit="file", disable=hidden, leave=False):
        try:
            pairs = reader.read(file)
        except DataError as error:
            result.problems.append(str(error))
            continue
        result.formats[file.reader.__name__.rpartition(".")[2]] += 1
        for image, annotated in pairs:
            name = CaseName(image.key, file.annotator)
            if file not in result.cases[name]:
                result.cases[name].append(file)
            result.found.update((mark.name, mark.shape.kind) for mark in annotated.marks)
            if not annotated.marks:
                result.empty.append(name)
    result.problems += _people(result)
    return result


def _people(result: Scan) -> list[str]:
    """Files of one image in several folders are most likely those of several people."""
    problems = []
    for name, files in result.cases.items():
        # a folder with the name of the image is nobody's
        own = Path(name.image)
        if len({own.parent if file.relative.parent == own else file.relative.parent for file in files}) > 1:
            listed = " and ".join(str(file.path) for file in files[:3])
            problems.append(
                f"{listed}: are of the same image. If the folders are those of several annotators, give "
                "--annotator-folders; if not, keep one"
            )
    return problems
