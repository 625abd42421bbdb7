"""``python -m bundle boxes``: bounding boxes from a folder of dense masks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from bundle.case_counts import CountOrShare, DenseShare

_FOLDER = click.Path(path_type=Path, file_okay=False)
_FIGURES = ("boxes", "box_share", "foreground_share", "outside_share")
_PARTS = ("validation", "test")


class _Values(click.ParamType):
    """One or several mask values, "9" or "9,10"."""

    name = "N[,N]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        if isinstance(value, tuple):
            return value
        try:
            return tuple(int(number) for number in value.split(","))
        except ValueError:
            self.fail(f"expected integers separated by commas, got {value!r}", param, ctx)


@click.command("boxes", short_help="Synthesise bounding boxes from dense masks.")
@click.option("--images", type=_FOLDER, required=True, help="Folder of images.")
@click.option("--masks", type=_FOLDER, required=True, help="Folder of dense masks, named as the images.")
@click.option(
    "--instances",
    type=_FOLDER,
    help="Folder of maps with a number per object, named as the images. [default: objects are connected components]",
)
@click.option("--out", type=_FOLDER, required=True, help="Folder to create.")
@click.option("--class-name", "names", multiple=True, required=True, help="What the masks show; repeat for several.")
@click.option(
    "--mask-value",
    "values",
    multiple=True,
    type=_Values(),
    help="Value of each class in the masks, or several separated by commas. [default: not 0]",
)
@click.option("--ignore-value", type=click.IntRange(1, 255), help="Value in the masks of pixels that are not labelled.")
@click.option(
    "--loose",
    type=click.FloatRange(0),
    default=0.0,
    help="Each side of a box lies further out by a random share of the box's length, up to this.",
)
@click.option(
    "--dense-share",
    type=DenseShare(),
    default="0.18",
    help="Training cases that keep their mask, a share up to 1 or a number from 2; the others get boxes.",
)
@click.option("--seed", type=click.IntRange(0), default=0, help="Another seed gives other dense cases and loose boxes.")
@click.option("--validation", type=CountOrShare(), help="Validation cases, a number or a share. [default: 0.1]")
@click.option("--test", type=CountOrShare(), help="Test cases, a number or a share. [default: 0]")
@click.option("--validation-images", type=_FOLDER, help="Folder of images, instead of --validation.")
@click.option("--validation-masks", type=_FOLDER, help="Folder of their masks.")
@click.option("--test-images", type=_FOLDER, help="Folder of images, instead of --test.")
@click.option("--test-masks", type=_FOLDER, help="Folder of their masks.")
@click.option("--split-seed", type=click.IntRange(0), default=0, help="Another seed gives another split.")
@click.option("--overwrite", is_flag=True, help="Replace the boxes of a former run.")
def command(
    images: Path,
    masks: Path,
    instances: Path | None,
    out: Path,
    names: tuple[str, ...],
    values: tuple[tuple[int, ...], ...],
    ignore_value: int | None,
    loose: float,
    dense_share: float,
    seed: int,
    split_seed: int,
    overwrite: bool,
    **parts: Any,
) -> None:
    """Box every object of the masks, and write the datalists to train on.

    Masks are pictures, or volumes (.nii, .nii.gz, .nrrd, .nhdr, .mha, .mhd).

    Images and masks stay where they are. OUT gets datalist.json (some training cases dense, the others with boxes),
    datalist_dense.json (all dense) and datalist_dense_only.json (the dense ones alone) for comparison, boxes.json (the
    boxes of pictures in the style of COCO) and boxes_preview.png.
    """
    from scripts.boxes.box_case import find_instances, read_values
    from scripts.boxes.box_folder import box_folder
    from scripts.boxes.mask_values import sort_mask_values
    from scripts.boxes.plan import BoxPlan
    from scripts.boxes.preview import box_legend
    from scripts.drawing.draw_folder import split_cases
    from scripts.drawing.mask_folder import find_masked_images
    from scripts.drawing.volume_folder import find_masked_volumes, holds_volumes

    given = {part: _given_folders(part, parts) for part in _PARTS}
    find = find_masked_volumes if holds_volumes(masks) else find_masked_images
    counts = {part: _count(part, parts, given[part] is not None) for part in _PARTS}
    split = split_cases(find(images, masks), **counts, seed=split_seed)
    split |= {part: find(*folders) for part, folders in given.items() if folders}
    found = [case.mask for cases in split.values() for case in cases]
    classes, background = sort_mask_values(found, names, values, ignore_value, read_values)
    plan = BoxPlan(classes, background, ignore_value, loose, dense_share, seed)
    statistics = box_folder(
        split,
        out,
        plan,
        instances=None if instances is None else find_instances(split["training"], instances),
        overwrite=overwrite,
        provenance={"split_seed": split_seed},
    )
    click.echo(_table({part: len(cases) for part, cases in split.items()}, statistics))
    click.echo(f"{out / 'datalist.json'}: training on boxes and some dense masks")
    click.echo(f"{out / 'datalist_dense.json'}: training on all dense masks")
    if len(statistics) < len(split["training"]):
        click.echo(f"{out / 'datalist_dense_only.json'}: training on these dense masks alone")
    click.echo(f"{out / 'boxes_preview.png'}: have a look ({box_legend(plan.names)}, white: outline of the mask)")


def _given_folders(part: str, parts: dict[str, Any]) -> tuple[Path, Path] | None:
    images, masks = parts[f"{part}_images"], parts[f"{part}_masks"]
    if (images is None) != (masks is None):
        raise click.UsageError(f"--{part}-images and --{part}-masks go together.")
    if images is not None and parts[part] is not None:
        raise click.UsageError(f"--{part} and --{part}-images exclude each other.")
    return None if images is None else (images, masks)


def _count(part: str, parts: dict[str, Any], has_folders: bool) -> float:
    if has_folders:
        return 0.0
    default = {"validation": 0.1, "test": 0.0}[part]
    return default if parts[part] is None else parts[part]


def _table(sizes: dict[str, int], statistics: list[dict[str, Any]]) -> str:
    """Numbers of cases, and means over those with boxes."""
    lines = [
        f"training {sizes['training']} ({sizes['training'] - len(statistics)} dense, {len(statistics)} with boxes), "
        f"validation {sizes['validation']}, test {sizes['test']}"
    ]
    for figure in _FIGURES:
        known = [row[figure] for row in statistics if row[figure] is not None]
        if known:
            lines.append(f"{figure:<16}  {sum(known) / len(known):.3f}")
    return "\n".join(lines)
