"""The datalists and the COCO file of a data set with synthesised boxes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["build_coco", "build_datalists"]


def build_datalists(
    sections: Mapping[str, Sequence[Mapping[str, Any]]],
    *,
    name: str,
    classes: Sequence[str],
    dense_labels: Mapping[str, Any],
    provenance: Mapping[str, Any],
) -> dict[str, dict[str, Any]]:
    """Datalists in MONAI's decathlon style: with boxes, all dense, and without the cases that have boxes.

    Args:
        sections: lists "training", "validation" and "test". A case has ``image``, ``mask`` and ``subject``, paths
            relative to the datalist's folder. One that is to have boxes alone has ``boxes`` and ``statistics``.
        name: name of the data set.
        classes: names of the classes.
        dense_labels: label table of the masks.
        provenance: how the boxes were made.

    Returns:
        What is to be written as JSON, by file name. ``datalist_dense_only.json`` is left out without dense training
        cases.
    """
    training = sections["training"]
    dense = [case for case in training if "boxes" not in case]
    chosen = {"datalist.json": [_boxed(case) if "boxes" in case else _dense(case) for case in training]}
    chosen["datalist_dense.json"] = [_dense(case) for case in training]
    if dense:
        chosen["datalist_dense_only.json"] = [_dense(case) for case in dense]
    held_out = {part: [_dense(case) for case in sections.get(part, ())] for part in ("validation", "test")}
    description = (
        f"Boxes of {', '.join(classes)}, synthesised from dense masks; {len(dense)} of {len(training)} training cases "
        "have their dense mask."
    )
    return {
        file: {"name": name, "description": description, "dense_labels": dict(dense_labels), "training": cases}
        | held_out
        | {"provenance": dict(provenance)}
        for file, cases in chosen.items()
    }


def build_coco(cases: Sequence[Mapping[str, Any]], classes: Sequence[str]) -> dict[str, Any]:
    """COCO-style content of all cases with boxes.

    Args:
        cases: with ``image``, ``boxes`` (corners x0, y0, x1, y1) and ``shape``, width and height.
        classes: names of the classes, which get the ids 1, 2, ...

    Returns:
        What is to be written as JSON; ``file_name`` is the case's ``image``.
    """
    ids = {name: number for number, name in enumerate(classes, start=1)}
    images, annotations = [], []
    for number, case in enumerate(cases, start=1):
        width, height = case["shape"]
        images.append({"id": number, "file_name": case["image"], "width": width, "height": height})
        for box in case["boxes"]:
            x0, y0, x1, y1 = box["box"]
            size = [round(x1 - x0, 2), round(y1 - y0, 2)]
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": number,
                    "category_id": ids[box["class"]],
                    "bbox": [x0, y0, *size],
                    "area": round(size[0] * size[1], 2),
                    "iscrowd": 0,
                }
            )
    categories = [{"id": number, "name": name} for name, number in ids.items()]
    return {"images": images, "annotations": annotations, "categories": categories}


def _dense(case: Mapping[str, Any]) -> dict[str, Any]:
    return {"image": case["image"], "label": case["mask"], "subject": case["subject"], "supervision": "dense"}


def _boxed(case: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "image": case["image"],
        "boxes": case["boxes"],
        "reference": case["mask"],
        "subject": case["subject"],
        "box_statistics": case["statistics"],
    }
