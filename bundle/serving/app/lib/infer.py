"""Inference with a bundle, as MONAI Label does it, with the labels of its drawings."""

from __future__ import annotations

import sys
import threading
from typing import Any

from lib.drawing_labels import drawing_labels, table_of
from monailabel.tasks.infer.bundle import BundleInferTask
from monailabel.transform.writer import Writer

__all__ = ["InferTask"]

# a bundle's package `scripts` is imported anew for each step of each request: two at a time would mix their modules
_ONE_AT_A_TIME = threading.RLock()


class InferTask(BundleInferTask):
    """A bundle whose results hold classes and whose listed labels are those to paint.

    ``/info`` lists the drawing labels ("vessel", "not vessel", "background"), from which a viewer makes its segments.
    The answer of ``/infer`` names the classes under ``label_names``, from which a viewer names what it shows. A model
    that does not fit the network is an error; MONAI Label would go on with random weights.

    Args:
        path: folder of the bundle.
        conf: of the app.
    """

    def __init__(self, path: str, conf: dict[str, str]) -> None:
        before = list(sys.path)
        try:
            super().__init__(path, conf, load_strict=True)
        finally:
            sys.path[:] = before
        self.drawn = drawing_labels(table_of(path)) if self.is_valid() else {}

    def info(self) -> dict[str, Any]:
        """What ``/info`` says of the model."""
        return {**super().info(), "labels": self.drawn or self.labels}

    def writer(self, data: dict[str, Any], extension: str | None = None, dtype: Any = None) -> tuple[Any, Any]:
        """Write the result; NIfTI by nibabel, since ITK makes the sheared grid of a tilted gantry a rotated one."""
        given = {"result_extension": extension, "result_dtype": dtype}
        data.update({key: value for key, value in given.items() if value is not None})
        data["labels"] = self.labels
        return Writer(label=self.output_label_key, json=self.output_json_key, nibabel=True)(data)

    def __call__(self, request: dict[str, Any], callbacks: dict | None = None) -> tuple[Any, dict[str, Any]]:
        """Answer one request; others wait."""
        with _ONE_AT_A_TIME:
            before = list(sys.path)
            try:
                return super().__call__(request, callbacks)
            finally:
                # where a step fails, MONAI Label leaves the folder of the bundle on the path
                sys.path[:] = before
