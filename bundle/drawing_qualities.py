"""Names of the qualities of drawings, for commands that start quickly; amounts are in ``scripts.drawing.quality``."""

__all__ = ["MISTAKES", "QUALITIES"]

#: Careful, usual and hasty annotators.
QUALITIES = ("clean", "realistic", "bad")
#: Careful ones who make one kind of mistake.
MISTAKES = ("too_wide", "beside", "too_narrow", "invented", "overlooked")
