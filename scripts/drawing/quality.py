"""How careful the imagined annotator is."""

from __future__ import annotations

from dataclasses import dataclass, replace

__all__ = ["QUALITIES", "SINGLE_MISTAKES", "Quality"]


@dataclass(frozen=True)
class Quality:
    """Kinds of errors and how many of them; all amounts are our choice, the paper states none.

    Attributes:
        positive_precision: range from which the wanted precision of the positive drawing is drawn, per drawing.
        negative_precision: the same for the negative drawing.
        thick, displaced, thin: share of the drawing with each error at severity 1 (see ``draw_positive``).
        tremor: standard deviation of the hand's trembling, everywhere; pixels, or mm where lengths are mm.
        hallucinated: share of the positive drawing's area that is no structure at all.
        fractures: gaps per 1000 pixels or mm of skeleton.
        margin: distance in pixels that negative strokes keep from what the annotator sees; in mm all keep the same.
    """

    positive_precision: tuple[float, float]
    negative_precision: tuple[float, float]
    thick: float = 0.45
    displaced: float = 0.35
    thin: float = 0.25
    tremor: float = 0.4
    hallucinated: float = 0.0
    fractures: float = 0.0
    margin: float = 3.0


_CLEAN = Quality((0.97, 0.99), (1.0, 1.0), tremor=0.0, fractures=1.0)
#: Clean but for one kind of mistake, to learn what each costs: strokes wider than the structure, beside it, narrower
#: than it, strokes where nothing is, and structures that the negative drawing runs over.
SINGLE_MISTAKES: dict[str, Quality] = {
    "too_wide": replace(_CLEAN, positive_precision=(0.71, 0.79), thick=1.0, displaced=0.0, thin=0.0),
    "beside": replace(_CLEAN, positive_precision=(0.71, 0.79), thick=0.0, displaced=1.0, thin=0.0),
    "too_narrow": replace(_CLEAN, positive_precision=(0.99, 1.0), thick=0.0, displaced=0.0, thin=1.0),
    "invented": replace(_CLEAN, positive_precision=(0.71, 0.79), thick=0.0, displaced=0.0, thin=0.0, hallucinated=0.25),
    "overlooked": replace(_CLEAN, negative_precision=(0.94, 0.96)),
}
QUALITIES: dict[str, Quality] = {
    "clean": _CLEAN,
    "realistic": Quality((0.71, 0.79), (0.985, 0.995), hallucinated=0.04, fractures=5.0),
    "bad": Quality((0.51, 0.59), (0.94, 0.96), tremor=0.6, hallucinated=0.10, fractures=10.0),
    **SINGLE_MISTAKES,
}
