"""The entry point: finds the command's file, and turns every foreseen failure into one clear line."""

from __future__ import annotations

import importlib
import os
import sys
from typing import TYPE_CHECKING

import click

from bot import __version__
from bot.errors import QunguanError

if TYPE_CHECKING:
    from collections.abc import Sequence

# name -> (module, help line). The help lines stand here so that --help loads no command.
_COMMANDS = {
    "demo": ("demo", "Watch the bot look after a simulated community."),
    "init": ("init", "Write a commented qunguan.toml to start from."),
    "run": ("run", "Run the bot on a real gateway (or the simulator)."),
    "doctor": ("doctor", "Check configuration, packs, database and gateway."),
    "replay": ("replay", "Decide a history again: what would the bot have done?"),
    "why": ("why", "Explain the verdict on a text."),
    "evaluate": ("evaluate", "Measure the verdicts on labelled messages."),
    "rules": ("rules", "Check or list the rule packs."),
    "playbooks": ("playbooks", "Check, list or draw the playbooks."),
    "export": ("export", "Write the journal as an events file."),
    "import": ("import_", "Take an events file into the journal."),
    "banlist": ("banlist", "Write or take in a list of banned people, to share between accounts."),
    "backup": ("backup", "Copy the database, consistently, while the bot runs."),
    "restore": ("restore", "Put a backup in the database's place."),
    "status": ("status", "Show rooms, waiting cases and undecided sends of a database."),
    "member": ("member", "Show who a member is, and their time in the rooms."),
    "digest": ("digest", "Show a day's digest from a database."),
    "schema": ("schema", "Print the JSON Schema of a file format."),
    "bench": ("bench", "Measure the core and the pipeline."),
}


class _Lazy(click.Group):
    """A group that imports a command's module only when that command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the commands' names in the order of a first day with the bot."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return a command, importing it."""
        known = _COMMANDS.get(cmd_name)
        if known is None:
            return None
        command: click.Command = importlib.import_module(f"bot.cli.{known[0]}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Resolve a command's name, suggesting the nearest when it is unknown."""
        if args and args[0] not in _COMMANDS and not args[0].startswith("-"):
            import difflib

            near = difflib.get_close_matches(args[0], _COMMANDS, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else " See qunguan --help."
            ctx.fail(f"No such command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="qunguan")
def cli() -> None:
    """Qunguan (群管): looks after chat groups - ads out, people in, you informed.

    Start with `qunguan demo`; no account is needed.
    """


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    Args:
        arguments: as typed, the process's own by default.
    """
    for stream in (sys.stdout, sys.stderr):
        # A member's emoji must not break a terminal that cannot show it.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
    try:
        result = cli.main(
            list(arguments) if arguments is not None else None, prog_name="qunguan", standalone_mode=False
        )
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        code = 130
    except QunguanError as error:
        click.echo(f"qunguan: {error}", err=True)
        code = error.exit_code
    except BrokenPipeError:
        # Whoever read our output stopped reading; nothing more can be said to them.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 141
    else:
        code = result if isinstance(result, int) else 0
    if arguments is None:
        sys.exit(code)
    return code
