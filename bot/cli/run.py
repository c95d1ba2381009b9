"""`qunguan run`: the bot at work."""

from __future__ import annotations

import asyncio
import contextlib
import random
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import click
import msgspec
import structlog

from bot.assembly import Brain, load_brain
from bot.cli.options import data_option
from bot.cli.place import database_in, require_folder
from bot.config import load_settings, names_for_ids, require_gateway
from bot.core.records import Mode
from bot.core.settings import Settings
from bot.packs import shipped
from bot.ports import Channel, Clock
from bot.shell.alarm import AlarmSender
from bot.shell.alarm_clock import AlarmClock
from bot.shell.brain_watch import BrainWatch, watched_files
from bot.shell.clock import SystemClock
from bot.shell.logs import set_up_logs
from bot.shell.runtime import Runtime
from bot.shell.watch import LinkWatch
from bot.store.sqlite import SqliteStore

_log = structlog.get_logger(__name__)


@click.command("run")
@click.option(
    "--mode", type=click.Choice(get_args(Mode)), help="Mode of rooms that neither the file nor /mode set."
)
@click.option("--simulator", is_flag=True, help="Use the embedded community instead of a gateway.")
@click.option("--log-json", is_flag=True, help="Log JSON lines.")
@data_option
def command(*, mode: Mode | None, simulator: bool, log_json: bool, data: Path) -> None:
    """Connect to the gateway and look after its rooms until stopped (Ctrl-C, SIGTERM).

    QUNGUAN_WECHATY_ENDPOINT (host:port) and QUNGUAN_WECHATY_TOKEN are enough to start.
    """
    set_up_logs(as_json=log_json)
    require_folder(data)
    settings = _settings(data, mode)
    for line in names_for_ids(settings):
        _log.warning(line)
    simulator = simulator or settings.channel == "simulator"
    if not simulator:
        require_gateway(settings)
    watch = BrainWatch(lambda: _brain(data, mode), lambda: watched_files(data))
    asyncio.run(_run(data, settings, watch, simulator=simulator))


def _settings(data: Path, mode: Mode | None) -> Settings:
    settings = load_settings(data)
    if mode is None:
        return settings
    return msgspec.structs.replace(settings, defaults=msgspec.structs.replace(settings.defaults, mode=mode))


def _brain(data: Path, mode: Mode | None) -> Brain:
    return load_brain(_settings(data, mode), data)


async def _run(data: Path, settings: Settings, brains: BrainWatch, *, simulator: bool) -> None:
    clock = SystemClock()
    sender = AlarmSender(settings.alarm, clock=clock, rng=random.SystemRandom())
    await sender.start()
    watch = LinkWatch(
        settings.alarm, clock=clock, sink=sender.ring, language=settings.operator.language, show=_show
    )
    runtime = Runtime(
        store=SqliteStore(database_in(data)),
        channel=_channel(settings, clock, simulator=simulator),
        clock=clock,
        brain=lambda: brains.brain,
        watch=watch,
    )

    async def tick() -> None:
        watch.check()
        await runtime.tick()

    async def plan() -> None:
        _log.info("at work", **runtime.figures())
        for room in runtime.unread_rooms():
            _log.warning("nobody reads about this room: set operator.id, or name staff for it", room=room)

    async def reload() -> None:
        brains.look()
        runtime.governor.reconfigure(brains.brain.policy.settings.governor)

    bells = AlarmClock(tick=tick, plan=plan, reload=reload)
    with _until_stopped():
        try:
            unsure = await runtime.start()
            if unsure:
                _log.warning("undecided sends are not repeated; see qunguan status", count=len(unsure))
            bells.start()
            _log.info("ready", database=str(database_in(data)), mode=settings.defaults.mode)
            await runtime.run()
        finally:
            await bells.stop()
            await sender.stop()


@contextlib.contextmanager
def _until_stopped() -> Iterator[None]:
    """Let a signal end what runs inside, from its first step on: it is cancelled and winds itself down."""
    work = asyncio.current_task()
    loop = asyncio.get_running_loop()
    stopping = False

    def stop() -> None:
        nonlocal stopping
        if work is not None and not stopping:  # a second Ctrl-C must not break off the winding down
            stopping = True
            work.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows knows no loop signals; Ctrl-C raises there
            loop.add_signal_handler(number, stop)
    try:
        yield
    except asyncio.CancelledError:
        if not stopping:
            raise
        _log.info("stopped")


def _channel(settings: Settings, clock: Clock, *, simulator: bool) -> Channel:
    if simulator:
        from bot.channels.simulator.channel import SimulatorChannel
        from bot.channels.simulator.script import load
        from bot.channels.simulator.world import World

        return SimulatorChannel(World(load(shipped("communities") / "demo").community, clock))
    from bot.channels.wechaty import open_channel

    return open_channel(settings.wechaty, clock)


def _show(line: str) -> None:
    print(line, file=sys.stderr, flush=True)  # noqa: T201 - the login code is for the person at the terminal
