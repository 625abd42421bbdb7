"""Distances between the surfaces of prediction and reference, in millimetres, with each case's own spacing."""

from __future__ import annotations

import math
import warnings
from abc import abstractmethod
from collections.abc import Callable, Sequence

import torch
from monai.data import MetaTensor, affine_to_spacing
from monai.handlers import IgniteMetricHandler
from monai.metrics import (
    CumulativeIterationMetric,
    compute_hausdorff_distance,
    compute_surface_dice,
    do_metric_reduction,
)
from monai.metrics.utils import ignore_background
from monai.utils import MetricReduction

from scripts.errors import SettingError

__all__ = [
    "HausdorffDistance95",
    "HausdorffDistance95Metric",
    "SurfaceDice",
    "SurfaceDiceMetric",
    "case_spacings",
    "hausdorff_distance_95",
    "surface_dice",
]

# a header's spacing is rounded: three voxels of 0.3334 mm are within 1 mm
_SLACK = 1.001
# prediction and reference may differ by this share in spacing, as two headers of one grid may
_SAME_SPACING = 0.05


def surface_dice(
    prediction: torch.Tensor, reference: torch.Tensor, spacing: Sequence[float], tolerance: float = 1.0
) -> float:
    """Normalised surface Dice of two masks: the share of both surfaces that lies within ``tolerance`` of the other.

    Source: Nikolov et al., *Deep learning to achieve clinically applicable segmentation of head and neck anatomy for
    radiotherapy*, 2018, https://arxiv.org/abs/1809.04430, by :func:`monai.metrics.compute_surface_dice` with
    ``use_subvoxels``: every piece of surface counts with its area in mm², as in DeepMind's code, so that thick slices
    do not weigh more than they are large. A tolerance below the spacing tells little, since surfaces are found to
    about one voxel. The surfaces are those of voxels: at 1 mm, smooth bodies score up to 0.3 higher than they would
    without voxels.

    Args:
        prediction: mask `H[WD]`, bool.
        reference: mask of the same shape.
        spacing: of the axes, in mm.
        tolerance: in mm, 0 or more.

    Returns:
        In [0, 1]; nan when both masks are empty, 0 when one of them is.
    """
    if not prediction.any() and not reference.any():
        return math.nan
    if not prediction.any() or not reference.any():
        return 0.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # about arguments that MONAI passes to itself
        value = compute_surface_dice(
            prediction[None, None],
            reference[None, None],
            class_thresholds=[tolerance * _SLACK],
            include_background=True,
            spacing=[float(step) for step in spacing],
            use_subvoxels=True,
        )
    return value.item()


def hausdorff_distance_95(prediction: torch.Tensor, reference: torch.Tensor, spacing: Sequence[float]) -> float:
    """95 % Hausdorff distance of two masks by :func:`monai.metrics.compute_hausdorff_distance`.

    The larger one of two numbers: within what distance of the reference's surface 95 % of the prediction's surface
    voxels lie, and the reverse. Distances are between centres of voxels.

    When one of the masks is empty there is no distance. Infinity would spoil every mean, and leaving the case out would
    reward a network that misses what is hard to find. Such a case gets the length of the volume's diagonal, which no
    distance within the volume exceeds (the BraTS challenges do so); it depends on the size of the volume.

    Args:
        prediction: mask `H[WD]`, bool.
        reference: mask of the same shape.
        spacing: of the axes, in mm.

    Returns:
        In mm, 0 or more; nan when both masks are empty.
    """
    if not prediction.any() and not reference.any():
        return math.nan
    if not prediction.any() or not reference.any():
        return math.hypot(*(size * step for size, step in zip(prediction.shape, spacing)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        value = compute_hausdorff_distance(
            prediction[None, None],
            reference[None, None],
            include_background=True,
            percentile=95,
            spacing=[float(step) for step in spacing],
        )
    return value.item()


def _affines(values: torch.Tensor) -> list[torch.Tensor] | None:
    """Affine of each case of `BCHWD`, None where it carries none."""
    if not isinstance(values, MetaTensor):
        return None
    affine = values.affine
    return list(affine) if affine.ndim == 3 else [affine] * len(values)


def case_spacings(y_pred: torch.Tensor, y: torch.Tensor) -> list[tuple[float, ...]]:
    """Spacing of each case in mm, from the affine that the reference (or else the prediction) carries.

    Args:
        y_pred: prediction `BCH[WD]`.
        y: reference of the same shape.

    Returns:
        A tuple per case, of one number per spatial axis; in 2D all 1, so that distances are in pixels.

    Raises:
        SettingError: when neither of two volumes is a MetaTensor, or their spacings differ.
    """
    if y.ndim < 5:
        return [(1.0,) * (y.ndim - 2)] * len(y)
    found = [[affine_to_spacing(affine, 3) for affine in part] for part in map(_affines, (y, y_pred)) if part]
    if not found:
        raise SettingError(
            "distances in mm need the spacing of the volume, but neither prediction nor reference carries an affine. "
            "Keep them MetaTensors (no EnsureTyped or ToTensord with track_meta=false before the metrics)."
        )
    for reference, prediction in zip(found[0], found[-1]):
        if not torch.allclose(reference.double(), prediction.double(), rtol=_SAME_SPACING):
            name = y.meta.get("filename_or_obj", "the reference")
            raise SettingError(
                f"{name}: the reference has the spacing {reference.tolist()} mm, its prediction "
                f"{prediction.tolist()} mm. Bring the prediction back to the reference's grid (Invertd) before the "
                "metrics."
            )
    return [tuple(spacing.tolist()) for spacing in found[0]]


class _SurfaceMetric(CumulativeIterationMetric):
    """One number per case and class, then the mean over classes and cases without the undefined ones."""

    def __init__(self, include_background: bool = False) -> None:
        super().__init__()
        self.include_background = include_background

    @abstractmethod
    def _value(self, prediction: torch.Tensor, reference: torch.Tensor, spacing: tuple[float, ...]) -> float:
        """The number for two masks `H[WD]`."""

    def _compute_tensor(self, y_pred: torch.Tensor, y: torch.Tensor) -> torch.Tensor:  # type: ignore[override]
        """`BC` from one-hot `BCH[WD]`."""
        if y_pred.shape != y.shape:
            raise ValueError(f"y_pred and y must have the same shape, got {tuple(y_pred.shape)} and {tuple(y.shape)}.")
        spacings = case_spacings(y_pred, y)
        # plain tensors on the processor: MONAI's distances to the nearest point are found there in any case
        masks = [part.as_subclass(torch.Tensor).detach().cpu() > 0 for part in (y_pred, y)]
        if not self.include_background:
            masks = list(ignore_background(*masks))
        values = [
            [self._value(p, r, spacing) for p, r in zip(case_p, case_r)]
            for case_p, case_r, spacing in zip(*masks, spacings)
        ]
        return torch.tensor(values, dtype=torch.float32, device=y_pred.device)

    def aggregate(self) -> torch.Tensor:
        """Mean over the classes of each case, then over cases; nan when no value is defined.

        Raises:
            ValueError: when nothing has been collected.
        """
        data = self.get_buffer()
        if not isinstance(data, torch.Tensor):
            raise ValueError(f"{type(self).__name__} has no values yet: call it on predictions before aggregate().")
        value, count = do_metric_reduction(data, MetricReduction.MEAN)
        return value if count > 0 else torch.full_like(value, math.nan)  # MONAI says 0, the best of distances


class SurfaceDiceMetric(_SurfaceMetric):
    """:func:`surface_dice` per case and class.

    Args:
        tolerance: in mm (2D: in pixels), the same for all classes.
        include_background: whether channel 0 counts.

    Raises:
        SettingError: when ``tolerance`` is negative or not finite.
    """

    def __init__(self, tolerance: float = 1.0, include_background: bool = False) -> None:
        super().__init__(include_background)
        if not (math.isfinite(tolerance) and tolerance >= 0):
            raise SettingError(f"SurfaceDice: 'tolerance' must be 0 mm or more, got {tolerance}.")
        self.tolerance = tolerance

    def _value(self, prediction: torch.Tensor, reference: torch.Tensor, spacing: tuple[float, ...]) -> float:
        return surface_dice(prediction, reference, spacing, self.tolerance)


class HausdorffDistance95Metric(_SurfaceMetric):
    """:func:`hausdorff_distance_95` per case and class.

    Args:
        include_background: whether channel 0 counts.
    """

    def _value(self, prediction: torch.Tensor, reference: torch.Tensor, spacing: tuple[float, ...]) -> float:
        return hausdorff_distance_95(prediction, reference, spacing)


class SurfaceDice(IgniteMetricHandler):
    """:class:`SurfaceDiceMetric` for ``additional_metrics`` of a config; higher is better.

    Pixels that the reference ignores are background in both maps (:class:`scripts.transforms.MaskIgnoredd`), so that
    where an ignored area cuts a structure, both have the same surface.

    Args:
        tolerance: in mm (2D: in pixels).
        include_background: whether channel 0 counts.
        output_transform: takes ``engine.state.output`` to ``(y_pred, y)``, both one-hot, on the grid of the reference
            and of volumes at least one a MetaTensor, which knows its spacing; in a config
            ``"$monai.handlers.from_engine(['pred', 'label'])"``.
        save_details: whether every case's values are kept in ``engine.state.metric_details``.
    """

    def __init__(
        self,
        tolerance: float = 1.0,
        include_background: bool = False,
        output_transform: Callable = lambda x: x,
        save_details: bool = True,
    ) -> None:
        metric = SurfaceDiceMetric(tolerance, include_background)
        super().__init__(metric_fn=metric, output_transform=output_transform, save_details=save_details)


class HausdorffDistance95(IgniteMetricHandler):
    """:class:`HausdorffDistance95Metric` for ``additional_metrics`` of a config; lower is better.

    Not for ``key_metric``: the best network is the one with the highest value.

    Args:
        include_background: whether channel 0 counts.
        output_transform: as in :class:`SurfaceDice`.
        save_details: whether every case's values are kept in ``engine.state.metric_details``.
    """

    def __init__(
        self,
        include_background: bool = False,
        output_transform: Callable = lambda x: x,
        save_details: bool = True,
    ) -> None:
        metric = HausdorffDistance95Metric(include_background)
        super().__init__(metric_fn=metric, output_transform=output_transform, save_details=save_details)
