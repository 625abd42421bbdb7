"""Measures one case: all that reading its files shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from scripts.boxes import Box
from scripts.checking.finding import Finding
from scripts.checking.measure_boxes import count_outside_boxes, measure_boxes
from scripts.checking.measure_files import absent_file
from scripts.checking.measure_image import MeasuredImage, Report
from scripts.checking.measure_label import MeasuredLabel, count_drawn, measure_label, measure_view
from scripts.checking.measure_map import misfit, read_map
from scripts.checking.measure_picture import measure_picture
from scripts.checking.measure_table import case_table, value_problem
from scripts.checking.measure_thumbnail import save_thumbnail
from scripts.checking.measure_volume import measure_volume
from scripts.checking.record import CaseRecord, ImageFacts, LabelFacts
from scripts.checking.settings import CheckSettings
from scripts.errors import DataError
from scripts.labels import SUPERVISIONS, LabelTable
from scripts.labels.drawn_slices import PLANES

__all__ = ["measure_case"]

_KINDS = {"image": "image", "label": "label map", "field_of_view": "field of view", "reference": "reference mask"}
_TABLES = ("labels", "dense_labels")
# what whoever lists the cases adds to the keys of the datalist
_ADDED = ("where", "section", "boxes_source", "boxes_size")

_Result = TypeVar("_Result")


def measure_case(case: Mapping[str, Any], settings: CheckSettings, thumbnails: Path | None = None) -> CaseRecord:
    """Read all files of a case and measure what is in them.

    Args:
        case: as :func:`scripts.data.load_cases` gives it, and ``where`` and ``section``; tables that it lacks are those
            of the settings. Its files need not exist.
        settings: of the training.
        thumbnails: folder that gets a small picture of the case; None for none.

    Returns:
        The record. What is wrong is a finding there, never an error; each step is on its own, so that one problem never
        hides another.
    """
    return _Measurement(case, settings).run(thumbnails)


class _Measurement:
    """The steps of :func:`measure_case`, with what later steps need of earlier ones."""

    def __init__(self, case: Mapping[str, Any], settings: CheckSettings) -> None:
        self.case = case
        self.settings = settings
        self.dims = settings.spatial_dims
        section = str(case.get("section", ""))
        supervision = case.get("supervision")
        if supervision not in SUPERVISIONS:
            supervision = "coarse" if section == "training" else "dense"
        self.dense = supervision == "dense"
        self.record = CaseRecord(
            str(case.get("where", "")),
            section,
            supervision,
            ImageFacts(self._path("image")),
            subject=_text(case.get("subject")),
            annotator=_text(case.get("annotator")),
            labels=_table(case.get("labels")),
            dense_labels=_table(case.get("dense_labels")),
            keys=[str(key) for key in case.get("keys", [key for key in case if key not in _ADDED])],
        )
        self.image = MeasuredImage(self.record.image)
        self.label: MeasuredLabel | None = None
        self.view: np.ndarray | None = None
        self.boxes: list[Box] = []

    def run(self, thumbnails: Path | None) -> CaseRecord:
        """All steps; an unforeseen error in one is a finding, and the others go on."""
        self._check_plane()
        present = {key for key in _KINDS if self._is_present(key)}
        if "image" in present:
            self._try(lambda: self._measure_image(thumbnails is not None), "image-unreadable", self._path("image"))
        tables = self._tables()
        if self._path("label"):
            self.record.label = LabelFacts(self._path("label"))
        if "label" in present:
            self._try(lambda: self._measure_label(tables), "label-unreadable", self._path("label"))
        if "field_of_view" in present:
            self._try(self._measure_view, "view-unreadable", self._path("field_of_view"))
        if self.label is not None:
            self._try(self._count_drawn, "label-unreadable", self._path("label"))
        if self.settings.use_boxes:
            if "reference" in present:
                self._try(lambda: self._measure_reference(tables), "reference-unusable", self._path("reference"))
            if self.case.get("boxes") is not None:
                self._try(self._measure_boxes, "boxes-unreadable", self._path("image"))
        if thumbnails is not None:
            self._try(lambda: self._save_thumbnail(thumbnails))
        return self.record

    def _path(self, key: str) -> str:
        value = self.case.get(key)
        return value if isinstance(value, str) else ""

    def _report_of(self, file: str) -> Report:
        def report(check: str, message: str) -> None:
            self.record.findings.append(Finding(check, message, self.record.where, file))

        return report

    def _try(self, step: Callable[[], _Result], check: str = "", file: str = "") -> _Result | None:
        """Do a step; an error that nobody foresaw becomes a finding of ``check``, or nothing where that is empty."""
        try:
            return step()
        except Exception as error:
            if check:
                reason = "it does not fit into the memory" if isinstance(error, MemoryError) else repr(error)
                self._report_of(file)(
                    check, f"{file}: cannot be measured ({reason:.300}). Look at the file, or leave it out."
                )
            return None

    def _is_present(self, key: str) -> bool:
        """Whether there is a file to be read; one that is named but not there is reported."""
        path = self._path(key)
        if not path:
            return False
        absent = absent_file(path, _KINDS[key], self.record.where, folder=key == "image" and self.dims == 3)
        if absent:
            self.record.findings.append(absent)
        return absent is None

    def _check_plane(self) -> None:
        """The plane of a drawing, which counts in volumes alone."""
        plane = self.case.get("plane", PLANES[0])
        if self.dims == 3 and plane not in PLANES:
            self._report_of("")(
                "entry-incomplete",
                f'{self.record.where}: "plane" must be one of {list(PLANES)}, got {plane!r:.100}. Correct it in the '
                "datalist.",
            )

    def _measure_image(self, small: bool) -> None:
        path = self._path("image")
        report = self._report_of(path)
        if self.dims == 3:
            self.image = measure_volume(path, report)
        else:
            self.image = measure_picture(path, report, small=small)
        self.record.image = self.image.facts

    def _tables(self) -> dict[str, LabelTable | None]:
        """Both label tables, None for one that cannot be used; it is reported if the case needs it."""
        given = {key: self.case.get(key, getattr(self.settings, key)) for key in _TABLES}
        needed = {"dense_labels" if self.dense else "labels"} if self._path("label") else set()
        if self._path("reference") and self.settings.use_boxes:
            needed.add("dense_labels")
        tables: dict[str, LabelTable | None] = {}
        for key in _TABLES:
            try:
                tables[key] = case_table(given, self.settings.classes, dense=key == "dense_labels")
            except (DataError, TypeError, AttributeError) as error:
                tables[key] = None
                if key in needed:
                    self._report_of("")("label-table", str(error))
        return tables

    def _measure_label(self, tables: Mapping[str, LabelTable | None]) -> None:
        path = self._path("label")
        pair = (tables["dense_labels"], tables["labels"]) if self.dense else (tables["labels"], None)
        self.label = measure_label(path, self.image, self.dims, pair, self._report_of(path))
        self.record.label = self.label.facts

    def _measure_view(self) -> None:
        path = self._path("field_of_view")
        self.view = measure_view(path, self.image, self.label, self.dims, self._report_of(path))

    def _count_drawn(self) -> None:
        count_drawn(self.label, self.view)

    def _measure_reference(self, tables: Mapping[str, LabelTable | None]) -> None:
        path = self._path("reference")
        report = self._report_of(path)
        found = read_map(path, "reference mask", self.dims)
        lossy = f"{path}: the reference mask is stored with loss, which changes values. Export it again as PNG."
        problems = [found.problem, lossy if found.lossy else ""]
        problems.append(misfit(found, "reference mask", self._path("image"), self.image.size, self.image.grid))
        table = tables["dense_labels"]
        if found.counts is not None and table is not None and not found.lossy:
            problems.append((value_problem(found, table, None) or ("", ""))[1])
        for problem in filter(None, problems):
            report("reference-unusable", problem)

    def _measure_boxes(self) -> None:
        boxes, source = self.case["boxes"], self._path("boxes_source")
        file = boxes if isinstance(boxes, str) else source or self._path("image")
        if isinstance(boxes, str):
            absent = absent_file(boxes, "file of boxes", self.record.where)
            if absent:
                self.record.findings.append(absent)
                return
        facts, self.boxes = measure_boxes(
            self.case, self.settings.classes, self.image.size, self.dims, self._report_of(file)
        )
        self.record.boxes = facts
        if self.label is not None and self.image.size and self.label.facts.size == list(self.image.size):
            self.label.facts.outside_boxes = count_outside_boxes(
                self.label, self.view, self.boxes, facts.complete, list(self.settings.classes)
            )

    def _save_thumbnail(self, folder: Path) -> None:
        self.record.thumbnail = save_thumbnail(folder, self.image, self.label, self.boxes, self.settings.classes)


def _table(value: Any) -> dict[str, Any]:
    return dict(value) if isinstance(value, Mapping) else {}


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
