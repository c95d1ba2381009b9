"""Plays a scripted week: jumps the virtual clock from one thing that happens to the next."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.channels.simulator.clock import VirtualClock
from bot.channels.simulator.script import Script
from bot.channels.simulator.stage import Stage
from bot.channels.simulator.world import World

Step = Callable[[], Awaitable[None]]


async def settle(world: World, inbox_settled: Step) -> None:
    """Return once the bot has nothing left to hear, to decide or to do at this moment."""
    while True:
        await world.delivered()
        await inbox_settled()
        if world.quiet:
            return


async def play(  # noqa: PLR0913 - the script's two halves, the bot's two hooks, and three ways to bend them
    script: Script,
    world: World,
    inbox_settled: Step,
    clock: VirtualClock,
    tick: Step,
    *,
    next_due: Callable[[], datetime | None] | None = None,
    tick_every: timedelta = timedelta(minutes=1),
    until: datetime | None = None,
    pace: Callable[[datetime], Awaitable[None]] | None = None,
) -> None:
    """Let the week of `script` happen in `world` until its end (or `until`), deterministically.

    At one moment sleepers of the clock wake first, then the script's moments happen one at a time,
    then `tick` is called; the bot settles after each. `inbox_settled` returns once everything
    received is decided and every effect is carried out or waits for the clock. `tick` lets the bot
    do what is due: every `tick_every`, or only when `next_due` says so. `pace` is awaited with the
    next moment before the clock jumps to it: there a demo may wait or draw.
    """
    stage = Stage(script, world)
    end = script.community.end if until is None else until
    ticked = clock.now()
    while True:
        await settle(world, inbox_settled)
        moments = (clock.next_waiter, stage.next_at, _next_tick(ticked, tick_every, next_due))
        when = max(clock.now(), min((moment for moment in moments if moment is not None), default=end))
        if when >= end:
            break
        if pace is not None and when > clock.now():
            await pace(when)
        if clock.advance_to(when):
            continue
        if stage.next_at is not None and stage.next_at <= when:
            stage.perform_next()
        else:
            await tick()
            ticked = when
    if clock.now() < end:
        clock.advance_to(end)
    await settle(world, inbox_settled)


def _next_tick(
    ticked: datetime, every: timedelta, next_due: Callable[[], datetime | None] | None
) -> datetime | None:
    if next_due is None:
        return ticked + every
    due = next_due()
    return None if due is None else due if due > ticked else ticked + every
