"""A cached dataset that looks at all its labels and boxes before the first one is used."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.pool import ThreadPool
from typing import Any

import torch
from tqdm import tqdm

from scripts.data.case_facts import CaseFacts, case_name
from scripts.data.inspection import inspect_case
from scripts.data.sized_cache import SizedCacheDataset, reading_threads
from scripts.data.usable_set import refuse_unusable
from scripts.errors import DataError, list_problems, root_user_error

__all__ = ["CaseDataset"]

logger = logging.getLogger(__name__)

# what is only needed to check boxes
_CHECK_KEYS = ("boxes_source", "boxes_size")
_BOX_KEYS = ("boxes", "boxed_classes", "reference", *_CHECK_KEYS)


class CaseDataset(SizedCacheDataset):
    """A :class:`SizedCacheDataset` for cases of a datalist, checked as a whole.

    Every label map is read once beforehand, so that all problems are reported together and before any training, and
    problems that no single file shows (one class drawn in the whole set) are found. Training cases on which nothing
    is drawn and that were not boxed are left out with a warning that names them.

    As soon as one case has boxes that are trained on, every case has the key ``boxes``: a list of
    :data:`scripts.boxes.Box`, cut to the image, or None. A dense case has None, since boxes say nothing new of it, and
    so has every case that is not trained on.

    Args:
        data: cases with ``image`` and ``label`` paths; what :func:`scripts.data.load_cases` gives, or the bare
            pairs that MONAI Label passes.
        transform: deterministic transforms first; their result is cached.
        classes: names of the classes, background first.
        labels: label table of drawings, for cases that bring none.
        dense_labels: label table of dense masks, for cases that bring none.
        supervision: kind of label for cases that do not say: ``coarse`` or ``dense``.
        training: whether the cases are trained on. Else a warning names those that are not dense, since metrics on
            them are agreement with drawings, not accuracy.
        reading: of what is undrawn, as for :class:`scripts.transforms.DecodeLabeld`.
        use_positive: whether positive drawings are used, as there.
        use_negative: whether negative drawings are used, as there.
        use_boxes: whether boxes are used. If not they are forgotten, and cases without anything else left out.
        spatial_dims: 2 or 3.
        check: whether to look at the labels beforehand.
        cache_rate: share of the cases that is kept in memory after the deterministic transforms; None for as many as
            fit.
        memory_share: share of the available memory that may be used.
        num_workers: threads that read; None for one per core, at most 4.
        device: of the training, if its GPU may hold the cases, see :class:`SizedCacheDataset`.
        progress: whether progress bars are shown.

    Attributes:
        facts: what was found in each case that is used, in their order; empty without ``check``.

    Raises:
        DataError: listing every label map and all boxes that cannot be used; or when nothing, or a single class, is
            drawn in all.
    """

    def __init__(
        self,
        data: Sequence[Mapping[str, Any]],
        transform: Sequence[Callable] | Callable,
        classes: Sequence[str],
        *,
        labels: Mapping[str, int],
        dense_labels: Mapping[str, int],
        supervision: str = "coarse",
        training: bool = True,
        reading: str = "sparse",
        use_positive: bool = True,
        use_negative: bool = True,
        use_boxes: bool = True,
        spatial_dims: int = 2,
        check: bool = True,
        cache_rate: float | None = None,
        memory_share: float = 0.5,
        num_workers: int | None = None,
        device: str | torch.device | None = None,
        progress: bool = True,
    ) -> None:
        self.classes = list(classes)
        defaults = {"labels": labels, "dense_labels": dense_labels, "supervision": supervision}
        cases = [{**defaults, **case} for case in data]
        if not use_boxes:
            cases = [_without_boxes(case) for case in cases]
        self.facts: list[CaseFacts] = []
        if check:
            with ThreadPool(reading_threads(num_workers)) as pool:
                found = pool.imap(lambda case: inspect_case(case, classes, spatial_dims), cases)
                bar = tqdm(found, total=len(cases), desc="checking labels", disable=not progress, leave=False)
                self.facts = list(bar)
            for case, facts in zip(cases, self.facts, strict=True):
                if case["supervision"] != "dense" and not facts.problem:
                    facts.leave_out(positive=not use_positive, negative=not use_negative)
            refuse_unusable(self.facts, classes, training=training, reading=reading)
            if training:
                cases = self._cut_boxes(cases)
                cases, self.facts = self._leave_out_undrawn(cases)
        cases = _with_equal_keys(cases, training=training)
        coarse = [case_name(case) for case in cases if case["supervision"] != "dense"]
        if not training and coarse:
            logger.warning(
                f"{len(coarse)} of {len(cases)} cases have drawings instead of dense masks, {coarse[0]} for one: "
                "their metrics are agreement with the drawings, not accuracy."
            )
        super().__init__(
            cases,
            transform,
            sizes=[facts.size for facts in self.facts],
            cache_rate=cache_rate,
            memory_share=memory_share,
            num_workers=num_workers,
            device=device,
            progress=progress,
        )

    def set_data(self, data: Sequence[Mapping[str, Any]]) -> None:
        """Fill the cache.

        Raises:
            DataError: listing every case that the transforms refuse.
        """
        self._failures: dict[int, Exception] = {}
        super().set_data(data)
        self._refuse_failures()

    def _load_cache_item(self, idx: int) -> Any:
        """One item for the cache; a failure is kept for later, since threads cannot be stopped halfway."""
        try:
            return super()._load_cache_item(idx)
        except Exception as error:
            self._failures[idx] = error
            return None

    def _refuse_failures(self) -> None:
        failures = [error for _, error in sorted(self._failures.items())]
        if not failures:
            return
        unexpected = next((error for error in failures if root_user_error(error) is None), None)
        if unexpected is not None:
            raise unexpected
        problems = dict.fromkeys(str(root_user_error(error)) for error in failures)
        raise DataError(list_problems(f"{len(problems)} of {len(self.data)} cases cannot be used", problems))

    def _cut_boxes(self, cases: list[dict]) -> list[dict]:
        """The cases with the boxes that were found to fit their images."""
        cut = [f"{case['image']}: {facts.cut}" for case, facts in zip(cases, self.facts, strict=True) if facts.cut]
        if cut:
            logger.warning(
                list_problems("boxes that reach beyond their image are cut to it, so many in each case", cut)
            )
        return [
            case if facts.boxes is None else {**case, "boxes": facts.fitted}
            for case, facts in zip(cases, self.facts, strict=True)
        ]

    def _leave_out_undrawn(self, cases: list[dict]) -> tuple[list[dict], list[CaseFacts]]:
        kept = [(case, facts) for case, facts in zip(cases, self.facts, strict=True) if facts.told]
        for facts in self.facts:
            if not facts.told:
                why = "nothing is drawn that the training uses" if facts.seen else "its field of view is empty"
                logger.warning(f"{facts.label}: {why}; the case is left out of the training.")
        if not kept:
            raise DataError("nothing is drawn in any training case. Check the label files and the label table.")
        return [case for case, _ in kept], [facts for _, facts in kept]

    @property
    def boxed(self) -> bool:
        """Whether any case has boxes that are trained on."""
        return any(case.get("boxes") is not None for case in self.data)

    @property
    def any_dense(self) -> bool:
        """Whether any case has a dense mask."""
        return any(case["supervision"] == "dense" for case in self.data)

    @property
    def mixed(self) -> bool:
        """Whether some cases have dense masks and others do not."""
        return len({case["supervision"] == "dense" for case in self.data}) > 1

    @property
    def metric_label(self) -> str:
        """What a metric on these cases is: accuracy of some kind, or mere agreement with drawings."""
        dense = all(case["supervision"] == "dense" for case in self.data)
        return "validation Dice" if dense else "agreement with the drawings (Dice)"

    def summary(self) -> dict[str, float | int]:
        """What is labelled in the cases, for the record of a run: number of cases, and share of pixels by kind.

        With boxes also how many there are, in how many cases, and how many cases are dense.
        """
        size = sum(facts.size for facts in self.facts)
        summary: dict[str, float | int] = {"cases": len(self.data)}
        for k, name in enumerate(self.classes if size else []):
            summary[name] = sum(facts.positive[k] for facts in self.facts) / size
            summary[f"not {name}"] = sum(facts.negative[k] for facts in self.facts) / size
        boxes = [case["boxes"] for case in self.data if case.get("boxes") is not None]
        if boxes:
            summary["boxes"] = sum(map(len, boxes))
            summary["boxed cases"] = len(boxes)
            summary["dense cases"] = sum(case["supervision"] == "dense" for case in self.data)
        return summary


def _without_boxes(case: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in case.items() if key not in _BOX_KEYS}


def _with_equal_keys(cases: Sequence[dict[str, Any]], *, training: bool) -> list[dict[str, Any]]:
    """All cases with the key ``boxes`` if one has boxes that are trained on, else none."""
    used = [training and case.get("boxes") is not None and case["supervision"] != "dense" for case in cases]
    if not any(used):
        return [_without_boxes(case) for case in cases]
    return [
        {key: value for key, value in case.items() if key not in _CHECK_KEYS}
        if is_used
        else {**_without_boxes(case), "boxes": None}
        for case, is_used in zip(cases, used, strict=True)
    ]
