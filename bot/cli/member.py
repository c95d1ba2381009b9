"""`qunguan member`: one member's time in the rooms, as a timeline."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from bot.assembly import load_brain
from bot.cli.options import data_option, json_option
from bot.cli.place import database_in
from bot.config import load_settings
from bot.core.draft import Draft
from bot.core.effects import AskFriend, Row, SendPrivate, Words
from bot.core.events import Event
from bot.core.members.tiers import name_of_tier
from bot.core.records import PersonState
from bot.core.state import State
from bot.decisions import DecisionLine
from bot.errors import HistoryError
from bot.history import HistoryReader
from bot.replay import Replayer
from bot.store.sqlite import Reader
from bot.timeline import Timeline, people_called, rows_of

if TYPE_CHECKING:
    from bot.core.policy import Policy

_PAGE = 5000
_BEGINNING, _ALL = datetime.fromtimestamp(0, UTC), 2**62
_event = msgspec.json.Decoder(Event).decode
_line = msgspec.json.Decoder(DecisionLine).decode


@click.command("member")
@click.argument("who", metavar="NAME_OR_ID")
@click.option("--timeline", is_flag=True, help="Tell everything in the order of time.")
@click.option(
    "--history",
    type=click.Path(path_type=Path, dir_okay=False),
    help="An events file instead of the database; it is decided again, so that it tells what would have been.",
)
@data_option
@json_option
def command(who: str, history: Path | None, data: Path, *, timeline: bool, as_json: bool) -> int:
    """Show who a member is: since when, how much they talk, what happened with them.

    Nothing is sent, and what is shown is meant for the operator alone.
    """
    brain = load_brain(load_settings(data), data, forced_mode=None if history is None else "act")
    state, found, now = (
        _in_history(history, who, brain.policy)
        if history is not None
        else _in_database(data, who, brain.policy)
    )
    person = found.person
    moments = found.moments(state, now)
    if as_json:
        told = {"member": person, "moments": moments if timeline else []}
        click.echo(msgspec.json.encode(told).decode())
        return 0
    people = [members[person] for members in state.members.values() if person in members]
    known = state.people.get(person)
    rooms: tuple[Row, ...] = tuple(
        {"room": (state.rooms[m.room].topic if m.room in state.rooms else "") or m.room, "present": m.present}
        for m in people
    )
    words = Words(
        "member.timeline",
        {
            "name": next((m.name for m in people if m.name), "") or (known.name if known else "") or person,
            "member": person,
            "rooms": rooms,
            "tier": name_of_tier(Draft(state, brain.policy, now), person),
            "tags": tuple({"tag": tag} for tag in (known.tags if known else ())),
            "opted_out": known is not None and known.opted_out,
            "rows": rows_of(moments, state, brain.policy) if timeline else (),
        },
    )
    click.echo(brain.renderer.render(words))
    return 0


def _in_database(data: Path, who: str, policy: Policy) -> tuple[State, Timeline, datetime]:
    with Reader(database_in(data)) as reader:
        state = State(reader.records())
        found, after = Timeline(_one(state, who), policy), 0
        while rows := reader.journal(after, _PAGE):
            for after, raw in rows:  # noqa: B007 - the last seq is where the next page begins
                found.add(_event(raw))
        for line in reader.lines(_BEGINNING, _ALL):
            decision = _line(line)
            for effect in decision.effects:
                found.sent(
                    decision.at,
                    str(effect.get("kind", "")),
                    str(effect.get("to", "")),
                    str(effect.get("purpose", "")),
                    str(effect.get("room", "")),
                    int(effect.get("case") or 0),
                )
    return state, found, datetime.now(UTC)


def _in_history(path: Path, who: str, policy: Policy) -> tuple[State, Timeline, datetime]:
    replayer = Replayer(policy)
    try:
        with path.open("rb") as source:
            events = [event for event, _ in HistoryReader(source, str(path))]
    except OSError as error:
        raise HistoryError(f"{path}: cannot be read: {error.strerror}") from None
    if not events:
        raise HistoryError(f"{path}: holds no event")
    found = Timeline(_one(_named_in(events), who), policy)
    for replayed in replayer.run(events):
        found.add(replayed.event, replayer.state)
        for effect in (*replayed.decision.effects, *replayed.followed):
            if isinstance(effect, SendPrivate | AskFriend):
                kind = str(effect.__struct_config__.tag)
                found.sent(
                    replayed.event.at, kind, effect.to, effect.purpose, effect.room or "", effect.case or 0
                )
    return replayer.state, found, events[-1].at


def _named_in(events: list[Event]) -> State:
    """Return a state that knows who is called what, and nothing else."""
    people: dict[str, PersonState] = {}
    for event in events:
        person = getattr(event, "member", None) or getattr(event, "sender", None)
        name = getattr(event, "name", "")
        if isinstance(person, str) and (name or person not in people):
            people[person] = PersonState(member=person, name=name)
    return State(people.values())


def _one(state: State, who: str) -> str:
    people = people_called(state, who)
    if len(people) == 1:
        return people[0]
    if not people:
        raise click.BadParameter(f"nobody is called {who!r}", param_hint="NAME_OR_ID")
    raise click.BadParameter(
        f"{len(people)} people are called {who!r}: give one of the ids {', '.join(people[:8])}",
        param_hint="NAME_OR_ID",
    )
