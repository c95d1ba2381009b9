"""`qunguan bench`: what a message costs on this machine."""

from __future__ import annotations

import click
import msgspec

from bot.cli.options import json_option

_SECTIONS = ("core", "ads", "replay", "pipeline", "startup", "memory", "checkins", "members", "year")


@click.command("bench")
@click.argument("section", type=click.Choice([*_SECTIONS, "all"]), default="all")
@click.option(
    "--messages",
    type=click.IntRange(min=1),
    help="Messages instead of each benchmark's own number; the result is then only a try-out.",
)
@json_option
def command(section: str, messages: int | None, as_json: bool) -> int:
    """Measure decisions, ads, replay, the durable pipeline, start-up and memory (about four minutes).

    Each cost is also told in rounds of a calibration loop, which compares across machines. Close
    other programs first: what else the machine does is in the figures.
    """
    from bot.bench.figures import Figure, table
    from bot.bench.suite import machine, run
    from bot.shell.logs import quiet_logs

    quiet_logs()
    names = _SECTIONS if section == "all" else (section,)
    figures: list[Figure] = []
    for number, found in enumerate(run(names, messages)):
        figures += found
        if not as_json and number < len(names):
            click.echo(f"{names[number]}: measured", err=True)
    about = machine()
    if as_json:
        click.echo(msgspec.json.encode({"machine": about, "figures": figures}).decode())
    else:
        click.echo(f"Python {about['python']}, {about['system']}, {about['cores']} x {about['cpu']}\n")
        click.echo(table(figures))
    return 0
