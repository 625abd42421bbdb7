"""How much of the boxes is settled, and how much of that is right."""

from __future__ import annotations

import ignite.distributed as idist
import numpy as np
import torch

from scripts.constants import IGNORE, INSIDE, OUTSIDE, SETTLED

__all__ = ["METRICS", "SettlingRecord"]

#: Names of all metrics.
METRICS = ("box_settled", "box_agreement", "box_agreement_foreground", "box_agreement_background")

_INSIDE, _FOREGROUND, _BACKGROUND, _KNOWN_FOREGROUND, _RIGHT_FOREGROUND, _KNOWN_BACKGROUND, _RIGHT_BACKGROUND = range(7)


class SettlingRecord:
    """Counts pixels (per class, where boxes of several classes overlap) over cases.

    Attributes:
        counts: int64, seven numbers.
    """

    def __init__(self) -> None:
        self.counts = np.zeros(7, dtype=np.int64)

    def add(self, before: np.ndarray, after: np.ndarray, reference: np.ndarray | None = None) -> None:
        """Count one case.

        Args:
            before: `CH[WD]`, boxes as they were given.
            after: `CH[WD]`, boxes after settling.
            reference: `1H[WD]`, class indices and ``IGNORE``; None where it is unknown.
        """
        inside = before == INSIDE
        foreground, background = inside & (after == SETTLED), inside & (after == OUTSIDE)
        found = [inside.sum(), foreground.sum(), background.sum(), 0, 0, 0, 0]
        if reference is not None:
            known = reference != IGNORE
            is_class = reference == np.arange(len(before)).reshape(-1, *[1] * (before.ndim - 1))
            found[_KNOWN_FOREGROUND] = (foreground & known).sum()
            found[_RIGHT_FOREGROUND] = (foreground & known & is_class).sum()
            found[_KNOWN_BACKGROUND] = (background & known).sum()
            found[_RIGHT_BACKGROUND] = (background & known & ~is_class).sum()
        self.counts += np.array(found, dtype=np.int64)

    def gather(self, device: str | torch.device = "cpu") -> None:
        """Sum over all processes, on a device that they can exchange tensors of."""
        self.counts = idist.all_reduce(torch.from_numpy(self.counts).to(device)).cpu().numpy()

    def metrics(self) -> dict[str, float]:
        """Shares in [0, 1]; those of nothing are left out.

        ``box_settled``: of the pixels inside boxes, those that are settled. ``box_agreement``: of the settled pixels
        whose class is known, those that are right; ``box_agreement_foreground`` and ``box_agreement_background``: the
        same of those settled as the class and as not the class.
        """
        counts = self.counts.tolist()
        shares = (
            (counts[_FOREGROUND] + counts[_BACKGROUND], counts[_INSIDE]),
            (
                counts[_RIGHT_FOREGROUND] + counts[_RIGHT_BACKGROUND],
                counts[_KNOWN_FOREGROUND] + counts[_KNOWN_BACKGROUND],
            ),
            (counts[_RIGHT_FOREGROUND], counts[_KNOWN_FOREGROUND]),
            (counts[_RIGHT_BACKGROUND], counts[_KNOWN_BACKGROUND]),
        )
        return {name: part / whole for name, (part, whole) in zip(METRICS, shares, strict=True) if whole}
