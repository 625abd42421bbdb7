"""A click group that finds its commands by file name and loads them when they are needed."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

import click

import bundle.commands
from scripts.errors import DataError, SettingError

__all__ = ["CommandGroup", "UserError"]

_INTERRUPTED = 130


class UserError(click.ClickException):
    """An error that the user can mend: message without traceback, exit status 2 as for wrong options."""

    exit_code = 2


class CommandGroup(click.Group):
    """``bundle/commands/some_name.py`` with a click command named ``command`` becomes ``some-name``."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(module.name.replace("_", "-") for module in pkgutil.iter_modules(bundle.commands.__path__))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        return importlib.import_module(f"bundle.commands.{cmd_name.replace('-', '_')}").command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (KeyboardInterrupt, click.Abort):
            # the shell's status for an interrupt; 1 is what a check with warnings ends with
            click.echo("Aborted!", err=True)
            ctx.exit(_INTERRUPTED)
        except (DataError, SettingError) as error:
            raise UserError(str(error)) from error
