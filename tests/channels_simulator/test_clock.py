from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.simulator.clock import VirtualClock

START = datetime(2025, 9, 15, tzinfo=UTC)


def after(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


@given(st.lists(st.integers(min_value=1, max_value=20), max_size=30))
def test_sleepers_wake_by_time_then_by_order_of_parking(minutes):
    woken: list[tuple[int, int]] = []

    async def story() -> None:
        clock = VirtualClock(START)

        async def sleeper(order: int, minute: int) -> None:
            await clock.sleep_until(after(minute))
            assert clock.now() >= after(minute)
            woken.append((minute, order))

        tasks = [asyncio.create_task(sleeper(i, m)) for i, m in enumerate(minutes)]
        await asyncio.sleep(0)
        while (when := clock.next_waiter) is not None:
            assert clock.advance_to(when) > 0
            await asyncio.sleep(0)
        await asyncio.gather(*tasks)

    asyncio.run(story())
    assert woken == sorted((m, i) for i, m in enumerate(minutes))


@given(st.lists(st.integers(min_value=1, max_value=20), min_size=1, max_size=20), st.integers(1, 20))
def test_one_long_jump_wakes_the_same_in_the_same_order(minutes, target):
    woken: list[tuple[int, int]] = []

    async def story() -> None:
        clock = VirtualClock(START)

        async def sleeper(order: int, minute: int) -> None:
            await clock.sleep_until(after(minute))
            woken.append((minute, order))

        tasks = [asyncio.create_task(sleeper(i, m)) for i, m in enumerate(minutes)]
        await asyncio.sleep(0)
        assert clock.advance_to(after(target)) == sum(m <= target for m in minutes)
        await asyncio.sleep(0)
        for task in tasks:
            task.cancel()

    asyncio.run(story())
    assert woken == sorted((m, i) for i, m in enumerate(minutes) if m <= target)


async def test_who_gives_up_waiting_is_no_waiter_any_more():
    clock = VirtualClock(START)
    task = asyncio.create_task(clock.sleep_until(after(5)))
    await asyncio.sleep(0)
    assert clock.next_waiter == after(5)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert clock.next_waiter is None
    assert clock.advance_to(after(9)) == 0


async def test_a_passed_moment_needs_no_driver():
    clock = VirtualClock(START)
    await clock.sleep_until(START)
    await clock.sleep_until(after(-5))


def test_time_never_goes_back_and_always_has_a_zone():
    clock = VirtualClock(datetime(2025, 9, 15, 8, tzinfo=timezone(timedelta(hours=8))))
    assert clock.now() == START
    assert clock.now().tzinfo is UTC
    with pytest.raises(ValueError, match="cannot go back"):
        clock.advance_to(after(-1))
    with pytest.raises(ValueError, match="no time zone"):
        VirtualClock(datetime(2025, 9, 15))  # noqa: DTZ001 - the naive time is the point
