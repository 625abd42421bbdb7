"""A segmentation network coupled with a model of the people who drew its labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import nn

from scripts.errors import SettingError

from .annotation import GlobalMatrices, ImageAnnotationNetwork, TrunkHeads
from .confusion import CoarseConfusion, Confusion, confusion_form
from .log_variance_head import LogVarianceHead
from .transition import TransitionMatrix
from .trunk_features import feature_channels, find_feature_layer, trunk_features

__all__ = ["CoupledSegmenter"]

_KINDS = ("positive", "negative")


class CoupledSegmenter(nn.Module):
    """Any MONAI segmentation network, plus, while it trains, what is wrong with its labels.

    Confusion matrices per kind of drawing describe the people who drew, log variances of the logits what is uncertain
    inside bounding boxes.

    Source: Zhang et al., *Emerging Semantic Segmentation from Positive and Negative Coarse Label Learning*, 2025,
    https://arxiv.org/abs/2508.18186: a segmentation network p and an annotation network with one confusion matrix per
    pixel and kind of drawing (``annotation="image"``). Heads on the trunk are the ancestor's layout (Zhang et al.,
    NeurIPS 2020); matrices shared by all pixels, and all forms but ``full`` are ours. Log variances: Neven et al.,
    ICCVW 2021, see :class:`~scripts.networks.log_variance_head.LogVarianceHead`.

    Only :attr:`segmentation` is deployed: its ``state_dict()`` is that of the plain network.

    Args:
        segmentation: network that puts out logits `BCH[WD]`, without deep supervision.
        spatial_dims: 2 or 3.
        num_classes: C, background included.
        annotation: where matrices come from: ``global`` (learned numbers), ``trunk`` (heads on the features of the
            segmentation network), ``image`` (a small network of its own) or ``none``.
        form: ``full``, ``binary`` (two classes), ``omission`` or ``low_rank``, see :mod:`scripts.networks.confusion`.
        rank: of the ``low_rank`` form.
        diagonal: start value of the matrices' diagonal elements.
        kinds: the kinds of drawing that get matrices.
        share_kinds: whether all kinds have one matrix in common (our reading: one annotator, one rate of errors). With
            two classes a negative drawing of the foreground then counts as a positive one of the background, which
            ties down how often background is drawn as foreground.
        learn_transition: whether the transition matrix of the negative drawings is learned rather than uniform.
        in_channels: channels of the image, needed by ``image``.
        uncertainty: whether the network has log variances.
        log_variance_start: what they all are before training, between -7 and 6.
        feature_layer: for ``trunk`` and ``uncertainty``, dotted path of the module whose input are the features; by
            default the last convolution with C output channels. Matrices and log variances of another size are
            interpolated where they are used.

    Raises:
        SettingError: for unknown names, values out of range, or a network in which no features can be found.
    """

    def __init__(
        self,
        segmentation: nn.Module,
        *,
        spatial_dims: int,
        num_classes: int,
        annotation: str = "global",
        form: str = "full",
        rank: int = 1,
        diagonal: float = 0.9,
        kinds: Sequence[str] = _KINDS,
        share_kinds: bool = False,
        learn_transition: bool = False,
        in_channels: int | None = None,
        uncertainty: bool = False,
        log_variance_start: float = 2.0,
        feature_layer: str | None = None,
    ) -> None:
        super().__init__()
        if spatial_dims not in (2, 3):
            raise SettingError(f"spatial_dims must be 2 or 3, got {spatial_dims}.")
        if not kinds or not set(kinds) <= set(_KINDS):
            raise SettingError(f"kinds must be one or both of {', '.join(_KINDS)}, got {list(kinds)}.")
        self.segmentation = segmentation
        self.spatial_dims = spatial_dims
        self.num_classes = num_classes
        self.source = annotation
        self.transition = TransitionMatrix(num_classes) if learn_transition else None
        self.form = self.annotation = self._feature_layer = self.log_variance = None
        self.kinds: tuple[str, ...] = ()
        features = 0
        if uncertainty or annotation == "trunk":
            self._feature_layer = find_feature_layer(segmentation, num_classes, feature_layer)
            features = feature_channels(segmentation, self._feature_layer)
        if uncertainty:
            self.log_variance = LogVarianceHead(spatial_dims, features, num_classes, log_variance_start)
        if annotation == "none":
            return
        self.form = confusion_form(form, num_classes, diagonal, rank)
        channels = self.form.channels
        self.kinds = tuple(kinds)
        kinds = self.kinds[:1] if share_kinds else self.kinds
        if annotation == "global":
            self.annotation = GlobalMatrices(spatial_dims, channels, kinds)
        elif annotation == "trunk":
            self.annotation = TrunkHeads(spatial_dims, features, channels, kinds)
        elif annotation == "image":
            if in_channels is None:
                raise SettingError("annotation 'image' needs in_channels, the number of channels of the images.")
            self.annotation = ImageAnnotationNetwork(spatial_dims, in_channels, channels, kinds)
        else:
            raise SettingError(f"annotation must be global, trunk, image or none, got {annotation!r}.")

    def forward(self, image: torch.Tensor) -> torch.Tensor | dict[str, torch.Tensor | Confusion]:
        """Segment, and in training describe the annotators.

        Args:
            image: `BNH[WD]`.

        Returns:
            In eval mode what the segmentation network puts out: logits `BCH[WD]`. In training mode a dict with

            * ``logits``: `BCH[WD]`, of the true label;
            * ``positive``, ``negative``: :class:`~scripts.networks.confusion.CoarseConfusion`, for the kinds chosen;
              matrices are built only where a loss asks for them;
            * ``transition``: `CxC`, only if learned;
            * ``log_variance``: `BCH[WD]`, only with ``uncertainty``;
            * ``auxiliary``: `BCH[WD]`, only from a segmentation network that trains two decoders.

        Raises:
            SettingError: in training, when the network's output is not `BCH[WD]` logits of C classes.
        """
        if not self.training:
            return self.segmentation(image)
        logits, features, further = self._segment(image)
        output: dict[str, torch.Tensor | Confusion] = {"logits": logits, **further}
        for kind, raw in self._raw(image, features).items():
            output[kind] = CoarseConfusion(raw, self.form, tuple(logits.shape[2:]))
        if self.annotation is not None:
            output.update((kind, output[self.kinds[0]]) for kind in self.kinds if kind not in output)
        if self.transition is not None:
            output["transition"] = self.transition()
        if self.log_variance is not None:
            output["log_variance"] = self.log_variance(features, tuple(logits.shape[2:]))
        return output

    @property
    def uncertainty(self) -> bool:
        """Whether the network has log variances."""
        return self.log_variance is not None

    def predict(self, image: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor | None]:
        """Logits and log variances of an image `BNH[WD]`, both `BCH[WD]`, in training and in eval mode.

        The log variances are None without ``uncertainty``.
        """
        logits, features, _ = self._segment(image)
        return logits, None if self.log_variance is None else self.log_variance(features, tuple(logits.shape[2:]))

    def _segment(self, image: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor | None, dict[str, torch.Tensor]]:
        """Logits, the features if anything needs them, and an auxiliary decoder's logits if there is one."""
        if self._feature_layer is None:
            logits, features = self.segmentation(image), None
        else:
            with trunk_features(self.segmentation, self._feature_layer) as seen:
                logits = self.segmentation(image)
            features = seen.value
            if features is None:
                raise SettingError(
                    f"the segmentation network did not call its module {self._feature_layer!r}, so there are no "
                    "features for annotation 'trunk' or uncertainty; set feature_layer to a module that its forward() "
                    "calls."
                )
        further = {}
        if isinstance(logits, Mapping) and set(logits) == {"logits", "auxiliary"}:
            logits, further = logits["logits"], {"auxiliary": logits["auxiliary"]}
        self._check_logits(logits)
        return logits, features, further

    def _raw(self, image: torch.Tensor, features: torch.Tensor | None) -> dict[str, torch.Tensor]:
        """Raw parameters of the matrices, per kind."""
        if self.source == "none":
            return {}
        if self.source == "global":
            return self.annotation(len(image))
        if self.source == "image":
            return self.annotation(image)
        return self.annotation(features)

    def _check_logits(self, logits: object) -> None:
        name = type(self.segmentation).__name__
        expected = f"expected one tensor of logits of shape BCH[WD] with C = {self.num_classes}"
        if not isinstance(logits, torch.Tensor):
            raise SettingError(f"{name} puts out a {type(logits).__name__}; {expected}. Switch deep supervision off.")
        if logits.ndim != self.spatial_dims + 2:
            raise SettingError(
                f"{name} puts out the shape {tuple(logits.shape)} in training; {expected} and {self.spatial_dims} "
                "spatial dimensions. Switch deep supervision off, or mend spatial_dims."
            )
        if logits.shape[1] != self.num_classes:
            raise SettingError(f"{name} puts out {logits.shape[1]} channels; {expected}.")
