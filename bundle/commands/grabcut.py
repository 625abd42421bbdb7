"""``python -m bundle grabcut``: masks from bounding boxes without any training."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command("grabcut", short_help="Make masks from bounding boxes by GrabCut.")
@click.argument("datalist", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--out", type=_FOLDER, required=True, help="Folder for the results, perhaps that of DATALIST.")
@click.option("--dataset-dir", type=_FOLDER, help="Folder that the paths in DATALIST start from. [default: its own]")
@click.option("--overwrite", is_flag=True, help="Replace the results of a former run.")
def command(datalist: Path, out: Path, dataset_dir: Path | None, overwrite: bool) -> None:
    """Make a mask from the boxes of each boxed training case of DATALIST, to compare other methods with.

    OUT gets grabcut/ (the masks) and datalist_grabcut.json, in which these cases are dense. For pictures alone. Needs
    OpenCV: pip install -r requirements-baselines.txt
    """
    try:
        import cv2  # noqa: F401
    except ImportError as error:
        raise click.ClickException(
            f"GrabCut needs OpenCV, which cannot be imported ({error}). Install it with: "
            "python -m pip install -r requirements-baselines.txt"
        ) from error
    from scripts.boxes.grabcut_folder import grabcut_folder

    statistics = grabcut_folder(datalist, out, dataset_dir=dataset_dir, overwrite=overwrite)
    boxes, filled = (sum(row[key] for row in statistics) for key in ("boxes", "filled"))
    click.echo(f"{len(statistics)} cases with {boxes} boxes, of which {filled} were taken whole")
    for line in _quality(statistics):
        click.echo(line)
    click.echo(f"{out / 'datalist_grabcut.json'}: training on these masks")


def _quality(statistics: list[dict[str, Any]]) -> list[str]:
    """Mean IoU of each class over the cases with a reference."""
    known = [row for row in statistics if "iou" in row]
    lines = []
    for name in dict.fromkeys(name for row in known for name in (*row["iou"], *row["iou_of_boxes"])):
        means = []
        for figure in ("iou", "iou_of_boxes"):
            values = [row[figure][name] for row in known if name in row[figure]]
            means.append(sum(values) / len(values) if values else 0.0)
        cases = sum(name in row["iou"] for row in known)
        lines.append(f"mean IoU of {name} over {cases} cases: {means[0]:.3f} (the boxes alone: {means[1]:.3f})")
    return lines
