"""`qunguan replay`: decide a history again."""

from __future__ import annotations

import sys
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, get_args

import click
import msgspec

from bot.assembly import load_brain
from bot.cli.options import data_option, json_option
from bot.config import load_settings
from bot.core.effects import Row, Values, Words
from bot.core.records import Mode
from bot.decisions import decision_line, is_worth_a_line
from bot.errors import HistoryError
from bot.files import writing
from bot.history import HistoryReader
from bot.replay import PresetReport, PresetTrial, Replayer, Report
from bot.room_report import room_figures, values_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.core.events import Event
    from bot.core.members.health.figures import RoomFigures
    from bot.core.policy import Policy
    from bot.core.state import State

_STEP = 2000


@click.command("replay")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--decisions", type=click.Path(path_type=Path, dir_okay=False), help="Write one JSON line per decision."
)
@click.option(
    "--report",
    is_flag=True,
    help="Print who would have been reminded, warned or removed, and why; who is silent, when people are"
    " around, who leaves and after what, who carries the talk.",
)
@click.option(
    "--mode", type=click.Choice(get_args(Mode)), default="act", show_default=True, help="Mode of every room."
)
@click.option("--until", metavar="TIME", help="Let time run on to this moment (ISO 8601 with offset).")
@click.option("--lenient", is_flag=True, help="Skip and count bad lines instead of stopping.")
@data_option
@json_option
def command(
    file: Path,
    decisions: Path | None,
    report: bool,
    mode: Mode,
    until: str | None,
    lenient: bool,
    data: Path,
    as_json: bool,
) -> int:
    """Decide the events in FILE again, as fast as the core allows, and touch nobody.

    Everybody counts as reachable in private unless the history says no.
    """
    brain = load_brain(load_settings(data), data, forced_mode=mode)
    end = None if until is None else _moment(until)
    replayer = Replayer(brain.policy)
    summary = Report(brain.renderer.why, brain.renderer.name("list", "between"))
    trial = PresetTrial(brain.policy)
    counts: Counter[str] = Counter()
    span = _Span()
    try:
        source = file.open("rb")
    except OSError as error:
        raise HistoryError(f"{file}: cannot be read: {error.strerror}") from None
    with source, writing(decisions) as out:
        reader = HistoryReader(source, str(file), lenient=lenient)
        events = _with_progress(reader, file)
        if report:
            events = _tried(events, trial, replayer)
        for replayed in replayer.run(events, end):
            decision = replayed.decision
            span.add(replayed.event.at)
            counts[decision.verdict or "other"] += 1
            for effect in (*decision.effects, *replayed.followed):
                counts[str(effect.__struct_config__.tag)] += 1
            if out is not None and is_worth_a_line(decision):
                out.write(
                    decision_line(replayed.event, decision, brain.renderer.render, replayed.followed) + b"\n"
                )
            if report:
                summary.add(replayed, replayer.state)
    if reader.skipped:
        click.echo(f"skipped {reader.skipped} bad lines; the first: {reader.first_skipped}", err=True)
    presets = trial.reports() if report else []
    rooms = _rooms(replayer.state, brain.policy, span) if report else []
    _tell(summary, counts, brain.renderer.render, presets, rooms, as_json=as_json, report=report)
    return 0


class _Span:
    """From when to when a history goes."""

    def __init__(self) -> None:
        self.first: datetime | None = None
        self.last: datetime | None = None

    def add(self, at: datetime) -> None:
        self.first = self.first or at
        self.last = at


class _Room(NamedTuple):
    """A room's figures and the values of its text."""

    figures: RoomFigures
    values: Values


def _rooms(state: State, policy: Policy, span: _Span) -> list[_Room]:
    if span.first is None or span.last is None:
        return []
    days = (span.last - span.first).days + 1
    silent = policy.settings.checkin.silent_days
    return [
        _Room(figures, values_of(figures, silent, days))
        for figures in room_figures(state, policy, span.first, span.last)
    ]


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise click.BadParameter(
            f"{text!r} is no time with an offset, like 2026-03-02T12:00:00+08:00", param_hint="--until"
        )
    return moment


def _with_progress(reader: HistoryReader, file: Path) -> Iterator[Event]:
    if not sys.stderr.isatty():
        yield from (event for event, _ in reader)
        return
    with click.progressbar(length=max(1, file.stat().st_size), label="replay", file=sys.stderr) as bar:
        seen = 0
        for number, (event, _) in enumerate(reader):
            if number % _STEP == 0:
                bar.update(reader.bytes_read - seen)
                seen = reader.bytes_read
            yield event
        bar.update(reader.bytes_read - seen)


def _tried(events: Iterator[Event], trial: PresetTrial, replayer: Replayer) -> Iterator[Event]:
    for event in events:
        trial.add(event, replayer.state)
        yield event


def _tell(
    summary: Report,
    counts: Counter[str],
    say: Callable[[Words], str],
    presets: list[PresetReport],
    health: list[_Room],
    *,
    as_json: bool,
    report: bool,
) -> None:
    if as_json:
        rooms = [room for room in summary.rooms.values() if room.sanctions]
        told: dict[str, object] = {
            "counts": dict(counts),
            "rooms": rooms if report else [],
            "presets": presets,
        }
        if report:
            told["health"] = [room.figures for room in health]
        click.echo(msgspec.json.encode(told).decode())
        return
    if report:
        for room in summary.rooms.values():
            rows: tuple[Row, ...] = tuple(
                {"level": k, "name": who, "why": why, "excerpt": text} for k, who, why, text in room.sanctions
            )
            values: Values = {
                "room": room.topic or room.room,
                "messages": room.messages,
                "ads": room.ads,
                "suspects": room.suspects,
                "rows": rows,
            }
            if rows:
                click.echo(say(Words("report.room", values)) + "\n")
    for lively in health:
        click.echo(say(Words("report.health", lively.values)) + "\n")
    for one in presets:
        a_day = one.suspects / one.days
        figures: Values = {"preset": one.preset, "ads": one.ads, "suspects": one.suspects, "a_day": a_day}
        click.echo(say(Words("report.preset", figures)))
    names = ("ok", "suspect", "ad", "remind", "warn", "remove", "notify_staff")
    messages = counts["ok"] + counts["suspect"] + counts["ad"]
    totals: Values = {"messages": messages, **{name: counts[name] for name in names}}
    click.echo(say(Words("report.total", totals)))
