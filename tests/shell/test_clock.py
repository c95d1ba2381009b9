"""The system's clock never goes back, and nobody oversleeps by much."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.shell.clock import LONGEST_NAP, SystemClock
from tests.shell.virtual_clock import START


class Machine:
    """A machine whose time of day can be set while its uptime only grows."""

    def __init__(self):
        self.uptime, self.offset, self.naps, self.jumps = 0.0, timedelta(0), [], []

    def wall(self):
        return START + timedelta(seconds=self.uptime) + self.offset

    def monotonic(self):
        return self.uptime

    async def sleep(self, seconds):
        self.naps.append(seconds)
        self.uptime += seconds
        if self.jumps:
            self.offset += self.jumps.pop(0)

    def clock(self):
        return SystemClock(self.wall, self.monotonic, self.sleep)


@given(st.lists(st.tuples(st.floats(0, 1000), st.integers(-5000, 5000)), max_size=30))
def test_it_never_goes_back_nor_stands_still(steps):
    machine = Machine()
    clock = machine.clock()
    last = clock.now()
    for passed, jump in steps:
        machine.uptime += passed
        machine.offset += timedelta(seconds=jump)
        now = clock.now()
        assert now - last >= timedelta(seconds=passed / 2) - timedelta(microseconds=2)
        assert now >= machine.wall()
        last = now


def test_it_comes_back_to_the_system_time_after_that_was_set_back():
    machine = Machine()
    clock = machine.clock()
    machine.offset -= timedelta(hours=1)
    assert clock.now() == START
    machine.uptime += 7200
    assert clock.now() == machine.wall()


async def test_sleeping_is_in_naps_and_ends_when_the_clock_jumps_ahead():
    machine = Machine()
    clock = machine.clock()
    machine.jumps = [timedelta(0), timedelta(hours=2)]
    await clock.sleep_until(START + timedelta(hours=1))
    assert machine.naps == [LONGEST_NAP, LONGEST_NAP]


async def test_sleeping_goes_on_when_the_clock_is_set_back():
    machine = Machine()
    clock = machine.clock()
    machine.jumps = [timedelta(seconds=-600)]
    await clock.sleep_until(START + timedelta(seconds=40))
    assert clock.now() >= START + timedelta(seconds=40)
    assert sum(machine.naps) <= 81  # at half speed


async def test_a_moment_that_has_passed_does_not_wait():
    machine = Machine()
    await machine.clock().sleep_until(START)
    assert machine.naps == []


def test_the_machines_own_clock_is_in_utc():
    before = datetime.now(UTC)
    clock = SystemClock()
    assert clock.now().tzinfo is UTC
    assert clock.now() >= before
