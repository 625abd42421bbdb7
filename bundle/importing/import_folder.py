"""From a folder of annotations to a data set."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bundle.importing.annotation_files import AnnotationFolder, find_annotations
from bundle.importing.case_labels import LabelPlan
from bundle.importing.compare import compare_case
from bundle.importing.data_set import DataSet, build_data_set
from bundle.importing.fields_of_view import find_fields_of_view
from bundle.importing.find_images import find_images
from bundle.importing.folders import check_apart, inside, staging
from bundle.importing.formats.itksnap import read_label_descriptions
from bundle.importing.former_import import FormerImport, read_former
from bundle.importing.image_index import ImageIndex
from bundle.importing.import_request import ImportRequest
from bundle.importing.label_values import LabelValues
from bundle.importing.moved_images import follow_images
from bundle.importing.publish import class_overlays, publish
from bundle.importing.rules import BACKGROUND, Meaning, Rules
from bundle.importing.scan import AnnotationReader, Scan, scan
from bundle.importing.source_image import SourceImage
from bundle.importing.stage import StagedCase, stage_cases
from bundle.importing.subjects import read_subjects
from scripts.errors import DataError, list_problems
from scripts.publishing import relative_path

__all__ = ["ImportResult", "import_folder"]

_MOST_PROBLEMS = 20


@dataclass
class ImportResult:
    """What was, or would be, imported.

    Attributes:
        data_set: after the import.
        cases: all cases with annotations.
        scan: of the annotation files.
        folder: what the folder of annotations holds.
        rules: that were used.
        values: of the label maps.
        subjects_known: whether subjects were told.
        volumes: whether the images are volumes.
    """

    data_set: DataSet
    cases: list[StagedCase]
    scan: Scan
    folder: AnnotationFolder
    rules: Rules
    values: LabelValues
    subjects_known: bool
    volumes: bool


def import_folder(
    request: ImportRequest,
    choose_rules: Callable[[Scan, FormerImport], Rules],
    *,
    dry: bool = False,
    progress: bool = True,
) -> ImportResult:
    """Import a folder; images and annotations are only read.

    Args:
        request: what and how.
        choose_rules: gives the rules for what was found; may ask, and stops the import by an exception.
        dry: write nothing.
        progress: whether progress bars are shown.

    Raises:
        DataError: listing everything that cannot be used; nothing is written then.
    """
    classes = [_class_name(name) for name in request.classes]
    check_apart(request.out, request.images, request.annotations)
    former = read_former(request.out)
    images = _find_images(request)
    index = ImageIndex(images)
    subjects = read_subjects(index, request.subjects, request.subject_pattern)
    views = find_fields_of_view(request.fields_of_view, images) if request.fields_of_view else {}
    folder = find_annotations(
        request.annotations,
        [image.path for image in images],
        annotator=request.annotator,
        by_folder=request.annotator_folders,
        leave_out=[*inside(request.annotations, request.out), *_views_in(request.annotations, request)],
    )
    reader = AnnotationReader(index, _label_names(request, folder))
    found = scan(folder.files, reader, progress=progress)
    _refuse(folder.problems + found.problems, "nothing was imported")
    if not folder.files:
        raise DataError(f"{request.annotations} holds no annotation in a known format. See docs/how-to/import.md.")
    rules = choose_rules(found, former)
    if not found.found and not (classes or former.classes):
        raise DataError(f"nothing is marked in any annotation of {request.annotations}, so there is nothing to learn.")
    values = _values(classes, rules, former)
    plan = LabelPlan(
        rules,
        values,
        request.width,
        request.dense,
        request.last,
        request.empty_counts,
        _box_classes(found, rules),
        request.boxes_complete,
    )
    former, moved = follow_images(former, images, request.out)
    try:
        with staging(request.out, dry) as staged:
            cases = stage_cases(
                found.cases,
                {image.key: image for image in images},
                reader,
                plan,
                lambda case: compare_case(case, former, request.out, update=request.update),
                folder=staged,
                out=request.out,
                keep=not dry,
                progress=progress,
            )
            _refuse([problem for case in cases for problem in case.problems], "nothing was imported")
            data_set = build_data_set(
                cases,
                images,
                former,
                subjects,
                values,
                rules,
                request.split,
                out=request.out,
                update=request.update,
                views=views,
                record=_record(request, found),
            )
            data_set.notes[:0] = moved
            if data_set.changed and not dry:
                _refuse_another(former, request.out)
                publish(data_set, staged, request.out, class_overlays(data_set.values, index.volumes))
    except OSError as error:
        raise DataError(
            f"{request.out}: cannot be written to ({error}). Nothing was imported. Make room or the folder writable, "
            "or choose another --out."
        ) from error
    return ImportResult(data_set, cases, found, folder, rules, data_set.values, subjects.known, index.volumes)


def _find_images(request: ImportRequest) -> list[SourceImage]:
    apart = [*inside(request.images, request.annotations), *_views_in(request.images, request)]
    beside = request.images.resolve().is_relative_to(request.annotations.resolve())
    return find_images(
        request.images, leave_out=[*inside(request.images, request.out), *apart], annotations_beside=beside
    )


def _views_in(folder: Path, request: ImportRequest) -> list[Path]:
    return inside(folder, request.fields_of_view) if request.fields_of_view else []


def _box_classes(found: Scan, rules: Rules) -> tuple[str, ...]:
    meanings = [rule.meaning for name, kind in found.found if (rule := rules.find(name, kind))]
    return tuple(dict.fromkeys(meaning.name for meaning in meanings if meaning.action == "box"))


def _label_names(request: ImportRequest, folder: AnnotationFolder) -> dict[int, str]:
    files = [request.label_names] if request.label_names else folder.descriptions
    names: dict[int, str] = {}
    for path in files:
        for value, name in read_label_descriptions(path).items():
            if names.setdefault(value, name) != name:
                raise DataError(
                    f'{path}: names the label {value} "{name}", another label description file "{names[value]}". Give '
                    "the right one with --label-names."
                )
    return names


def _values(classes: list[str], rules: Rules, former: FormerImport) -> LabelValues:
    wanted = classes or rules.classes()
    unexpected = [name for name in rules.classes() if name not in (*wanted, *former.classes)]
    if unexpected:
        raise DataError(f"the rules name {unexpected}, but the classes are {wanted}. Correct the rules or --class.")
    names = list(dict.fromkeys([*former.classes, *wanted]))
    if not names:
        raise DataError("no rule names a class, so there is nothing to learn. Correct the rules.")
    negated = any(rule.meaning.action == "not" and rule.meaning.name == BACKGROUND for rule in rules.rules)
    return LabelValues(names, former.labels, not_background=negated)


def _class_name(text: str) -> str:
    meaning = Meaning.parse(text)
    if meaning.action != "is" or meaning.name == BACKGROUND:
        raise DataError(f'"{text}" is no name of a class. Give the classes to be learned with --class, such as vessel.')
    return meaning.name


def _record(request: ImportRequest, found: Scan) -> dict[str, Any]:
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "images": relative_path(request.images, request.out),
        "annotations": relative_path(request.annotations, request.out),
        "formats": dict(found.formats),
        "subjects": relative_path(request.subjects, request.out) if request.subjects else request.subject_pattern,
        "fields_of_view": relative_path(request.fields_of_view, request.out) if request.fields_of_view else None,
        "dense": request.dense,
        "stroke_width": str(request.width) if request.width else None,
        "overlap": "last" if request.last else "ignore",
        "validation": request.split.validation,
        "test": request.split.test,
        "split_seed": request.split.seed,
    }


def _refuse_another(former: FormerImport, out: Path) -> None:
    """Refuse to write over what another import has written since this one began."""
    if read_former(out).content != former.content:
        raise DataError(f"{out}: was changed by another import in the meantime. Give the same command again.")


def _refuse(problems: list[str], title: str) -> None:
    if problems:
        listed = list(dict.fromkeys(problems))
        raise DataError(list_problems(f"{len(listed)} problem(s), {title}", listed, most=_MOST_PROBLEMS))
