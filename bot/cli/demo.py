"""`qunguan demo`: the bot looks after a simulated community; no account needed."""

from __future__ import annotations

import asyncio
import random
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import click

from bot.assembly import Brain, load_brain
from bot.channels.simulator.channel import SimulatorChannel
from bot.channels.simulator.clock import VirtualClock
from bot.channels.simulator.community import Community
from bot.channels.simulator.driver import play
from bot.channels.simulator.live import converse, typed_lines
from bot.channels.simulator.script import Script, load
from bot.channels.simulator.world import World
from bot.cli.story import Story
from bot.core.draft import Decision
from bot.core.events import Event
from bot.core.settings import Defaults, Governor, Operator, Settings
from bot.core.state import State
from bot.decisions import decision_line, is_worth_a_line
from bot.files import writing
from bot.packs import shipped
from bot.ports import Clock
from bot.shell.alarm_clock import AlarmClock
from bot.shell.clock import SystemClock
from bot.shell.logs import quiet_logs
from bot.shell.runtime import Runtime
from bot.store.sqlite import SqliteStore

_SEED = 20
_A_WEEK = 7
# Seconds given to the account's pauses between messages after the person at the terminal has left.
_LAST_WORDS = 10.0


@click.command("demo")
@click.option(
    "--headless",
    is_flag=True,
    help="Tell a week as a story in the terminal (the default until a page exists).",
)
@click.option("--live", is_flag=True, help="Type as any member yourself, in real time.")
@click.option("--all", "everything", is_flag=True, help="Print all talk, not only what surrounds a deed.")
@click.option(
    "--silent-month",
    is_flag=True,
    help="Watch seven weeks in a small room instead, in which silent members are asked how they are.",
)
@click.option(
    "--community", type=click.Path(path_type=Path, file_okay=False), help="Folder of another community."
)
@click.option(
    "--decisions", type=click.Path(path_type=Path, dir_okay=False), help="Write one JSON line per decision."
)
def command(
    *,
    headless: bool,
    live: bool,
    everything: bool,
    silent_month: bool,
    community: Path | None,
    decisions: Path | None,
) -> None:
    """Watch the bot look after a simulated community: a believable week in three rooms."""
    if headless and live:
        raise click.UsageError("Choose --headless or --live, not both.")
    if silent_month and community is not None:
        raise click.UsageError("Choose --silent-month or --community, not both.")
    quiet_logs()
    told = "silent-month" if silent_month else "demo"
    script = load(community if community is not None else shipped("communities") / told)
    brain = load_brain(settings_of(script.community))
    with writing(decisions) as out, tempfile.TemporaryDirectory(prefix="qunguan-demo-") as folder:

        def note(event: Event, decision: Decision) -> None:
            if out is not None and is_worth_a_line(decision):
                out.write(decision_line(event, decision, brain.renderer.render) + b"\n")

        database = Path(folder) / "demo.db"
        if live:
            asyncio.run(_live(script.community, brain, database, note))
        else:
            asyncio.run(_headless(script, brain, database, note, everything=everything))


def settings_of(community: Community) -> Settings:
    """Return the settings under which the bot looks after a simulated community.

    Args:
        community: says who the operator is, and each room's mode and policy.
    """
    whom = community.directory()
    return Settings(
        channel="simulator",
        operator=Operator(id=whom[community.operator], timezone=community.timezone),
        defaults=Defaults(timezone=community.timezone),
        rooms=community.room_settings(),
        care=community.care,
    )


async def _headless(
    script: Script, brain: Brain, database: Path, note: Callable[[Event, Decision], None], *, everything: bool
) -> None:
    clock = VirtualClock(script.community.start)
    world = World(script.community, clock)
    story = Story(world, brain.renderer, click.echo, everything=everything)

    def onlooker(event: Event, decision: Decision) -> None:
        note(event, decision)
        story.decided(event, decision)

    size = f"{len(world.plans)} 个群，{len(world.names) - 1} 个人"
    click.echo(f"{script.community.name}：{size}，{_long(script.community)}的日常。")
    for plan in world.plans.values():
        click.echo(
            f"  「{plan.topic}」{len(world.present[plan.id])} 人，{brain.renderer.name('mode', plan.mode)}"
        )
    runtime = _runtime(world, clock, brain, database, onlooker)
    await runtime.start()
    work = asyncio.create_task(runtime.run())
    try:
        playing = asyncio.create_task(
            play(
                script,
                world,
                runtime.settled,
                clock,
                runtime.tick,
                next_due=lambda: runtime.lane.state.next_due,
            )
        )
        await asyncio.wait({work, playing}, return_when=asyncio.FIRST_COMPLETED)
        if work.done():
            playing.cancel()
            work.result()
        await playing
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
    story.close()
    click.echo(_summary(runtime.lane.state, _long(script.community)))


def _long(community: Community) -> str:
    return "一周" if community.days == _A_WEEK else f"{community.days} 天"


def _summary(state: State, how_long: str) -> str:
    """Return the whole time in one line."""
    messages = sum(day.messages for days in state.days.values() for day in days.values())
    ended = Counter(case.state for case in state.cases.values())
    line = f"\n{how_long}结束：{messages} 条消息，{len(state.cases)} 个案卷，"
    line += f"{ended['done']} 个办妥，{ended['rejected']} 个被驳回"
    checkins = [one for one in state.checkins.values() if one.group == "asked"]
    if checkins:
        line += (
            f"，问候了 {len(checkins)} 位，{sum(one.returned_at is not None for one in checkins)} 位回到群里"
        )
    return line + (f"，{ended['failed']} 个没有成功（已如实告诉管理员）。" if ended["failed"] else "。")


async def _live(
    community: Community, brain: Brain, database: Path, note: Callable[[Event, Decision], None]
) -> None:
    clock = SystemClock()
    world = World(community, clock)
    story = Story(world, brain.renderer, click.echo, everything=True)

    def onlooker(event: Event, decision: Decision) -> None:
        note(event, decision)
        story.decided(event, decision)

    runtime = _runtime(world, clock, brain, database, onlooker)
    # Nobody restricts a simulated account, and whoever types wants the answer under the question.
    runtime.governor.reconfigure(Governor(gap_seconds=0, jitter_seconds=0, same_text_minutes=0))
    await runtime.start()
    work = asyncio.create_task(runtime.run())
    bells = AlarmClock(tick=runtime.tick, plan=_nothing, reload=_nothing)
    bells.start()
    try:
        talk = asyncio.create_task(converse(world, typed_lines(), click.echo, onlook=False))
        await asyncio.wait({work, talk}, return_when=asyncio.FIRST_COMPLETED)
        if work.done():
            talk.cancel()
            work.result()
        await talk
        await _said(runtime)
    finally:
        await bells.stop()
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


async def _said(runtime: Runtime) -> None:
    """Wait until the bot has said what it had to say, but not for quiet hours to end."""
    await runtime.settled()
    patience = asyncio.get_running_loop().time() + _LAST_WORDS
    while runtime.dispatcher.waiting and asyncio.get_running_loop().time() < patience:
        await asyncio.sleep(_LAST_WORDS / 100)
        await runtime.settled()


async def _nothing() -> None:
    """Do nothing: a demo has neither a year to plan nor files that change."""


def _runtime(
    world: World, clock: Clock, brain: Brain, database: Path, onlooker: Callable[[Event, Decision], None]
) -> Runtime:
    return Runtime(
        store=SqliteStore(database),
        channel=SimulatorChannel(world),
        clock=clock,
        brain=lambda: brain,
        rng=random.Random(_SEED),  # noqa: S311 - jitter of a story, no secret
        onlooker=onlooker,
    )
