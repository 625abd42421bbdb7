"""Pictures of what a network does, for people: during training and at an evaluation."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ignite.distributed as idist
import numpy as np
import torch
from ignite.engine import Engine, Events

from scripts.constants import IGNORE
from scripts.errors import SettingError
from scripts.handlers.case_view import CaseView, view_case
from scripts.handlers.cases import case_names, case_path, iteration_cases
from scripts.handlers.overlay import (
    GREY,
    agreement_layers,
    class_colour,
    colour_classes,
    colour_probability,
    muted,
    overlay,
)
from scripts.handlers.panels import PanelRow, save_panels

__all__ = ["CasePictures", "ValidationPictures", "ranked_cases"]

logger = logging.getLogger(__name__)

Legend = list[tuple[str, tuple[int, int, int]]]


def case_values(engine: Engine, metric: str, count: int) -> np.ndarray:
    """A metric's value for each of the first ``count`` cases, mean over classes; nan where it is undefined.

    Raises:
        SettingError: when the evaluator keeps no values per case of this metric.
        RuntimeError: when there are fewer values than cases, or without other processes another number.
    """
    details = engine.state.metric_details
    if metric not in details:
        raise SettingError(
            f"no values per case for the metric '{metric}'; the evaluator has them for {sorted(details)}. Name one of "
            "these, or give the metric save_details=true."
        )
    values = torch.as_tensor(details[metric]).detach().cpu().double()
    values = values.reshape(len(values), -1)
    # with several processes, MONAI gathers the values in the order of the processes, ours (the first) in front
    if len(values) < count or (len(values) != count and idist.get_world_size() == 1):
        raise RuntimeError(f"the metric '{metric}' has {len(values)} rows, but {count} cases were evaluated.")
    return values[:count].nanmean(dim=1).numpy()


def ranked_cases(values: np.ndarray, count: int) -> list[tuple[str, int]]:
    """Cases spread evenly over the ranking: for 3 the worst, the median and the best.

    Args:
        values: `B`, higher is better; nan does not take part.
        count: number of cases, 1 or more.

    Returns:
        Name and index of each: ``worst``, ``median``, ``best``, others ``rank02of10`` (1 is the worst). Of an even
        number of cases the lower of the two middle ones is the median.
    """
    order = [int(k) for k in np.argsort(values, kind="stable") if not np.isnan(values[k])]
    if not order:
        return []
    last = len(order) - 1
    positions = [last // 2] if count == 1 else sorted({int(k * last / (count - 1)) for k in range(count)})
    chosen = []
    for position in positions:
        name = f"rank{position + 1:02d}of{len(order):02d}"
        if position == last // 2 and (count % 2 or last == 0):
            name = "median"
        if count > 1 and position in (0, last):
            name = "worst" if position == 0 and last > 0 else "best"
        chosen.append((name, order[position]))
    return chosen


def _class_legend(views: Sequence[CaseView], classes: Sequence[str] | None) -> Legend:
    """Colours of the classes, where there are several foreground classes with names."""
    count = max(view.classes for view in views)
    if classes is None or count <= 2:
        return []
    return [(name, class_colour(k, count)) for k, name in enumerate(classes)]


def _slice_name(view: CaseView) -> str:
    return f", {view.slice_name}" if view.slice_name else ""


class _CaseViews(ABC):
    """Collects the cases of an evaluation as they pass, and writes them when it is complete."""

    def attach(self, engine: Engine) -> None:
        """Register with an evaluator."""
        engine.add_event_handler(Events.EPOCH_STARTED, self._reset)
        engine.add_event_handler(Events.ITERATION_COMPLETED, self._collect)
        engine.add_event_handler(Events.COMPLETED, self._write)

    def _reset(self) -> None:
        self._paths: list[str] = []
        self._views: list[Any] = []

    @abstractmethod
    def _collect(self, engine: Engine) -> None:
        """Keep what is needed of the iteration's cases."""

    @abstractmethod
    def _write(self, engine: Engine) -> None:
        """Write the pictures."""


class CasePictures(_CaseViews):
    """At the end of an evaluation, writes pictures of the worst, the median and the best case.

    Each shows image, reference, prediction and their agreement (green found, red false alarm, blue missed) under a
    line with the case and its value: ``worst_<case>.png``, ``median_<case>.png``, ``best_<case>.png``. Such pictures
    of an earlier evaluation in the same folder are removed.

    Which case is the median is known only at the end, so all cases are kept until then, reduced to 1024 pixels per
    side and compressed: about 0.3 MB each for colour photographs. With several processes, the first one shows its own.

    Args:
        output_dir: folder for the pictures; created when missing.
        key_metric: ranks the cases, higher is better (mean over classes where it has several).
        count: number of pictures, spread evenly over the ranking.
        metric_label: what the metric is called in the title.
        classes: names of the classes, background first, for a legend where there are several.
        image_key: key of the image.

    Raises:
        SettingError: when ``count`` is below 1, or the evaluator does not keep the metric's value per case.
    """

    def __init__(
        self,
        output_dir: str | Path,
        key_metric: str = "val_dice",
        count: int = 3,
        metric_label: str = "Dice",
        classes: Sequence[str] | None = None,
        image_key: str = "image",
    ) -> None:
        if count < 1:
            raise SettingError(f"CasePictures: 'count' must be 1 or more, got {count}.")
        self.output_dir = Path(output_dir)
        self.key_metric = key_metric
        self.count = count
        self.metric_label = metric_label
        self.classes = classes
        self.image_key = image_key
        self._reset()

    def _collect(self, engine: Engine) -> None:
        if idist.get_rank() != 0:
            return
        for case in iteration_cases(engine):
            self._paths.append(case_path(case, self.image_key))
            self._views.append(view_case(case, self.image_key).pack())

    def _write(self, engine: Engine) -> None:
        if idist.get_rank() != 0:
            return
        values = case_values(engine, self.key_metric, len(self._views))
        names = case_names(self._paths)
        chosen = ranked_cases(values, self.count)
        if not chosen:
            logger.warning("no pictures: '%s' is undefined for all %d cases", self.key_metric, len(values))
        for kind in ("worst", "median", "best", "rank[0-9]*of[0-9]*"):
            for old in self.output_dir.glob(f"{kind}_*.png"):
                old.unlink()
        for kind, index in chosen:
            view = self._views[index].unpack()
            title = f"{names[index]}: {self.metric_label} {values[index]:.3f} ({kind} of {len(values)})"
            title += _slice_name(view)
            self._save(self.output_dir / f"{kind}_{names[index].strip('/').replace('/', '_')}.png", title, view)
        self._reset()
        if chosen:
            shown = ", ".join(f"{kind} ({names[index]})" for kind, index in chosen)
            logger.info("pictures of %s in %s", shown, self.output_dir)

    def _save(self, path: Path, title: str, view: CaseView) -> None:
        layers = agreement_layers(view.reference, view.prediction)
        panels = [
            ("image", view.image),
            ("reference", colour_classes(view.reference, view.classes)),
            ("prediction", colour_classes(view.prediction, view.classes)),
            ("agreement", overlay(muted(view.image), layers)),
        ]
        # the first layers are always explained, the rare ones where they occur
        legend: Legend = [(layer.name, layer.colour) for layer in layers[1:4]]
        legend += [(layer.name, layer.colour) for layer in (layers[4], layers[0]) if layer.mask.any()]
        # near the picture's own size, so that a line of one pixel is not blended with its neighbour
        longest = int(np.clip(max(view.reference.shape), 480, 1024))
        save_panels(path, [PanelRow(title, panels)], [legend, _class_legend([view], self.classes)], longest=longest)


class ValidationPictures(_CaseViews):
    """While training, shows how the same few validation cases come along.

    Writes ``validation_epoch_0010.png`` (the trainer's epoch, as MONAI's ``ValidationHandler`` passes it on) with a
    row per case, image, reference, foreground probability and prediction, and a copy of it as
    ``validation_latest.png``. Without ``probability`` among the evaluator's outputs that panel is left out.

    Args:
        output_dir: folder for the pictures; created when missing.
        interval: writes at every ``interval``-th validation, the first one included.
        count: number of cases, the first ones of the validation set.
        classes: names of the classes, background first, for a legend where there are several.
        image_key: key of the image.
        key_metric: its value is shown with each case, where the evaluator keeps it per case; None for none.
        metric_label: what the metric is called.

    Raises:
        SettingError: when ``interval`` or ``count`` is below 1.
    """

    def __init__(
        self,
        output_dir: str | Path,
        interval: int = 1,
        count: int = 3,
        classes: Sequence[str] | None = None,
        image_key: str = "image",
        key_metric: str | None = "val_dice",
        metric_label: str = "Dice",
    ) -> None:
        if interval < 1 or count < 1:
            raise SettingError(
                f"ValidationPictures: 'interval' and 'count' must be 1 or more, got {interval} and {count}."
            )
        self.output_dir = Path(output_dir)
        self.interval = interval
        self.count = count
        self.classes = classes
        self.image_key = image_key
        self.key_metric = key_metric
        self.metric_label = metric_label
        self._validations = 0
        self._reset()

    def _collect(self, engine: Engine) -> None:
        if idist.get_rank() != 0 or self._validations % self.interval or len(self._views) == self.count:
            return
        for case in iteration_cases(engine)[: self.count - len(self._views)]:
            self._paths.append(case_path(case, self.image_key))
            self._views.append(view_case(case, self.image_key))

    def _write(self, engine: Engine) -> None:
        self._validations += 1
        if not self._views:
            return
        rows = []
        epoch = engine.state.epoch
        for index, (name, view) in enumerate(zip(case_names(self._paths), self._views)):
            panels = [("image", view.image), ("reference", colour_classes(view.reference, view.classes))]
            if view.probability is not None:
                panels.append(("probability", colour_probability(view.probability / 255)))
            panels.append(("prediction", colour_classes(view.prediction, view.classes)))
            title = f"{name}: epoch {epoch}{self._value(engine, index)}{_slice_name(view)}"
            rows.append(PanelRow(title, panels))
        legend = _class_legend(self._views, self.classes)
        if any((view.reference == IGNORE).any() for view in self._views):
            legend.append(("not labelled", GREY))
        has_probability = any(view.probability is not None for view in self._views)
        for name in (f"validation_epoch_{epoch:04d}.png", "validation_latest.png"):
            save_panels(self.output_dir / name, rows, [legend], has_probability, longest=400)
        self._reset()

    def _value(self, engine: Engine, index: int) -> str:
        details = engine.state.metric_details.get(self.key_metric)
        if details is None:
            return ""
        value = float(torch.as_tensor(details[index]).double().nanmean())
        return "" if np.isnan(value) else f", {self.metric_label} {value:.3f}"
