"""Which values of the dense masks are which class."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from scripts.drawing.mask_folder import mask_classes
from scripts.errors import DataError, list_problems

__all__ = ["sort_mask_values"]

_RESERVED = ("background", "ignore")


def sort_mask_values(
    masks: Sequence[Path],
    names: Sequence[str],
    values: Sequence[Sequence[int]],
    ignored: int | None,
    read: Callable[[Path], np.ndarray],
) -> tuple[dict[str, tuple[int, ...]], tuple[int, ...]]:
    """Values of each class, and all others that occur, which count as background.

    Args:
        masks: files of all cases.
        names: of the classes.
        values: of each class, from 0 to 255; empty with a single class: whatever is not 0, which must be one value.
        ignored: value of pixels that are not labelled.
        read: gives the integer values of a mask.

    Raises:
        DataError: names or values are wrong, a class occurs in no mask, or a mask holds values beyond 0..255.
    """
    problems = [f'"{name}" is no name of a class' for name in names if _reserved(name)]
    if len({name.strip().lower() for name in names}) < len(names):
        problems.append(f"a class is named twice: {', '.join(names)}")
    if values and len(values) != len(names):
        problems.append(
            f"{len(names)} class name(s), but {len(values)} mask value(s): give --mask-value once per class"
        )
    if not values and len(names) > 1:
        problems.append(f"{len(names)} classes need --mask-value once per --class-name")
    flat = [value for several in values for value in several] + ([] if ignored is None else [ignored])
    if len(set(flat)) < len(flat) or any(not 0 <= value <= 255 for value in flat):
        problems.append(f"mask values must be different and within 0..255, but they are {flat}")
    if problems:
        raise DataError(list_problems("the classes cannot be used", problems))
    if not values:
        classes = mask_classes(list(masks), list(names), [], ignored, read=read)
        return {name: (value,) for name, value in classes.items()}, (0,)
    classes = {name: tuple(sorted(several)) for name, several in zip(names, values)}
    return classes, _others(masks, classes, ignored, read)


def _reserved(name: str) -> bool:
    plain = name.strip().lower()
    return not plain or plain in _RESERVED or plain.startswith("not ")


def _others(
    masks: Sequence[Path],
    classes: dict[str, tuple[int, ...]],
    ignored: int | None,
    read: Callable[[Path], np.ndarray],
) -> tuple[int, ...]:
    found: set[int] = set()
    problems = []
    for mask in masks:
        held = {int(value) for value in np.unique(read(mask))}
        wrong = sorted(value for value in held if not 0 <= value <= 255)
        if wrong:
            problems.append(f"{mask} holds {wrong[0]}; expected values within 0..255")
        found |= held
    problems += [
        f'"{name}" occurs in no mask; expected the value(s) {list(several)}, the masks hold {sorted(found)}'
        for name, several in classes.items()
        if not found & set(several)
    ]
    if problems:
        raise DataError(list_problems("the masks cannot be used", problems))
    named = {value for several in classes.values() for value in several} | {ignored}
    # where everything is foreground, there is still a background to predict
    return tuple(sorted((found | {0}) - named)) or (next(v for v in range(256) if v not in named),)
