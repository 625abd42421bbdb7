"""Keeps what a network predicts of the first cases of an evaluation, for pictures beside other networks'."""

from __future__ import annotations

from pathlib import Path

import ignite.distributed as idist
import numpy as np
import torch
from ignite.engine import Engine, Events
from PIL import Image

from scripts.handlers.case_scene import CaseScene, as_array
from scripts.handlers.cases import case_names, case_path, iteration_cases
from scripts.replacing import replacing

__all__ = ["SavePredictions"]


class SavePredictions:
    """Writes the prediction of each of the first cases as a grey PNG; nothing where the reference says nothing.

    With two classes ``<case>_probability.png``: the foreground's probability, 0 to 1 as 0 to 255. With more
    ``<case>_classes.png``: the class index. Pictures keep their size. Of a volume it is the slice that shows most of
    the reference, as displayed (right way up, with square pixels); since it could not be found again, the image and
    the reference lie beside it, ``<case>_image.png`` and ``<case>_truth.png``.

    Args:
        output_dir: folder; created when missing.
        count: how many cases.
        image_key: the image, as it is shown.
        file_key: the image whose metadata name the file.
        probability_key: probabilities `CH[WD]`.
        label_key: reference, one-hot `CH[WD]`.
        ignored_key: where the reference says nothing, `1H[WD]`.
    """

    def __init__(
        self,
        output_dir: str | Path,
        count: int = 2,
        image_key: str = "original",
        file_key: str = "image",
        probability_key: str = "probability",
        label_key: str = "label",
        ignored_key: str = "ignored",
    ) -> None:
        self.output_dir = Path(output_dir)
        self.count = count
        self.image_key, self.file_key = image_key, file_key
        self.probability_key, self.label_key, self.ignored_key = probability_key, label_key, ignored_key
        self._written: list[str] = []

    def attach(self, engine: Engine) -> None:
        """Register with an evaluator."""
        engine.add_event_handler(Events.EPOCH_STARTED, self._reset)
        engine.add_event_handler(Events.ITERATION_COMPLETED, self)

    def _reset(self) -> None:
        self._written = []

    def __call__(self, engine: Engine) -> None:
        """Write those of the iteration's cases that are among the first."""
        if idist.get_rank() != 0:
            return
        for case in iteration_cases(engine)[: max(self.count - len(self._written), 0)]:
            self._written.append(case_path(case, self.file_key))
            # of files that share a stem, the name has the folder too
            self._write(case, case_names(self._written)[-1].strip("/").replace("/", "_"))

    def _write(self, case: dict, name: str) -> None:
        probability, ignored = as_array(case[self.probability_key]), as_array(case[self.ignored_key])[0].astype(bool)
        truth = as_array(torch.as_tensor(case[self.label_key]).argmax(0)).astype(np.uint8)
        binary = len(probability) == 2
        found = probability[1] * ~ignored if binary else probability.argmax(0) * ~ignored
        if found.ndim == 3:
            scene = CaseScene(case[self.image_key], truth > 0, truth > 0)
            found = scene.values(found) if binary else scene.map(found)
            self._save(scene.picture, name, "image")
            self._save(scene.map(truth), name, "truth")
        else:
            found = np.swapaxes(found, 0, 1)
        self._save(
            (found * 255).round().clip(0, 255) if binary else found, name, "probability" if binary else "classes"
        )

    def _save(self, picture: np.ndarray, name: str, kind: str) -> None:
        with replacing(self.output_dir / f"{name}_{kind}.png") as temporary:
            Image.fromarray(np.ascontiguousarray(picture.astype(np.uint8))).save(temporary)
