"""`qunguan doctor`: is everything in place to run?"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import msgspec

from bot import __version__
from bot.assembly import load_brain
from bot.cli.options import data_option
from bot.cli.place import database_in
from bot.config import FILE, load_settings, names_for_ids, require_gateway
from bot.core.settings import Settings
from bot.errors import ChannelError, NotDeliveredError, QunguanError, UndecidedError
from bot.shell.alarm import check_addresses
from bot.store.sqlite import Reader

_LONGEST_KNOCK = 5.0
# The holidays of a year are announced in the November before.
_HOLIDAYS_AHEAD = 45


@click.command("doctor")
@click.option("--offline", is_flag=True, help="Do not knock at the gateway.")
@data_option
def command(*, offline: bool, data: Path) -> int:
    """Check configuration, packs, texts, database and gateway; exits 1 when something is wrong."""
    click.echo(f"qunguan {__version__}, Python {sys.version.split()[0]}")
    wrong = 0
    for name, check in _checks(data, offline=offline):
        try:
            verdicts = list(check())
        except QunguanError as error:
            verdicts = [("wrong", str(error))]
        for level, text in verdicts:
            click.echo(f"{level:5}  {name}: {text}")
            wrong += level == "wrong"
    click.echo("all is well" if not wrong else f"{wrong} to mend")
    return 1 if wrong else 0


_Verdicts = Iterator[tuple[str, str]]


def _checks(data: Path, *, offline: bool) -> Iterator[tuple[str, Callable[[], _Verdicts]]]:
    yield "configuration", lambda: _configuration(data)
    yield "packs and texts", lambda: _packs(data)
    yield "holidays", lambda: _holidays(load_settings(data))
    yield "database", lambda: _database(data)
    if not offline:
        yield "gateway", lambda: _gateway(load_settings(data))


def _configuration(data: Path) -> _Verdicts:
    settings = load_settings(data)
    path = data / FILE
    yield "ok", str(path) if path.is_file() else f"no {path}; defaults and environment"
    if settings.operator.id is None:
        who_reads = "each room's owner reads about that room, or its staff where the bot is the owner"
        yield (
            "hint",
            f"operator.id is not set: {who_reads}; qunguan status shows rooms that nobody reads about",
        )
    for line in names_for_ids(settings):
        yield "hint", line
    check_addresses(settings.alarm.webhook, settings.alarm.apprise)
    if settings.alarm.webhook is None and not settings.alarm.apprise:
        yield "hint", "no alarm outside WeChat is set: when the account drops, nobody hears of it ([alarm])"
    if path.is_file() and settings.wechaty.token and "token" in path.read_text(encoding="utf-8"):
        readable = os.name == "posix" and path.stat().st_mode & 0o077
        if readable:
            yield "hint", f"{path} may hold the token and others can read it: chmod 600 {path}"


def _packs(data: Path) -> _Verdicts:
    brain = load_brain(load_settings(data), data)
    rules, texts = len(brain.policy.rules.specs), len(brain.renderer.names)
    yield "ok", f"{rules} rules, {texts} texts, version {brain.policy.version}"


def _holidays(settings: Settings) -> _Verdicts:
    """Say whether the holidays ahead are known; a year that is not has its weekends only."""
    from bot.shell.holidays import chinese_days_off

    if settings.checkin.days == "every_day" or not settings.checkin.enabled:
        yield "ok", "check-ins do not go by them"
        return
    today = datetime.now(UTC).date()
    ahead = (today, today + timedelta(days=_HOLIDAYS_AHEAD))
    days_off = chinese_days_off()
    unknown = sorted({day.year for day in ahead if not days_off.knows(day)})
    if unknown:
        what = f"chinesecalendar does not know {unknown[0]} yet: check-ins go by weekends alone"
        yield "hint", f"{what}; pip install -U chinesecalendar once a release has it (each November)"
    else:
        yield "ok", f"known until the end of {max(days_off.years)}"


def _database(data: Path) -> _Verdicts:
    path = database_in(data)
    if not path.exists():
        yield "ok", f"no {path} yet; the first run makes it"
        return
    with Reader(path) as reader:
        damage = reader.integrity()
        counts = reader.counts()
        undecided = len(reader.undecided())
    for problem in damage:
        yield "wrong", f"{path}: {problem}; restore a backup with qunguan restore"
    if not damage:
        yield "ok", f"{path}: {counts.events} events, {counts.pending} undecided"
    if undecided:
        yield "hint", f"{undecided} sends nobody can vouch for; see qunguan status"


def _gateway(settings: Settings) -> _Verdicts:
    if settings.channel == "simulator":
        yield "ok", "the simulator needs none"
        return
    from bot.channels.wechaty import probe_gateway

    require_gateway(settings)
    endpoint = settings.wechaty.endpoint or ""
    patient = msgspec.structs.replace(settings.wechaty, rpc_timeout_seconds=_LONGEST_KNOCK)
    try:
        version = asyncio.run(probe_gateway(patient))
    except (NotDeliveredError, UndecidedError) as error:
        raise ChannelError(f"nobody answers at {endpoint}: is the gateway running? ({error})") from None
    yield "ok", f"{endpoint} answers and takes the token (gateway protocol {version})"
    if not settings.wechaty.tls and endpoint.rpartition(":")[0] not in {"127.0.0.1", "localhost", "[::1]"}:
        yield "hint", "the token crosses the network in clear; keep the gateway on a private network"
