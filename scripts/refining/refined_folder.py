"""Writes refined labels to a folder that is complete or not there."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from ignite.engine import Engine, Events
from monai.engines import Evaluator
from monai.utils import convert_to_numpy
from PIL import Image

from scripts.data import read_datalist
from scripts.errors import DataError
from scripts.handlers.cases import iteration_cases
from scripts.publishing import publishing, relative_path
from scripts.refining.agreement import Agreement
from scripts.refining.datalist import referenced_files, refined_datalist
from scripts.refining.preview import Preview, chosen_cases
from scripts.refining.trained_run import TrainedRun
from scripts.volumes.writing import volume_stem, write_result

__all__ = ["RefinedFolder", "require_free_folder"]

logger = logging.getLogger(__name__)

_MASKS, _UNCERTAINTY, _DATALIST, _PREVIEW = OUTPUTS = ("masks", "uncertainty", "datalist.json", "preview.png")


def require_free_folder(folder: str | Path, overwrite: bool = False) -> None:
    """Stop before anything is computed.

    Raises:
        DataError: when the folder holds anything and ``overwrite`` is not set, or is a file.
    """
    path = Path(folder)
    if path.exists() and (not path.is_dir() or (any(path.iterdir()) and not overwrite)):
        raise DataError(
            f"{path} exists and is not an empty folder. Choose another one, or replace the results of a former "
            "refinement with --overwrite."
        )


class RefinedFolder:
    """Handler of an evaluator that writes each case's mask and uncertainty, and at the end datalist and preview.

    A picture gives ``masks/<name>.png`` and ``uncertainty/<name>.png`` (8 bit, 255 for 1), a volume
    ``masks/<name>.nii.gz`` and ``uncertainty/<name>.nii.gz`` (float32), or the source's own format, see
    :func:`scripts.volumes.writing.write_result`.

    Args:
        folder: to create, or with ``overwrite`` to replace the results of a former refinement in.
        cases: of :func:`scripts.refining.find_cases`.
        run: that the network comes from.
        classes: names of the classes, background first.
        datalist: path of the datalist that the cases are from.
        dataset_dir: folder that its relative paths start from.
        overwrite: as above.
        previews: number of cases in the preview.

    Attributes:
        agreement: with the references of the cases that have one.
    """

    def __init__(
        self,
        folder: str | Path,
        cases: Sequence[Mapping[str, Any]],
        run: TrainedRun,
        classes: Sequence[str],
        datalist: str | Path,
        dataset_dir: str | Path,
        *,
        overwrite: bool = False,
        previews: int = 4,
    ) -> None:
        self.folder = Path(folder)
        self.cases = list(cases)
        self.trained_run = run
        self.classes = list(classes)
        self.datalist = Path(datalist)
        self.root = Path(dataset_dir)
        self.overwrite = overwrite
        self._previewed = chosen_cases(len(self.cases), previews)
        self._temporary: Path | None = None
        self._start()

    def attach(self, engine: Engine) -> None:
        """Attach to an evaluator, which :meth:`run` then runs."""
        engine.add_event_handler(Events.ITERATION_COMPLETED, self._collect)

    def run(self, evaluator: Evaluator) -> None:
        """Run the evaluator and publish the folder; on any error nothing is left behind.

        Raises:
            DataError: when the folder is not free, holds files that are read, or an image cannot be used.
        """
        require_free_folder(self.folder, self.overwrite)
        content = read_datalist(self.datalist)
        inputs = [self.datalist, *referenced_files(content, self.root), self.trained_run.checkpoint]
        with publishing(self.folder, OUTPUTS, inputs=inputs, overwrite=self.overwrite) as self._temporary:
            self._start()
            evaluator.run()
            provenance = {
                "masks": "assigned by a trained network, scripts.refining",
                **self.trained_run.record,
                "datalist_file": relative_path(self.datalist, self.folder),
            }
            refined = refined_datalist(content, self.root, self.folder, self._entries, provenance)
            (self._temporary / _DATALIST).write_text(json.dumps(refined, indent=2) + "\n", encoding="utf-8")
            self._preview.save(self._temporary / _PREVIEW)
        logger.info(self.report)

    @property
    def report(self) -> str:
        """What was written, in a few lines."""
        lines = [f"{len(self._entries)} masks in {self.folder / _MASKS}, how uncertain in {self.folder / _UNCERTAINTY}"]
        if self.agreement:
            lines += [f"agreement with the references of {len(self.agreement)} cases:", self.agreement.table()]
        lines.append(f"{self.folder / _DATALIST}: training on these masks (--dataset_dir {self.folder})")
        lines.append(f"{self.folder / _PREVIEW}: have a look")
        return "\n".join(lines)

    def _start(self) -> None:
        self._entries: dict[int, dict[str, Any]] = {}
        self._preview = Preview(self.classes)
        self.agreement = Agreement(self.classes)

    def _collect(self, engine: Engine) -> None:
        for refined in iteration_cases(engine):
            case = self.cases[int(refined["number"])]
            mask = np.array(case["values"], dtype=np.uint8)[convert_to_numpy(refined["mask"][0])]
            uncertainty = convert_to_numpy(refined["uncertainty"][0])
            affine = None if mask.ndim == 2 else convert_to_numpy(refined["pred"].affine)
            if mask.ndim == 2:
                uncertainty = np.round(255 * uncertainty).astype(np.uint8)
            label = self._write(_MASKS, mask, affine, case)
            self._entries[case["entry"]] = {
                "label": label,
                "uncertainty": self._write(_UNCERTAINTY, uncertainty, affine, case),
                "dense_labels": case["dense_labels"],
            }
            if "truth" in refined:
                self.agreement.add(refined["mask"], refined["truth"])
            if case["number"] in self._previewed:
                self._preview.add(refined, case["name"])

    def _write(self, kind: str, values: np.ndarray, affine: np.ndarray | None, case: Mapping[str, Any]) -> str:
        """Write one map; gives its path from the folder."""
        folder = self._temporary / kind
        folder.mkdir(exist_ok=True)
        if affine is None:
            path = folder / f"{case['name']}.png"
            Image.fromarray(values.T).save(path)
        else:
            # not into the folder itself, where another case may have the name that the file has at first
            written = write_result(values, affine, case["image"], self._temporary, "refined")
            suffix = written.name.removeprefix(f"{volume_stem(case['image'])}_refined")
            path = written.replace(folder / f"{case['name']}{suffix}")
        return f"{kind}/{path.name}"
