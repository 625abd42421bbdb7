"""Chooses the image that is to be drawn on next."""

from __future__ import annotations

from typing import Any

from lib.scoring import SCORE
from monailabel.interfaces.datastore import Datastore
from monailabel.interfaces.tasks.strategy import Strategy

__all__ = ["MostUncertain"]


class MostUncertain(Strategy):
    """The unlabelled image with the highest score.

    Images without a score come after those with one, since nothing says that they would help more; the scoring reaches
    them soon. While no image has a score, the first by name is given, as by the strategy ``first``.
    """

    def __init__(self) -> None:
        super().__init__("The image about which the model is most uncertain")

    def __call__(self, request: dict[str, Any], datastore: Datastore) -> dict[str, Any] | None:
        """Choose.

        Returns:
            ``id`` of the image and its score as ``weight``, None when every image has a label.
        """
        images = sorted(datastore.get_unlabeled_images(request.get("label_tag"), request.get("labels")))
        if not images:
            return None
        scores = {image: datastore.get_image_info(image).get(SCORE) for image in images}
        scored = [image for image in images if isinstance(scores[image], (int, float))]
        chosen = max(scored, key=scores.__getitem__) if scored else images[0]
        return {"id": chosen, **({"weight": scores[chosen]} if scored else {})}
