"""What of a training's config the checks need to know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

__all__ = ["CheckSettings"]


@dataclass(frozen=True)
class CheckSettings:
    """Settings of the training that a data set is checked for; the names are those of the config.

    Attributes:
        classes: names of the classes, background first.
        labels: label table of drawings, for cases that bring none.
        dense_labels: label table of dense masks, for cases that bring none.
        spatial_dims: 2 or 3.
        patch_size: of the training, pixels or voxels along each axis; empty if not known.
        spacing: sides of a voxel in mm, right, front and up, that volumes are resampled to; None if they are not.
        window: lowest and highest value that volumes are scaled by; None if each is scaled by its own.
        reading: of what is undrawn.
        use_positive: whether positive drawings are used.
        use_negative: whether negative drawings are used.
        use_boxes: whether boxes are used.
    """

    classes: Sequence[str]
    labels: Mapping[str, Any]
    dense_labels: Mapping[str, Any]
    spatial_dims: int = 2
    patch_size: Sequence[int] = field(default_factory=tuple)
    spacing: Sequence[float] | None = None
    window: Sequence[float] | None = None
    reading: str = "support"
    use_positive: bool = True
    use_negative: bool = True
    use_boxes: bool = True

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)
