"""``python -m bundle import``: label maps and a datalist from what annotation tools export."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bundle.case_counts import CountOrShare

_FOLDER = click.Path(path_type=Path, file_okay=False)
_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("import", short_help="Make label maps and a datalist from what annotation tools export.")
@click.option("--images", type=_FOLDER, required=True, help="Folder of images, searched with its subfolders.")
@click.option("--annotations", type=_FOLDER, required=True, help="Folder of annotations; may be that of the images.")
@click.option("--out", type=_FOLDER, required=True, help="Folder of the data set; a later import adds to it.")
@click.option("--rules", type=_FILE, help="CSV table of what label names mean. [default: a guess, to be confirmed]")
@click.option("--write-rules", type=_FILE, help="Write the guess to this table, to be corrected, and import nothing.")
@click.option("--yes", is_flag=True, help="Take the guess without a question.")
@click.option("--dry-run", is_flag=True, help="Only show what would happen.")
@click.option("--class", "classes", multiple=True, help="A class that is expected; repeat for several, in their order.")
@click.option("--fields-of-view", type=_FOLDER, help="Folder of masks of what can be seen, named as the images.")
@click.option("--stroke-width", help='Of lines that are stored without a width: "3 px", in volumes "1.5 mm".')
@click.option("--dense", is_flag=True, help="The annotations are dense masks: what is unmarked is background.")
@click.option(
    "--overlap",
    type=click.Choice(["ignore", "last"]),
    default="ignore",
    help="Pixels that are marked as two classes are ignored, or the later mark counts.",
)
@click.option("--empty-counts", is_flag=True, help="Images that are listed without any mark hold nothing.")
@click.option("--boxes-incomplete", is_flag=True, help="Not every object has its box.")
@click.option("--annotator", default="", show_default=False, help="Who made these annotations.")
@click.option("--annotator-folders", is_flag=True, help="The folders in ANNOTATIONS are named after annotators.")
@click.option("--label-names", type=_FILE, help="Label description file of ITK-SNAP. [default: one beside the labels]")
@click.option("--subjects", type=_FILE, help="CSV table with the columns image, subject, and maybe split.")
@click.option("--subject-pattern", help="Regular expression: its first group in an image's path is the subject.")
@click.option("--validation", type=CountOrShare(), default="0.1", help="Validation subjects, a number or a share.")
@click.option("--test", type=CountOrShare(), default="0", help="Test subjects, a number or a share.")
@click.option("--split-seed", type=click.IntRange(0), default=0, help="Another seed gives another split.")
@click.option("--split-again", is_flag=True, help="Draw all lists anew, instead of keeping those of earlier imports.")
@click.option("--update", is_flag=True, help="Take annotations that have changed since an earlier import.")
def command(
    images: Path,
    annotations: Path,
    out: Path,
    rules: Path | None,
    write_rules: Path | None,
    yes: bool,
    dry_run: bool,
    classes: tuple[str, ...],
    fields_of_view: Path | None,
    stroke_width: str | None,
    dense: bool,
    overlap: str,
    empty_counts: bool,
    boxes_incomplete: bool,
    annotator: str,
    annotator_folders: bool,
    label_names: Path | None,
    subjects: Path | None,
    subject_pattern: str | None,
    validation: float,
    test: float,
    split_seed: int,
    split_again: bool,
    update: bool,
) -> None:
    """Turn annotations into label maps and a datalist to train on; images and annotations stay as they are.

    Read are 3D Slicer segmentations (.seg.nrrd) and markups (.mrk.json), label maps (NIfTI, NRRD, MetaImage, PNG, TIFF,
    BMP) with the label descriptions of ITK-SNAP, labelme and COCO JSON, CVAT XML for images, QuPath GeoJSON and DICOM
    SEG. An annotation has the name of its image, unless its format names the image.

    OUT gets label maps, boxes, datalist.json with the source of every file, and classes.json for the training.
    """
    from bundle.importing.case_lists import SplitPlan
    from bundle.importing.choose_rules import choose_rules, start_of_rules
    from bundle.importing.former_import import FormerImport
    from bundle.importing.import_folder import import_folder
    from bundle.importing.import_report import describe_import
    from bundle.importing.import_request import ImportRequest
    from bundle.importing.rules import Rules
    from bundle.importing.rules_file import write_rules as write_table
    from bundle.importing.scan import Scan
    from bundle.importing.stroke_width import parse_width

    request = ImportRequest(
        images=images,
        annotations=annotations,
        out=out,
        classes=tuple(name.strip().lower() for name in classes),
        annotator=annotator,
        annotator_folders=annotator_folders,
        label_names=label_names,
        subjects=subjects,
        subject_pattern=subject_pattern,
        fields_of_view=fields_of_view,
        width=parse_width(stroke_width) if stroke_width else None,
        dense=dense,
        last=overlap == "last",
        empty_counts=empty_counts,
        boxes_complete=not boxes_incomplete,
        split=SplitPlan(validation, test, split_seed, split_again),
        update=update,
    )

    def confirm(table: str) -> bool:
        click.echo(f"What the labels seem to mean:\n{table}")
        if yes or dry_run:
            return True
        if not sys.stdin.isatty():
            raise click.UsageError("nobody is there to confirm this guess; give --yes or --rules.")
        return click.confirm("Is this right?")

    def choose(found: Scan, former: FormerImport) -> Rules:
        if write_rules:
            if write_rules.exists():  # maybe with corrections in it
                raise click.UsageError(f"{write_rules} exists already; remove it, or give another --write-rules.")
            rows, _ = start_of_rules(found, former, request.classes)
            write_table(rows, write_rules)
            click.echo(f"{write_rules}: correct the column meaning, then give it with --rules {write_rules}")
            raise click.exceptions.Exit(0)
        return choose_rules(found, former, request.classes, rules, confirm)

    result = import_folder(request, choose, dry=dry_run)
    click.echo(describe_import(result, request, dry=dry_run))
