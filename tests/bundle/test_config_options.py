import click
import pytest
from click.testing import CliRunner
from tests_support import ROOT

from bundle.config_options import config_options


@click.command()
@click.option("--before", default=0)
@config_options("train.json", "Config of the training")
@click.option("--after", default=0)
@click.pass_context
def show(context, config_files, before, after):
    """Show what the command gets."""
    click.echo(f"{context.command.name} {before} {after}")
    for path in config_files:
        click.echo(path)


def run(*arguments):
    return CliRunner().invoke(show, [*map(str, arguments)])


@pytest.mark.parametrize(("options", "folder"), [([], "configs"), (["--volume"], "configs/volume")])
def test_a_config_of_the_repository_is_read_where_none_is_given(options, folder):
    path = ROOT / folder / "train.json"
    assert run(*options).output == f"show 0 0\n{path}\n" and path.is_file()


@pytest.mark.parametrize("option", ["--config-file", "--config_file"])
def test_configs_are_read_in_their_order(tmp_path, option):
    paths = [tmp_path / name for name in ("b.json", "a.json")]
    for path in paths:
        path.touch()
    result = run(option, paths[0], "--before", 1, option, paths[1], "--after", 2)
    assert result.output.splitlines() == ["show 1 2", *map(str, paths)]


def test_a_missing_config_is_named(tmp_path):
    result = run("--config-file", tmp_path / "no.json")
    assert result.exit_code == 2 and "no.json' does not exist" in result.output


def test_volume_and_config_exclude_each_other(tmp_path):
    (tmp_path / "a.json").touch()
    result = run("--volume", "--config-file", tmp_path / "a.json")
    assert result.exit_code == 2 and "--volume and --config-file exclude each other." in result.output


def test_the_help_page_has_the_options_in_the_order_of_the_code():
    output = CliRunner().invoke(show, ["--help"], terminal_width=200).output
    assert "Config of the training; repeat for overlays. [default: configs/train.json]" in output
    assert "Short for --config-file configs/volume/train.json." in output
    places = [output.index(option) for option in ("--before", "--config-file", "--volume", "--after")]
    assert places == sorted(places) and "Show what the command gets." in output
