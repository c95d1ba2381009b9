"""`qunguan banlist`: bans as a file of JSON lines, to share between accounts."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec

from bot.assembly import load_brain
from bot.cli.options import data_option
from bot.cli.place import database_in, require_folder
from bot.config import load_settings
from bot.core.decide import decide
from bot.core.events import At, BanEntry
from bot.core.policy import Policy
from bot.core.settings import RoomSettings
from bot.core.staff import is_immune
from bot.core.state import State
from bot.core.text.one_line import on_one_line
from bot.errors import HistoryError
from bot.files import writing
from bot.ports import Decided, Received
from bot.store.sqlite import Reader, SqliteStore

_LONGEST_ID = 200


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """One banned person; keys this version does not know are passed over."""

    member: str
    name: str = ""
    reason: str = ""
    at: At | None = None


@click.group("banlist")
def command() -> None:
    """Bans as a file to share between accounts.

    A line is {"member":"id","name":"..","reason":"..","at":"when"}; only member is required.
    """


@command.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
@data_option
def export(file: Path, data: Path) -> None:
    """Write everybody who is banned to FILE (-: standard output), one a line; works while the bot runs."""
    with Reader(database_in(data)) as reader:
        state = State(reader.records())
    banned = sorted((p for p in state.people.values() if p.banned), key=lambda person: person.member)
    lines = [
        Line(
            person.member, on_one_line(person.name), on_one_line(person.ban_reason), _in_utc(person.banned_at)
        )
        for person in banned
    ]
    if str(file) == "-":
        for line in lines:
            click.echo(msgspec.json.encode(line))
        return
    with writing(file) as out:
        if out is not None:
            out.writelines(msgspec.json.encode(line) + b"\n" for line in lines)
    click.echo(f"{file}: {len(banned)} banned")


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@data_option
def import_(file: Path, data: Path) -> None:
    """Take the bans of FILE over; stop the bot first. Nobody is touched until they are next seen in a room.

    Owners, staff and whitelisted people are passed over, and so is whoever is banned already: importing
    twice does no harm.
    """
    lines = _read(file)
    require_folder(data)
    policy = load_brain(load_settings(data), data).policy
    added, known, immune = asyncio.run(_import(lines, data, policy))
    for line in immune:
        name = on_one_line(line.name)
        who = f"{line.member} ({name})" if name else line.member
        click.echo(f"passed over: {who} is the operator, owner, staff, the bot or on the whitelist", err=True)
    click.echo(
        f"{file}: {added} banned"
        + (f", {known} were so already" if known else "")
        + (f", {len(immune)} passed over (owner, staff, bot or whitelist)" if immune else "")
    )


def _read(file: Path) -> list[Line]:
    """Return the lines of a file, read as a whole before anything is taken over."""
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise HistoryError(f"{file}: cannot be read: {error.strerror}") from None
    lines = []
    for number, text in enumerate(raw.splitlines(), 1):
        if not text.strip():
            continue
        try:
            line = msgspec.json.decode(text, type=Line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise HistoryError(f"{file}: line {number}: {error}") from None
        if not line.member.strip() or len(line.member) > _LONGEST_ID or not line.member.isprintable():
            raise HistoryError(f"{file}: line {number}: member must be a contact id")
        lines.append(line)
    return lines


async def _import(lines: Sequence[Line], data: Path, policy: Policy) -> tuple[int, int, list[Line]]:
    """Journal and decide the bans; return how many were added and known already, and who is immune."""
    store = SqliteStore(database_in(data))
    await store.open()
    added = known = 0
    immune: list[Line] = []
    try:
        if await store.pending():
            raise HistoryError(
                f"{database_in(data)}: holds events not decided yet; start the bot once, then import"
            )
        state = State(await store.records())
        now = datetime.now(UTC)
        last_at = await store.last_at()
        at = now if last_at is None or now > last_at else last_at
        for line in lines:
            person = state.people.get(line.member)
            if person is not None and person.banned:
                known += 1
                continue
            if _is_immune_anywhere(state, policy, line.member):
                immune.append(line)
                continue
            event = BanEntry(
                at=at,
                member=line.member,
                name=on_one_line(line.name),
                reason=on_one_line(line.reason),
                since=_in_utc(line.at),
            )
            key = hashlib.sha256(f"{at.isoformat()}\x1f{line.member}".encode()).hexdigest()[:32]
            raw = msgspec.json.encode(event)
            (seq,) = await store.append([Received(key=f"banlist:{key}", event=event, raw=raw)])
            if seq is None:
                known += 1
                continue
            decision = decide(event, state, policy, at)
            state.apply(decision.changes)
            await store.commit([Decided(seq=seq, changes=decision.changes)])
            added += 1
    finally:
        await store.close()
    return added, known, immune


def _in_utc(at: datetime | None) -> datetime | None:
    return None if at is None else at.astimezone(UTC)


def _is_immune_anywhere(state: State, policy: Policy, person: str) -> bool:
    return (
        person in {state.account.self_id, policy.settings.operator.id}
        or person in policy.settings.defaults.whitelist
        or person in policy.settings.defaults.staff
        or any(person in _named_for(room) for room in policy.settings.rooms.values())
        or any(is_immune(policy, state, room, person) for room in state.rooms.values())
    )


def _named_for(room: RoomSettings) -> tuple[str, ...]:
    """Return whom the settings of a room name, which the bot may never have seen yet."""
    return (*(room.staff or ()), *(room.whitelist or ()), *(duty.who for duty in room.duty or ()))
