"""``python -m bundle check``: what is wrong with a data set, before it is trained on."""

from __future__ import annotations

from pathlib import Path

import click

from bundle.config_options import config_options

_PATH = click.Path(path_type=Path)


@click.command("check", short_help="Check a data set, and write a page that shows what is wrong with it.")
@click.option("--dataset-dir", "--dataset_dir", type=_PATH, help="Of the data set. [default: as in the config]")
@click.option("--datalist", type=_PATH, help="Of the data set. [default: as in the config, DATASET_DIR/datalist.json]")
@config_options("train.json", "Config of the training")
@click.option("--out", type=_PATH, help="Folder of report and records. [default: check in the config's output_dir]")
@click.option("--workers", type=click.IntRange(1), help="Processes. [default: one per core, at most 8]")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON instead of the table.")
@click.pass_context
def command(
    context: click.Context,
    dataset_dir: Path | None,
    datalist: Path | None,
    config_files: tuple[Path, ...],
    out: Path | None,
    workers: int | None,
    as_json: bool,
) -> None:
    """Look at every file of a data set, and at the set as a whole, with the eyes of the training.

    Nothing is changed. What was checked before and did not change since is not read again. A training makes the same
    checks; errors of test cases alone do not stop it.

    The exit status is 0 if nothing was found, 1 for warnings alone, 2 for errors.
    """
    from bundle.check_settings import read_check_target
    from scripts.checking.listing import list_cases
    from scripts.checking.report_table import table
    from scripts.checking.reports import write_reports
    from scripts.checking.run_checks import check_cases
    from scripts.errors import SettingError

    given = {"dataset_dir": dataset_dir, "datalist": datalist}
    overrides = {name: str(path) for name, path in given.items() if path is not None}
    target = read_check_target(config_files, overrides)
    folder = out or target.output_dir / "check"
    cases, listed = list_cases(target.datalist, target.dataset_dir)
    verdict = check_cases(
        cases, target.settings, source=str(target.datalist), folder=folder, listed=listed, workers=workers
    )
    try:
        page = write_reports(verdict, folder)
    except OSError as error:
        raise SettingError(f"{folder} cannot be written ({error}). Choose another folder with --out.") from error
    click.echo((folder / "report.json").read_text(encoding="utf-8").rstrip() if as_json else table(verdict))
    click.echo(f"{page}: open it in a browser", err=as_json)
    context.exit(verdict.exit_code)
