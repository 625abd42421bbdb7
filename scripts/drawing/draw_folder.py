"""Draws on every mask of a folder and writes the datalists."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from tqdm import tqdm

from scripts.drawing.datalist import build_datalist
from scripts.drawing.mask_folder import MaskedImage
from scripts.drawing.picture_case import draw_picture
from scripts.drawing.plan import DrawingPlan
from scripts.drawing.preview import contact_sheet
from scripts.drawing.volume_case import draw_volume
from scripts.drawing.volume_folder import is_volume
from scripts.errors import DataError
from scripts.publishing import publishing, relative_path

__all__ = ["DrawingPlan", "draw_folder", "split_cases"]

_OUTPUTS = ("drawings", "datalist.json", "datalist_dense.json", "drawings_preview.png")


def split_cases(
    cases: Sequence[MaskedImage], *, validation: float, test: float, seed: int
) -> dict[str, list[MaskedImage]]:
    """Random split into "training", "validation" and "test".

    Args:
        cases: all cases.
        validation: number of cases, or, below 1, share of all cases (rounded, at least one).
        test: the same.
        seed: seed of the split.

    Raises:
        DataError: no training case would be left.
    """
    counts = [int(n) if n >= 1 or n == 0 else max(1, round(n * len(cases))) for n in (test, validation)]
    if sum(counts) >= len(cases):
        raise DataError(
            f"{counts[1]} validation and {counts[0]} test cases of {len(cases)} leave none for training. Give smaller "
            "numbers."
        )
    order = np.random.default_rng(seed).permutation(len(cases))
    parts = np.split(order, np.cumsum(counts))
    return {
        name: [cases[i] for i in sorted(part)]
        for name, part in zip(("test", "validation", "training"), parts, strict=True)
    }


def draw_folder(
    split: Mapping[str, Sequence[MaskedImage]],
    out: Path,
    plan: DrawingPlan,
    *,
    overwrite: bool = False,
    provenance: Mapping[str, Any] | None = None,
    previews: int = 4,
) -> dict[str, dict[str, Any]]:
    """Write drawings of all cases, two datalists and a preview to a folder; nothing is left behind on an error.

    Images and masks stay where they are; the datalists refer to them by paths relative to ``out``. Cases of the
    validation and test sets are drawn too, but their datalist entries name the masks.

    Args:
        split: cases of "training", "validation" and "test".
        out: folder to create or, with ``overwrite``, whose former results are replaced.
        plan: how to draw.
        overwrite: replace the results of a former run; other files in the folder stay.
        provenance: further entries for the datalists' provenance.
        previews: number of cases in the preview.

    Returns:
        Statistics of each case by stem.

    Raises:
        DataError: ``out`` holds something and ``overwrite`` is not set, or holds the images or masks themselves.
    """
    if out.is_dir() and any(out.iterdir()) and not overwrite:
        raise DataError(
            f"{out} exists and is not empty. Choose another folder, or replace its drawings with --overwrite."
        )
    cases = [case for section in split.values() for case in section]
    inputs = [path for case in cases for path in (case.image, case.mask, case.field_of_view) if path is not None]
    with publishing(out, _OUTPUTS, inputs=inputs, overwrite=overwrite) as temporary:
        return _write(temporary, out, split, plan, dict(provenance or {}), previews)


def _write(
    folder: Path,
    out: Path,
    split: Mapping[str, Sequence[MaskedImage]],
    plan: DrawingPlan,
    provenance: dict[str, Any],
    previews: int,
) -> dict[str, dict[str, Any]]:
    (folder / "drawings").mkdir()
    sections: dict[str, list[dict[str, Any]]] = {section: [] for section in split}
    rows, everything = [], [(section, case) for section, cases in split.items() for case in cases]
    everything.sort(key=lambda pair: (pair[0] != "training", pair[1].stem))
    for section, case in tqdm(everything, desc="drawing", unit="case"):
        volume = is_volume(case.mask)
        name = f"drawings/{case.stem}{'.nii.gz' if volume else '.png'}"
        draw = draw_volume if volume else draw_picture
        statistics, pictures = draw(case, plan, folder / name, len(rows) < previews)
        if pictures is not None:
            rows.append(pictures)
        entry = {"image": relative_path(case.image, out), "mask": relative_path(case.mask, out), "subject": case.stem}
        if case.field_of_view is not None:
            entry["field_of_view"] = relative_path(case.field_of_view, out)
        if volume:
            entry["plane"] = plan.drawn_plane
        sections[section].append(entry | {"drawing": name, "statistics": statistics})
    Image.fromarray(contact_sheet(rows)).save(folder / "drawings_preview.png")
    provenance |= {"drawings": "synthesised from the masks by scripts.drawing", **plan.record}
    dense_labels = {"background": 0, **plan.classes} | ({} if plan.ignored is None else {"ignore": plan.ignored})
    for dense, file in ((False, "datalist.json"), (True, "datalist_dense.json")):
        content = build_datalist(
            sections,
            name=out.resolve().name,
            description=f"Synthesised {plan.quality} drawings of {', '.join(plan.classes)} at ratio {plan.ratio:g}.",
            labels=plan.labels,
            dense_labels=dense_labels,
            provenance=provenance,
            dense=dense,
        )
        (folder / file).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    return {entry["subject"]: entry["statistics"] for entries in sections.values() for entry in entries}
