"""The methods that are compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

__all__ = ["BUNDLE", "COARSE", "DENSE_LIST", "METHODS", "NNUNET", "SEMI", "Method"]

#: Datalists that a method may be trained on.
COARSE, DENSE_LIST, SEMI = "datalist.json", "datalist_dense.json", "datalist_semi.json"
#: What trains a method: the product's own commands, or those of nnU-Net in an environment of its own.
BUNDLE, NNUNET = "bundle", "nnunet"


@dataclass(frozen=True)
class Method:
    """A method as an overlay and settings of the product's config.

    Attributes:
        name: as ``--method`` has it.
        label: as a report has it.
        kind: ``reference`` (dense masks), ``baseline``, ``paper``, ``ours`` or ``semi`` (dense and coarse).
        overlays: names of files in ``configs/methods``; none for the config as it is.
        settings: further settings of the training.
        datalist: file that is trained on.
        uses_ratio: whether drawings are looked at, so that their ratio and quality matter.
        runner: what trains it: :data:`BUNDLE`, or :data:`NNUNET`, which is run only when it is asked for by name.
    """

    name: str
    label: str
    kind: str
    overlays: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    datalist: str = COARSE
    uses_ratio: bool = True
    runner: str = BUNDLE


def _without_complementary(name: str, label: str, kind: str, overlays: tuple[str, ...] = ()) -> Method:
    # with `support_as` "not class" what support adds is told by that term too, and goes with it
    return Method(f"{name}_no_complementary", label, kind, overlays, MappingProxyType({"negative_weight": 0.0}))


def _literal(name: str, label: str, **settings: Any) -> Method:
    # the guard would stop some of these trainings, and a table would not tell what they reach
    unguarded = {"guard": "warn", **settings}
    return Method(name, label, "paper", ("coupled_literal",), MappingProxyType(unguarded))


_METHODS = (
    Method("default", "default", "ours"),
    Method(
        "default_positive_only", "default, positive only", "ours", settings=MappingProxyType({"use_negative": False})
    ),
    Method("default_open_ends", "default, open ends", "ours", settings=MappingProxyType({"support_ends": "open"})),
    _without_complementary("default", "default, no complementary term", "ours"),
    Method("support_dice", "support, cross-entropy and Dice", "ours", ("support_dice",)),
    Method("coupled_support", "coupled, support", "ours", ("coupled_support",)),
    Method("coupled_support_dice", "coupled, support and Dice", "ours", ("coupled_support_dice",)),
    Method("coupled_global_dice", "one global matrix, support and Dice", "ours", ("coupled_global_dice",)),
    Method("partial_cross_entropy", "partial cross-entropy", "baseline", ("partial_cross_entropy",)),
    _without_complementary(
        "partial_cross_entropy",
        "partial cross-entropy, no complementary term",
        "baseline",
        ("partial_cross_entropy",),
    ),
    Method("partial_cross_entropy_dice", "partial cross-entropy and Dice", "baseline", ("partial_cross_entropy_dice",)),
    Method(
        "partial_cross_entropy_teacher",
        "partial cross-entropy, EMA teacher",
        "baseline",
        ("partial_cross_entropy_teacher",),
    ),
    Method(
        "partial_cross_entropy_support",
        "partial cross-entropy, support",
        "baseline",
        ("partial_cross_entropy_support",),
    ),
    Method("generalised_cross_entropy", "generalised cross-entropy", "baseline", ("generalised_cross_entropy",)),
    Method("symmetric_cross_entropy", "symmetric cross-entropy", "baseline", ("symmetric_cross_entropy",)),
    Method("two_decoders", "two decoders, mixed pseudo labels", "baseline", ("two_decoders",)),
    Method("nnunet_ignore", "nnU-Net, ignore label", "baseline", runner=NNUNET),
    _literal("coupled_literal", "paper, dense reading"),
    _literal("coupled_literal_sparse", "paper, sparse reading", reading="sparse"),
    _literal("coupled_literal_positive_only", "paper, positive only", use_negative=False),
    _literal("coupled_literal_negative_only", "paper, negative only", use_positive=False),
    _literal("coupled_literal_no_trace", "paper, without trace", trace_weight=0.0),
    _literal("coupled_literal_global", "paper, global matrices", annotation="global"),
    Method("dense_masks", "dense masks", "reference", ("dense_masks",), datalist=DENSE_LIST, uses_ratio=False),
    Method("dense_few", "few dense masks alone", "reference", ("dense_only",), datalist=SEMI, uses_ratio=False),
    Method("semi", "few dense masks and drawings", "semi", ("dense_and_coarse",), datalist=SEMI),
    Method(
        "semi_robust",
        "few dense masks and drawings, with the loss for drawings",
        "semi",
        ("robust_support",),
        MappingProxyType({"dense_share": "$None"}),
        datalist=SEMI,
    ),
)
#: All methods by name, in the order of reports.
METHODS: Mapping[str, Method] = MappingProxyType({method.name: method for method in _METHODS})
