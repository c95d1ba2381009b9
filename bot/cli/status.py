"""`qunguan status`: rooms, waiting cases and undecided sends of a database."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from bot.cli.options import data_option, json_option
from bot.cli.place import database_in
from bot.config import load_settings
from bot.core.digest.plan import reader_of
from bot.core.policy import Policy
from bot.core.state import State
from bot.store.sqlite import Reader


@click.command("status")
@data_option
@json_option
def command(data: Path, *, as_json: bool) -> None:
    """Show rooms with their modes, cases that wait for a person, and sends nobody can vouch for."""
    policy = Policy(load_settings(data))
    with Reader(database_in(data)) as reader:
        state = State(reader.records())
        undecided, unsent, counts = reader.undecided(), reader.unsent(), reader.counts()
    rooms = [
        {
            "room": room.room,
            "topic": room.topic,
            "mode": policy.mode(room),
            "members": sum(1 for m in state.members.get(room.room, {}).values() if m.present),
            "reader": reader_of(policy, room, state.account.self_id),
            "set_by": "/mode" if room.mode else "file" if room.room in policy.settings.rooms else "default",
        }
        for room in state.rooms.values()
        if not room.left
    ]
    waiting = [c for c in state.cases.values() if c.state in {"asked", "failed"}]
    if as_json:
        value = {
            "rooms": rooms,
            "waiting": waiting,
            "undecided": undecided,
            "unsent": unsent,
            "counts": counts,
        }
        click.echo(msgspec.json.encode(value).decode())
        return
    click.echo(f"{counts.events} events, {counts.pending} undecided")
    for row in rooms:
        click.echo(
            f"room {row['room']}  {row['topic']}  mode {row['mode']} ({row['set_by']})"
            f"  {row['members']} members"
        )
        if row["reader"] is None:
            click.echo("  nobody reads about this room: set operator.id, or name staff for it")
    for case in sorted(waiting, key=lambda c: c.number):
        who = f"{case.name or case.member} in {case.room}"
        click.echo(f"case {case.number} {case.state}: {case.level or case.kind} {who}: {case.excerpt}")
    for effect in undecided:
        click.echo(
            f"undecided, not repeated: {effect.id} to {effect.conversation}: {effect.text or effect.effect}"
        )
    click.echo(f"{len(unsent)} waiting to be sent")
