"""The confusion matrix that a run has learned, beside the true one of the same pixels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from monai.bundle import ConfigParser
from monai.data import dense_patch_slices

from bundle.benchmarking.matrices import Matrix, column_shares, count_pairs, drawn_cases, drawn_classes
from bundle.read_configs import read_configs
from scripts.checkpoints import LAST, load_weights
from scripts.constants import IGNORE
from scripts.networks import CoupledSegmenter
from scripts.refining.trained_run import TrainedRun, run_config

__all__ = ["RunMatrices", "estimated_matrix", "run_matrices"]


@dataclass(frozen=True)
class RunMatrices:
    """Both as A[noisy][true], columns summing to one, over the same pixels.

    Attributes:
        estimated: by the annotation part of the network.
        true: by the dense masks, which the training has not seen.
    """

    estimated: Matrix
    true: Matrix


def run_matrices(run_folder: Path, dense: Path | None = None, *, most_cases: int | None = 6) -> RunMatrices | None:
    """The mean matrix that the annotation part gives over labelled training pixels, and the true one of these pixels.

    Labelled is a pixel that the run was given a label for: by a drawing, or by its reading of what is undrawn. Column i
    of the estimate is the mean of column i of the matrices at labelled pixels whose true class is i; the matrix is that
    of the kind of drawing, positive or negative, that labels the pixel. Elsewhere column i says what would have been
    drawn if the pixel were of class i, which no drawing tells and nothing can check. Both matrices have the same
    orientation and the same pixels (the public code of the method's ancestor compares transposed matrices of different
    normalisation). Our reading; the paper reports no estimated matrices.

    The network sees patches of the size it was trained on, side by side.

    Args:
        run_folder: folder of a finished training, with ``config.json`` and its last checkpoint.
        dense: datalist with dense masks of the training images; default: ``datalist_dense.json`` beside the run's.
        most_cases: so many cases at most, evenly spread; None for all.

    Returns:
        None for a run without matrices (``annotation`` is "none").

    Raises:
        SettingError: when it is not the folder of a run, or its checkpoint is missing or of another network.
        DataError: as :func:`bundle.benchmarking.matrices.drawn_cases`.
    """
    parser = read_configs([run_config(run_folder)])
    if parser.get_parsed_content("annotation") == "none":
        return None
    coupled = _network(parser, TrainedRun(run_folder, Path(run_folder) / "checkpoints" / LAST))
    if not coupled.kinds:
        return None
    classes, patch = parser.get_parsed_content("classes"), tuple(parser.get_parsed_content("patch_size"))
    datalist = Path(parser.get_parsed_content("datalist"))
    tables = {name: parser.get_parsed_content(name) for name in ("labels", "dense_labels")}
    cases = drawn_cases(datalist, dense, dataset_dir=Path(parser.get_parsed_content("dataset_dir")))
    prepare = _preprocessing(parser)
    sums = np.zeros((len(classes), len(classes)))
    counts = np.zeros((len(classes), len(classes)), dtype=np.int64)
    for case in _spread(cases, most_cases):
        case = {**tables, **case}
        data = prepare(case)
        drawn, by_denial = drawn_classes(np.asarray(data["positive"])[0], np.asarray(data["negative"]))
        # prepared as a dense case, so that a mask is brought to the image's grid just as its drawing is
        masked = prepare({**case, "label": case["reference"], "supervision": "dense"})
        truth = np.asarray(masked["positive"])[0].astype(np.uint8)
        drawn[truth == IGNORE] = IGNORE
        counts += count_pairs(drawn, truth, len(classes))
        for columns, true in _columns(coupled, data["image"], drawn != IGNORE, by_denial, truth, patch):
            for k in range(len(classes)):
                sums[:, k] += columns[:, true == k].sum(axis=1)
    return RunMatrices(column_shares(sums, counts.sum(axis=0)), column_shares(counts))


def estimated_matrix(run_folder: Path, dense: Path | None = None, *, most_cases: int | None = 6) -> Matrix | None:
    """The estimate of :func:`run_matrices`; arguments and errors as there."""
    matrices = run_matrices(run_folder, dense, most_cases=most_cases)
    return None if matrices is None else matrices.estimated


def _network(parser: ConfigParser, run: TrainedRun) -> CoupledSegmenter:
    """The coupled network of a run, describing the annotators, with layers in eval mode."""
    parser["device"] = "cpu"
    parser["uncertainty"] = run.uncertainty  # the config finds it out from all its data
    coupled = parser.get_parsed_content("coupled")
    coupled.load_state_dict(load_weights(run.checkpoint, coupled))
    coupled.eval()
    coupled.training = True  # of the whole alone: it describes the annotators in training
    return coupled


def _preprocessing(parser: ConfigParser) -> Any:
    """From a case to image and targets, as in the training but for what is random."""
    parser["matrices_preprocessing"] = {
        "_target_": "Compose",
        "transforms": "$@train#deterministic_transforms + @train#label_transforms",
    }
    return parser.get_parsed_content("matrices_preprocessing")


def _spread(cases: list, most: int | None) -> list:
    if most is None or len(cases) <= most:
        return cases
    return [cases[round(k)] for k in np.linspace(0, len(cases) - 1, most)]


def _columns(
    coupled: CoupledSegmenter,
    image: torch.Tensor,
    labelled: np.ndarray,
    by_denial: np.ndarray,
    truth: np.ndarray,
    patch: tuple[int, ...],
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """For each patch with labels, `CM` the column of the true class at each of M labelled pixels, and `M` the class."""
    image, left = torch.as_tensor(image).as_subclass(torch.Tensor), labelled.copy()
    for place in dense_patch_slices(image.shape[1:], patch, patch):
        here = left[place].copy()
        left[place] = False  # the last patches reach back into others
        if not here.any():
            continue
        with torch.no_grad():
            output = coupled(image[(slice(None), *place)][None])
            matrices = {kind: output[kind].explicit()[0] for kind in coupled.kinds}
        true, denied = truth[place][here], by_denial[place][here]
        columns = np.eye(coupled.num_classes)[:, true]  # a kind without matrices is trusted
        for kind, of_kind in (("positive", ~denied), ("negative", denied)):
            if kind in matrices and of_kind.any():
                matrix = matrices[kind].expand(-1, -1, *here.shape).numpy()[:, :, here][:, :, of_kind]
                columns[:, of_kind] = np.take_along_axis(matrix, true[None, None, of_kind].astype(int), axis=1)[:, 0]
        yield columns, true
