"""Scores the images that nobody has drawn on yet by how uncertain the model is about them."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from typing import Any

from lib.infer import InferTask
from monailabel.interfaces.datastore import Datastore
from monailabel.interfaces.tasks.scoring import ScoringMethod

__all__ = ["MODEL", "SCORE", "STAMP", "Uncertainty"]

#: Keys of an image's information in the datastore: the score, the time of the model that gave it, and its name.
SCORE, STAMP, MODEL = "uncertainty", "uncertainty_ts", "uncertainty_model"
#: What a bundle puts into the results of each inference.
_RESULT = "uncertainty_score"

logger = logging.getLogger(__name__)


class Uncertainty(ScoringMethod):
    """Writes ``uncertainty`` into the information of each unlabelled image whose score is not of the present model.

    Args:
        tasks: inference tasks by model; the first scores unless a request names another as ``model``.
    """

    def __init__(self, tasks: Mapping[str, InferTask]) -> None:
        super().__init__("How uncertain the model is about each image without a label")
        self.tasks = dict(tasks)

    def outdated(self, datastore: Datastore, model: str | None = None) -> list[str]:
        """The unlabelled images whose score is missing, or was given by another model."""
        model = model or next(iter(self.tasks))
        current = {STAMP: self._stamp(model), MODEL: model}
        return sorted(
            image
            for image in datastore.get_unlabeled_images()
            if any(datastore.get_image_info(image).get(key) != value for key, value in current.items())
        )

    def __call__(self, request: dict[str, Any], datastore: Datastore) -> dict[str, Any]:
        """Score what is outdated.

        Args:
            request: ``model``, ``device``, and ``max_samples`` (0 for no limit) are read.
            datastore: gets the scores.

        Returns:
            The numbers of images: ``total`` without a label, ``skipped`` with a score of this model, ``executed``; and
            ``failed``, an error message by image.
        """
        model = request.get("model") or next(iter(self.tasks))
        if model not in self.tasks:
            raise ValueError(f"there is no model {model!r} to score with; there are {', '.join(self.tasks)}")
        total, outdated, failed = len(datastore.get_unlabeled_images()), self.outdated(datastore, model), {}
        limit = int(request.get("max_samples") or 0) or len(outdated)
        for image in outdated[:limit]:
            try:
                self._score(image, model, request.get("device"), datastore)
            except Exception as error:  # one damaged image must not keep the others from being ranked
                logger.exception(f"{image} could not be scored")
                failed[image] = f"{type(error).__name__}: {error}"
        executed = len(outdated[:limit]) - len(failed)
        return {"total": total, "skipped": total - len(outdated), "executed": executed, "failed": failed}

    def _score(self, image: str, model: str, device: str | None, datastore: Datastore) -> None:
        stamp = self._stamp(model)
        request = {"image": datastore.get_image_uri(image), "model": model, "skip_writer": True, "logging": "ERROR"}
        _, data = self.tasks[model]({**request, **({"device": device} if device else {})})
        result = data.get("result") or {}
        if _RESULT not in result:
            raise ValueError(f"the bundle {model} gives no {_RESULT}; export it again")
        # a process of its own scores: what the server has written meanwhile must not be overwritten
        if hasattr(datastore, "refresh"):
            datastore.refresh()
        if image in datastore.get_unlabeled_images():
            datastore.update_image_info(image, {SCORE: float(result[_RESULT]), STAMP: stamp, MODEL: model})

    def _stamp(self, model: str) -> float:
        path = self.tasks[model].get_path()
        return os.stat(path).st_mtime if path else 0.0
