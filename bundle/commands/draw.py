"""``python -m bundle draw``: coarse drawings from a folder of dense masks."""

from __future__ import annotations

from pathlib import Path

import click

from bundle.case_counts import CountOrShare
from bundle.drawing_qualities import MISTAKES, QUALITIES

_FOLDER = click.Path(path_type=Path, file_okay=False)
_FIGURES = ("ratio", "positive_precision", "positive_recall", "negative_precision", "negative_share")
# where there are any
_MORE_FIGURES = ("background_precision", "background_share", "volume_ratio")


@click.command("draw", short_help="Synthesise coarse drawings from dense masks.")
@click.option("--images", type=_FOLDER, required=True, help="Folder of images.")
@click.option("--masks", type=_FOLDER, required=True, help="Folder of dense masks, named as the images.")
@click.option("--fields-of-view", type=_FOLDER, help="Folder of masks of what can be seen, named as the images.")
@click.option("--out", type=_FOLDER, required=True, help="Folder to create.")
@click.option(
    "--ratio", type=click.FloatRange(0, 1, min_open=True), default=0.3, help="Area of the drawings over the masks'."
)
@click.option(
    "--quality",
    type=click.Choice([*QUALITIES, *MISTAKES]),
    default="realistic",
    help="How careful; from too_wide on, one kind of mistake alone.",
)
@click.option("--seed", type=click.IntRange(0), default=0, help="Another seed gives other drawings.")
@click.option("--positive-only", is_flag=True, help='Draw only "this is it".')
@click.option("--negative-only", is_flag=True, help='Draw only "this is not it".')
@click.option(
    "--class-name", "names", multiple=True, default=("vessel",), help="What the masks show; repeat for several."
)
@click.option(
    "--mask-value", "values", multiple=True, type=int, help="Value of each class in the masks. [default: not 0]"
)
@click.option("--ignore-value", type=click.IntRange(1, 255), help="Value in the masks of pixels that are not labelled.")
@click.option(
    "--error",
    type=click.FloatRange(0),
    help="Size of a typical error in pixels, in volumes in mm. [default: 2 pixels, 1.5 mm]",
)
@click.option(
    "--background",
    type=click.FloatRange(0, 1),
    default=0.0,
    help='Share of the negative drawing that says "background", no class at all; 0.5 suits several classes.',
)
@click.option("--every", type=click.IntRange(1), help="Draw on every n-th slice of volumes only. [default: in 3D]")
@click.option(
    "--plane",
    type=click.Choice(["axial", "coronal", "sagittal"]),
    default="axial",
    help="Of these slices, and of the preview of volumes.",
)
@click.option("--validation", type=CountOrShare(), default="0.1", help="Validation cases, a number or a share.")
@click.option("--test", type=CountOrShare(), default="0", help="Test cases, a number or a share.")
@click.option("--split-seed", type=click.IntRange(0), default=0, help="Another seed gives another split.")
@click.option("--overwrite", is_flag=True, help="Replace the drawings of a former run.")
def command(
    images: Path,
    masks: Path,
    fields_of_view: Path | None,
    out: Path,
    ratio: float,
    quality: str,
    seed: int,
    positive_only: bool,
    negative_only: bool,
    names: tuple[str, ...],
    values: tuple[int, ...],
    ignore_value: int | None,
    error: float | None,
    background: float,
    every: int | None,
    plane: str,
    validation: float,
    test: float,
    split_seed: int,
    overwrite: bool,
) -> None:
    """Draw on every mask as an annotator in a hurry might, and write the datalists to train on.

    Masks are pictures, or volumes (.nii, .nii.gz, .nrrd, .nhdr, .mha, .mhd), which are drawn on in 3D or, with --every,
    slice by slice.

    Images and masks stay where they are. OUT gets the drawings, datalist.json (training on the drawings),
    datalist_dense.json (training on the masks, for comparison) and drawings_preview.png.
    """
    from scripts.drawing.draw_folder import DrawingPlan, draw_folder, split_cases
    from scripts.drawing.mask_folder import find_masked_images, mask_classes, read_plane
    from scripts.drawing.preview import overlay_legend
    from scripts.drawing.volume_folder import find_masked_volumes, holds_volumes
    from scripts.labels.load_label_map import load_label_map

    if positive_only and negative_only:
        raise click.UsageError("--positive-only and --negative-only exclude each other.")
    volumes = holds_volumes(masks)
    if every and not volumes:
        raise click.UsageError(f"--every is for volumes, but {masks} holds none.")
    cases = (find_masked_volumes if volumes else find_masked_images)(images, masks, fields_of_view)
    read = (lambda path: load_label_map(path, 3)) if volumes else read_plane
    classes = mask_classes([case.mask for case in cases], list(names), list(values), ignore_value, read=read)
    split = split_cases(cases, validation=validation, test=test, seed=split_seed)
    plan = DrawingPlan(
        classes,
        ratio,
        quality,
        seed,
        positive=not negative_only,
        negative=not positive_only,
        error=error,
        ignored=ignore_value,
        background=background,
        every=every,
        plane=plane,
    )
    statistics = draw_folder(split, out, plan, overwrite=overwrite, provenance={"split_seed": split_seed})
    click.echo(_table(split, statistics))
    click.echo(f"{out / 'datalist.json'}: training on the drawings")
    click.echo(f"{out / 'datalist_dense.json'}: training on the dense masks")
    click.echo(f"{out / 'drawings_preview.png'}: have a look ({overlay_legend(plan.labels, distinct=volumes)})")


def _table(split: dict, statistics: dict[str, dict]) -> str:
    """Mean of each figure per part of the split."""
    figures = [*_FIGURES, *(name for name in _MORE_FIGURES if any(name in row for row in statistics.values()))]
    lines = ["  ".join(["part      ", "cases", *figures])]
    for part in ("training", "validation", "test"):
        rows = [statistics[case.stem] for case in split[part]]
        cells = [f"{part:<10}", f"{len(rows):>5}"]
        for figure in figures:
            known = [row[figure] for row in rows if row.get(figure) is not None]
            cells.append(f"{sum(known) / len(known):.3f}".rjust(len(figure)) if known else "-".rjust(len(figure)))
        lines.append("  ".join(cells))
    return "\n".join(lines)
