"""Makes boxes from every mask of a folder and writes the datalists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PIL import Image
from tqdm import tqdm

from scripts.boxes.box_case import box_case
from scripts.boxes.compact_json import compact_json
from scripts.boxes.datalists import build_coco, build_datalists
from scripts.boxes.plan import BoxPlan, choose_dense
from scripts.boxes.preview import preview_case, preview_sheet
from scripts.drawing.mask_folder import MaskedImage
from scripts.publishing import publishing, relative_path

__all__ = ["OUTPUTS", "box_folder"]

OUTPUTS = ("datalist.json", "datalist_dense.json", "datalist_dense_only.json", "boxes.json", "boxes_preview.png")


def box_folder(
    split: Mapping[str, Sequence[MaskedImage]],
    out: Path,
    plan: BoxPlan,
    *,
    instances: Mapping[str, Path] | None = None,
    overwrite: bool = False,
    provenance: Mapping[str, Any] | None = None,
    previews: tuple[int, int] = (6, 2),
) -> list[dict[str, Any]]:
    """Write the datalists, the boxes and a preview to a folder; nothing is left behind on an error.

    Images and masks stay where they are; the datalists refer to them by paths relative to ``out``. Only training cases
    get boxes, and those that are chosen as dense keep their mask instead.

    Args:
        split: cases of "training", "validation" and "test".
        out: folder to create or to add to.
        plan: how to make the boxes.
        instances: instance map of each training case by its stem; None: objects are connected components.
        overwrite: replace the results of a former run; other files in the folder stay.
        provenance: further entries for the datalists' provenance.
        previews: number of cases with boxes, and of dense ones, in the preview.

    Returns:
        Statistics of each training case with boxes.

    Raises:
        DataError: a result is there already and ``overwrite`` is not set, or a file does not fit.
    """
    dense = choose_dense(split["training"], plan.dense_share, plan.seed)
    inputs = [path for cases in split.values() for case in cases for path in (case.image, case.mask)]
    with publishing(out, OUTPUTS, inputs=[*inputs, *(instances or {}).values()], overwrite=overwrite) as folder:
        training, pictures = [], []
        left = {False: previews[0], True: previews[1]}
        for case, is_dense in tqdm(list(zip(split["training"], dense)), desc="boxes", unit="case"):
            entry = _entry(case, out)
            if not is_dense:
                boxed = box_case(case, plan, None if instances is None else instances[case.stem])
                entry |= {"boxes": boxed.boxes, "statistics": boxed.statistics, "shape": boxed.shape}
            if left[is_dense] > 0:
                left[is_dense] -= 1
                pictures.append(preview_case(case, plan, entry.get("boxes")))
            training.append(entry)
        held_out = {part: [_entry(case, out) for case in split.get(part, ())] for part in ("validation", "test")}
        datalists = build_datalists(
            {"training": training, **held_out},
            name=out.resolve().name,
            classes=plan.names,
            dense_labels=plan.dense_labels,
            provenance={
                **(provenance or {}),
                "boxes": "synthesised from the masks by scripts.boxes",
                "objects": "connected components" if instances is None else "instance maps",
                **plan.record,
            },
        )
        boxed_cases = [entry for entry in training if "boxes" in entry]
        if boxed_cases and len(boxed_cases[0]["shape"]) == 2:
            datalists["boxes.json"] = build_coco(boxed_cases, plan.names)
        for name, content in datalists.items():
            (folder / name).write_text(compact_json(content), encoding="utf-8")
        Image.fromarray(preview_sheet(pictures)).save(folder / "boxes_preview.png")
    return [entry["statistics"] for entry in boxed_cases]


def _entry(case: MaskedImage, out: Path) -> dict[str, Any]:
    return {"image": relative_path(case.image, out), "mask": relative_path(case.mask, out), "subject": case.stem}
