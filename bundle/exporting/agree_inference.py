"""An inference.json that does to an image what the training did; a server reads each file alone."""

from __future__ import annotations

import copy
from typing import Any

from bundle.exporting.config_items import references
from scripts.errors import SettingError

__all__ = ["agree_inference"]

_SETTINGS = ("classes", "spacing", "window")
# each config has its own
_OWN = {"bundle_root", "dataset_dir", "output_dir", "device", "amp"}
_TRANSFORMS = "train#deterministic_transforms"


def agree_inference(
    inference: dict[str, Any], train: dict[str, Any], base: dict[str, Any], file: str = "inference.json"
) -> dict[str, Any]:
    """The inference that fits a training.

    Taken over are ``network_def``, ``classes``, ``spacing``, ``window``, the sliding window of the validation, the
    deterministic transforms, imports, and every setting that these refer to.

    Args:
        inference: the flavour's own.
        train: the training that made the model, overlays merged.
        base: the flavour's own training.
        file: name of the inference's config, for messages.

    Raises:
        SettingError: when the transforms cannot be matched, when the validation does not use all of them, or when
            something refers to a part of the training that an inference does not have.
    """
    agreed = copy.deepcopy(inference)
    agreed |= {key: train[key] for key in _SETTINGS if key in train and key in inference}
    transforms = _matched(inference["preprocessing"]["transforms"], train, base, file)
    _refuse_unvalidated(train)
    taken = {"network_def": train["network_def"], "inferer": train["validate"]["inferer"]}
    agreed |= copy.deepcopy(taken)
    agreed["preprocessing"]["transforms"] = transforms
    agreed["imports"] = list(dict.fromkeys([*inference["imports"], *train["imports"]]))
    _bring_along(agreed, train, [*taken.values(), transforms], file)
    return agreed


def _targets(transforms: list[Any]) -> list[Any]:
    return [item.get("_target_") if isinstance(item, dict) else item for item in transforms]


def _matched(own: list[Any], train: dict[str, Any], base: dict[str, Any], file: str) -> list[Any]:
    """The inference's transforms with those of the training in their places, matched by ``_target_`` in their order."""
    before, now = (config["train"]["deterministic_transforms"] for config in (base, train))
    if _targets(own) == _targets(before):
        return copy.deepcopy(now)
    places, start = [], 0
    for target in _targets(before):
        if target not in _targets(own)[start:]:
            break
        start = _targets(own).index(target, start) + 1
        places.append(start - 1)
    if len(places) < len(before) or _targets(before) != _targets(now):
        raise SettingError(
            f"`{_TRANSFORMS}` ({', '.join(map(str, _targets(now)))}) cannot be matched with the transforms of {file} "
            f"({', '.join(map(str, _targets(own)))}) by their `_target_`. An inference would see other images than the "
            "training: change arguments of the transforms, not their kinds."
        )
    matched = copy.deepcopy(own)
    for place, transform in zip(places, now, strict=True):
        matched[place] = copy.deepcopy(transform)
    return matched


def _refuse_unvalidated(train: dict[str, Any]) -> None:
    """Stop when the validation leaves out a transform, for its metrics would be of other images."""
    used = {name for name in references(train["validate"]["preprocessing"]) if name.startswith(_TRANSFORMS)}
    number = len(train["train"]["deterministic_transforms"])
    lacking = [f"%{_TRANSFORMS}#{k}" for k in range(number) if f"{_TRANSFORMS}#{k}" not in used]
    if lacking and _TRANSFORMS not in used:
        raise SettingError(
            f"`validate#preprocessing` does not use {', '.join(lacking)}: validation and training would see different "
            "images. Add it to the overlay that changed the transforms."
        )


def _bring_along(agreed: dict[str, Any], train: dict[str, Any], parts: list[Any], file: str) -> None:
    """Every setting of the training that the parts refer to, and those that these refer to."""
    pending, seen = [name for part in parts for name in references(part)], set()
    while pending:
        name = pending.pop()
        top = name.split("#")[0]
        if top in seen or top in _OWN:
            continue
        seen.add(top)
        if top in ("train", "validate") or top not in train:
            raise SettingError(
                f"network, transforms or window refer to `{name}`, which {file} does not have. Write the value "
                "itself, or refer to a setting at the top of the overlay."
            )
        agreed[top] = copy.deepcopy(train[top])
        pending += references(train[top])
