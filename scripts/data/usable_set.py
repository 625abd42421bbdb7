"""Whether a set of cases can be trained on."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import numpy as np

from scripts.data.case_facts import CaseFacts
from scripts.errors import DataError, list_problems

__all__ = ["refuse_unusable"]

logger = logging.getLogger(__name__)


def refuse_unusable(
    facts: Sequence[CaseFacts], classes: Sequence[str], *, training: bool, reading: str = "sparse"
) -> None:
    """Stop at a set of cases that cannot be used.

    Args:
        facts: of every case.
        classes: names of the classes, background first.
        training: whether the cases are trained on; then at least two classes must be told apart by what is drawn and
            boxed.
        reading: of what is undrawn; under ``support`` and ``dense`` it is background beside, or without, a stroke.

    Raises:
        DataError: listing the cases with problems, or saying what is missing in the set: cases, labels, or a second
            class, without which a useless network would be perfect.
    """
    problems = [case.problem for case in facts if case.problem]
    if problems:
        # what is wrong with a table is wrong with every case
        listed = dict.fromkeys(problems)
        raise DataError(list_problems(f"{len(problems)} of {len(facts)} cases cannot be used", listed))
    section = "training" if training else "validation"
    if not facts:
        raise DataError(
            f"there are no {section} cases, and without them no model can be trained and chosen. Add some to the "
            "datalist (or, on a server, set a validation split above 0)."
        )
    unlabelled = [case.label for case in facts if not case.labelled]
    if not training and unlabelled:
        raise DataError(
            f"{len(unlabelled)} of {len(facts)} cases have no label, {unlabelled[0]} for one. Metrics need "
            "dense masks; boxes alone are for training."
        )
    positive = np.sum([case.positive for case in facts], axis=0)
    negative = np.sum([case.negative for case in facts], axis=0)
    boxed = [case for case in facts if case.boxes is not None] if training else []
    drawn = positive.any() or negative.any()
    if not boxed and len(unlabelled) == len(facts):
        raise DataError(
            f"the {len(facts)} training cases have boxes alone, and boxes are not used. Set `use_boxes` to true, or "
            "add dense masks or drawings."
        )
    if not drawn and not boxed:
        raise DataError(
            f"nothing is drawn in any of the {len(facts)} {section} cases. Check that the label files are the ones "
            'that were drawn, and that the label table names their values (a 0/255 mask holds nothing but "ignore" '
            "under a table that gives 255 that name)."
        )
    implied = reading != "sparse" and any(positive[1:])
    if boxed:
        _refuse_one_sided(boxed, positive, negative, implied)
        if not drawn:
            logger.warning(
                f"the {len(boxed)} training cases have boxes alone: nothing says which pixels inside a box are the "
                'structure. A few dense cases among them ("supervision": "dense") would.'
            )
        return
    kinds = [name for name, n in zip(classes, positive, strict=True) if n]
    kinds += [f"not {name}" for name, n in zip(classes, negative, strict=True) if n]
    undense = any(case.supervision != "dense" for case in facts)
    if not training:
        if len(kinds) == 1 and undense:
            raise DataError(
                f'only "{kinds[0]}" is labelled in the validation cases and all else is unknown, so to answer it '
                'everywhere would be perfect. If they are dense masks, give them "supervision": "dense"; if they are '
                "drawings, draw something else too."
            )
        return
    if len(kinds) == 1 and not implied:
        raise DataError(
            f'only "{kinds[0]}" is drawn in the whole training set: a network would learn to answer it everywhere. '
            f'Draw something else too (for instance "not {classes[-1]}" or "{classes[0]}"). With strokes of a '
            "foreground class alone, --reading support or --reading dense takes what is undrawn for background."
        )


def _refuse_one_sided(boxed: Sequence[CaseFacts], positive: np.ndarray, negative: np.ndarray, implied: bool) -> None:
    """Stop at boxes and drawings that together only say where structures are, or only where none is.

    Args:
        boxed: the cases with boxes.
        positive: number of pixels drawn as each class in all cases.
        negative: number of pixels drawn as "not" each class in all cases.
        implied: whether what is undrawn counts as background somewhere.

    Raises:
        DataError: saying what is missing.
    """
    inside = any(any(case.boxes or []) for case in boxed)
    if not inside and not positive[1:].any():
        raise DataError(
            f"there is no box in any of the {len(boxed)} boxed training cases, and no structure is drawn: a network "
            "would learn to answer background everywhere. Add cases with boxes or dense masks."
        )
    outside = any(case.outside for case in boxed)
    if not outside and not positive[0] and not negative.any() and not implied:
        raise DataError(
            'nothing says in the whole training set where no structure is, since "boxed_classes" names no class: a '
            "network would learn to answer structures everywhere. Name the classes whose boxes are complete, or add "
            "dense masks."
        )
