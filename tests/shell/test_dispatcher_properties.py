"""Whatever the platform does and whenever the program dies: nothing is said twice, nothing is forgotten."""

import asyncio
import random
from collections import Counter
from datetime import timedelta

from hypothesis import example, given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.core.effects import Ban, Remove
from bot.errors import NotAllowedError, NotDeliveredError, NotFriendError, UndecidedError
from bot.shell.delivery_claims import Pace
from tests.shell import scripted as s

ERRORS = (None, NotDeliveredError, NotAllowedError, NotFriendError, UndecidedError, RuntimeError)
WEIGHTS = (12, 3, 1, 1, 2, 1)
effects = st.lists(
    st.one_of(
        st.builds(s.remove, room=st.sampled_from(["r1", "r2"]), member=st.sampled_from(["u1", "u2", "u3"])),
        st.builds(s.remind, room=st.sampled_from(["r1", "r2"]), via=st.sampled_from(["room", "private"])),
        st.builds(s.line, room=st.sampled_from(["r1", "r2"]), urgent=st.booleans()),
        st.builds(s.private, to=st.sampled_from(["u1", "u2"])),
        st.just(s.ask()),
        st.just(s.accept()),
        st.just(s.invite()),
    ),
    min_size=1,
    max_size=12,
)


class Moody(s.ScriptedChannel):
    """Does what it is asked, or fails, by chance; knows what really went out."""

    def __init__(self, seed):
        super().__init__()
        self.rng = random.Random(seed)
        self.heard = Counter()
        self.present["r1"] |= {"u1", "u2"}
        self.present["r2"] |= {"u3"}
        self.dies_at = None

    async def _do(self, name, where, *rest):
        self.calls.append((name, where, *rest))
        for _ in range(self.rng.randrange(3)):
            await asyncio.sleep(0)
        [error] = self.rng.choices(ERRORS, WEIGHTS)
        # Only after these two may it have been carried out all the same.
        if error is None or (error in (UndecidedError, RuntimeError) and self.rng.random() < 0.5):
            self.heard[(name, where, *rest)] += 1
            if name == "remove" and self.rng.random() < 0.8:
                self.present[where].discard(rest[0])
        if self.dies_at is not None and len(self.calls) >= self.dies_at:
            await asyncio.Event().wait()
        if error is not None:
            raise error("by chance")
        return s.Sent(message_id=f"m{len(self.calls)}")


def check_world(stage, channel):
    said = {key: n for key, n in channel.heard.items() if key[0].startswith("say") or key[0] == "ask_friend"}
    assert all(n == 1 for n in said.values()), "something was said twice"


def spoken(channel, row):
    return sum(n for key, n in channel.heard.items() if row.text is not None and row.text in key)


# Found by a campaign: a look that fell due while an invitation waited for it was slept through.
@example(
    [
        s.private("u1"),
        s.invite(),
        s.private("u2"),
        s.private("u2"),
        s.ask(),
        s.remove("r2", "u1"),
        s.remove("r1", "u1"),
    ],
    0,
)
@given(effects, st.integers(0, 2**32))
def test_every_row_ends_with_one_receipt_that_tells_the_truth(plan, seed):
    async def story():
        channel = Moody(seed)
        stage = s.Stage(channel=channel, seed=seed)
        await stage.start()
        rows = await stage.offer(*plan)
        await stage.until(days=8)
        check_world(stage, channel)
        outcomes = Counter(item.event.effect for item in stage.lane.taken)
        assert outcomes == Counter({row.id: 1 for row in rows})
        statuses = await stage.statuses()
        for item in stage.lane.taken:
            row = await stage.row(item.event.effect)
            assert statuses[row.id] == item.event.outcome
            if item.event.outcome == "done" and isinstance(row.effect, Remove | Ban):
                looks = [c for c in channel.calls if c[0] == "roster"]
                assert looks, "done without a look"
            elif row.text is not None and item.event.outcome in ("done", "failed", "refused", "dropped"):
                assert spoken(channel, row) == (1 if item.event.outcome == "done" else 0)
        assert (stage.dispatcher.working, stage.dispatcher.waiting) == (0, 0)
        assert not stage.dispatcher._known
        await stage.dispatcher.stop(grace=0)

    with capture_logs():  # every simulated defect is logged, at length
        asyncio.run(story())


@given(effects, st.integers(0, 2**32), st.lists(st.integers(1, 6), max_size=4))
def test_killed_at_any_call_nothing_is_said_twice_and_nothing_is_forgotten(plan, seed, deaths):
    async def story():
        channel = Moody(seed)
        stage = s.Stage(channel=channel, seed=seed)
        rows = await stage.plan(*plan)
        for lives_for in deaths:
            channel.dies_at = len(channel.calls) + lives_for
            await stage.start()
            for _ in range(200):
                await asyncio.sleep(0)
            stage.dispatcher._running = False  # as good as killed: nothing it does is heard any more
            stage.lane.put = unheard
            stage.dispatcher._store = stage.dispatcher._claims._store = DeadStore()
            stage = s.Stage(store=stage.store, channel=channel, clock=stage.clock, seed=seed)
        channel.dies_at = None
        await stage.start()
        await stage.until(days=8)
        check_world(stage, channel)
        statuses = await stage.statuses()
        assert set(statuses) == {row.id for row in rows}
        assert not set(statuses.values()) & {"todo", "sending"}

    with capture_logs():  # every simulated defect is logged, at length
        asyncio.run(story())


async def unheard(_item):
    pass


class DeadStore:
    async def claim(self, effect, at):
        await asyncio.Event().wait()

    async def release(self, effect, not_before, detail):
        await asyncio.Event().wait()


def test_waits_between_tries_grow_up_to_a_limit():
    class NoChance:
        def random(self):
            return 0.0

    pace = Pace()
    waits = [pace.wait_after(n, NoChance()) for n in range(1, 9)]
    assert [w / timedelta(seconds=1) for w in waits] == [2, 6, 18, 54, 162, 300, 300, 300]
