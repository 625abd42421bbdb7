"""Writes the labels of all cases to a folder beside the data set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path, PurePosixPath

from PIL import Image
from tqdm import tqdm

from bundle.importing.annotation_files import AnnotationFile
from bundle.importing.case_labels import CaseLabels, LabelPlan, label_case
from bundle.importing.provenance import Written, image_digest, label_digest, sha256
from bundle.importing.scan import AnnotationReader, CaseName
from bundle.importing.source_image import SourceImage
from scripts.boxes.compact_json import compact_json
from scripts.publishing import relative_path
from scripts.volumes.writing import write_result

__all__ = ["CHANGED", "EMPTY", "FOLDERS", "NEW", "UNCHANGED", "StagedCase", "stage_cases"]

NEW, UNCHANGED, CHANGED, EMPTY = "new", "unchanged", "changed", "empty"
#: Folders of a data set that imports write to: dense masks, drawings and boxes.
FOLDERS = ("masks", "labels", "boxes")


@dataclass
class StagedCase:
    """A case whose files wait to be moved into the data set.

    Attributes:
        name: image and annotator.
        image: of the case.
        dense: whether its label map is a dense mask.
        status: compared with the data set: ``new``, ``unchanged``, ``changed``, or ``empty`` if nothing is marked.
        files: record of each file, by its path in the data set.
        label: path of the label map in the data set; empty if nothing is drawn.
        boxes: path of the boxes in the data set; empty for a case without boxes.
        boxed: the classes that were boxed throughout; empty if none is known to be.
        moves: files to be moved into the data set; what is there already is left out.
        removed: files of an earlier import that the case has no longer.
        notes: what a person should know.
        problems: why the case cannot be used.
    """

    name: CaseName
    image: SourceImage
    dense: bool = False
    status: str = EMPTY
    files: dict[str, Written] = field(default_factory=dict)
    label: str = ""
    boxes: str = ""
    boxed: list[str] = field(default_factory=list)
    moves: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def stage_cases(
    cases: Mapping[CaseName, list[AnnotationFile]],
    images: Mapping[str, SourceImage],
    reader: AnnotationReader,
    plan: LabelPlan,
    compare: Callable[[StagedCase], None],
    *,
    folder: Path,
    out: Path,
    keep: bool = True,
    progress: bool = True,
) -> list[StagedCase]:
    """Make the label maps and boxes of all cases, one case in memory at a time.

    Args:
        cases: annotation files of each case.
        images: by key.
        reader: of the files.
        plan: how marks become labels.
        compare: sets the status of a case and what is to be moved.
        folder: gets the files that are to be moved.
        out: of the data set; only read.
        keep: whether the files are needed; if not, they are removed again.
        progress: whether a progress bar is shown.

    Returns:
        One per case, in the order of the names.
    """
    digest = cache(sha256)  # of annotation files, which may hold many images
    staged = []
    # by file, so that one with many images is not read again for each of them
    order = sorted(cases, key=lambda name: (str(cases[name][0].path), name))
    for name in tqdm(order, desc="writing labels", unit="case", disable=None if progress else True, leave=False):
        image, files = images[name.image], cases[name]
        marks = (marks for file in files for of_image, marks in reader.read(file) if of_image == image)
        labels = label_case(image, marks, plan)
        if len(files) > 1:
            labels.notes.append(f"{len(files)} annotation files are laid over each other")
        case = StagedCase(name, image, plan.dense, notes=labels.notes, problems=labels.problems)
        if not case.problems:
            content = _write(case, labels, plan, folder)
            sources = tuple((relative_path(file.path, out), digest(file.path)) for file in files)
            _record(case, content, sources, folder, out)
            compare(case)
            for left in content.keys() - (case.moves if keep else ()):
                (folder / left).unlink()
        staged.append(case)
    return sorted(staged, key=lambda case: case.name)


def _write(case: StagedCase, labels: CaseLabels, plan: LabelPlan, folder: Path) -> dict[str, str]:
    """Write the label map and the boxes; the digest of what they hold by path, empty for that of the file."""
    masks, drawings, boxes = FOLDERS
    content = {}
    key = PurePosixPath(case.name.annotator, case.name.image)
    if labels.label is not None and (plan.dense or labels.label.any()):
        place = PurePosixPath(masks if plan.dense else drawings, key)
        (folder / place.parent).mkdir(parents=True, exist_ok=True)
        if case.image.volume:
            target = write_result(labels.label, None, case.image.path, folder / place.parent, "label")
        else:
            target = folder / f"{place}.png"
            Image.fromarray(labels.label.T).save(target)
        case.label = target.relative_to(folder).as_posix()
        content[case.label] = label_digest(labels.label)
    if labels.boxes is not None:
        target = folder / f"{PurePosixPath(boxes, key)}.json"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(compact_json(labels.boxes), encoding="utf-8")
        case.boxes = target.relative_to(folder).as_posix()
        case.boxed = list(plan.boxed)
        content[case.boxes] = ""
    return content


def _record(
    case: StagedCase, content: Mapping[str, str], sources: tuple[tuple[str, str], ...], folder: Path, out: Path
) -> None:
    if not content:
        return
    path, image, now = relative_path(case.image.path, out), image_digest(case.image), datetime.now(UTC)
    for name, held in content.items():
        digest = sha256(folder / name)
        case.files[name] = Written(digest, held or digest, path, image, sources, now.isoformat(timespec="seconds"))
