import click
import pytest
from click.testing import CliRunner

from bundle.command_group import CommandGroup, UserError
from scripts.errors import DataError, SettingError


def test_commands_are_found_by_file_name():
    names = CommandGroup("bundle").list_commands(click.Context(click.Command("x")))
    assert {"demo", "draw"} <= set(names) and names == sorted(names)


def test_every_command_has_a_help_page():
    group = CommandGroup("bundle")
    for name in group.list_commands(click.Context(group)):
        result = CliRunner().invoke(group, [name, "--help"])
        assert result.exit_code == 0 and "Usage" in result.output


def test_an_unknown_command_exits_with_2():
    result = CliRunner().invoke(CommandGroup("bundle"), ["no-such-command"])
    assert result.exit_code == 2 and "No such command" in result.output


@pytest.mark.parametrize("error", [DataError, SettingError])
def test_a_user_s_error_is_shown_without_traceback(error):
    class Group(CommandGroup):
        def get_command(self, ctx, cmd_name):
            @click.command()
            def command():
                raise error("the mask a.png is broken")

            return command

    result = CliRunner().invoke(Group("bundle"), ["anything"])
    assert result.exit_code == UserError.exit_code == 2
    assert result.output == "Error: the mask a.png is broken\n"


def test_an_interrupt_is_no_result():
    class Group(CommandGroup):
        def get_command(self, ctx, cmd_name):
            @click.command()
            def command():
                raise KeyboardInterrupt

            return command

    result = CliRunner().invoke(Group("bundle"), ["anything"])
    assert result.exit_code == 130 and "Aborted!" in result.output
