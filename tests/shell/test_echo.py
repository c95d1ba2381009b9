"""Own words that come back settle what nobody could vouch for."""

import asyncio

import pytest

from bot.errors import NotDeliveredError, UndecidedError
from bot.ports import Sent
from tests.shell.scripted import Stage, invite, line, private


@pytest.fixture
async def stage():
    stage = Stage()
    await stage.start()
    yield stage
    await stage.dispatcher.stop(grace=0)


async def unanswered(stage, *effects, **changes):
    stage.channel.script["say_private"] = [UndecidedError("no answer")] * len(effects)
    return await stage.offer(*effects, **changes)


async def test_an_echo_settles_an_unknown_row_once(stage):
    await unanswered(stage, private())
    assert stage.dispatcher.echo("e1", "u1", "text 1.0")
    assert not stage.dispatcher.echo("e1", "u1", "text 1.0")
    assert not stage.dispatcher.echo("e2", "u1", "text 1.0")
    await stage.dispatcher.settled()
    row = await stage.row("1.0")
    assert (row.status, row.message_id) == ("done", "e1")
    assert [item.key for item in stage.lane.taken] == ["receipt:1.0:1", "receipt:1.0:1:echo"]


@pytest.mark.parametrize(("conversation", "text"), [("u2", "text 1.0"), ("u1", "text"), ("u1", "text 1.0!")])
async def test_an_echo_of_something_else_settles_nothing(stage, conversation, text):
    await unanswered(stage, private())
    assert not stage.dispatcher.echo("e1", conversation, text)
    assert await stage.statuses() == {"1.0": "unknown"}


async def test_an_echo_with_its_mentions_in_front_is_known_again(stage):
    stage.channel.script["say_room"] = [UndecidedError("no answer")]
    await stage.offer(line(mentions=("u1",)))
    assert stage.dispatcher.echo("e1", "r1", "@小林\u2005text 1.0")


async def test_the_same_words_hours_later_are_somebodys_new_words(stage):
    await unanswered(stage, private())
    await stage.until(minutes=11)
    assert not stage.dispatcher.echo("e1", "u1", "text 1.0")


async def test_each_of_two_identical_rows_needs_its_own_echo_the_oldest_first(stage):
    await unanswered(stage, private(), private(), text="同样的话")
    assert stage.dispatcher.echo("e1", "u1", "同样的话")
    await stage.dispatcher.settled()
    assert await stage.statuses() == {"1.0": "done", "1.1": "unknown"}
    assert stage.dispatcher.echo("e2", "u1", "同样的话")
    assert not stage.dispatcher.echo("e3", "u1", "同样的话")


async def test_the_echo_of_an_answered_row_does_not_settle_its_unanswered_twin(stage):
    stage.channel.script["say_private"] = [UndecidedError("no answer"), None]
    await stage.offer(private(), private(), text="同样的话")
    assert not stage.dispatcher.echo("m1", "u1", "同样的话")  # the platform named it m1
    assert await stage.statuses() == {"1.0": "unknown", "1.1": "done"}


async def test_where_the_platform_names_nothing_an_answered_row_still_has_its_echo(stage):
    async def nameless(person, text):
        await stage.channel._do("say_private", person, text)
        return Sent()

    stage.channel.say_private = nameless
    stage.channel.script["say_private"] = [UndecidedError("no answer"), None]
    await stage.offer(private(), private(), text="同样的话")
    assert not stage.dispatcher.echo("e1", "u1", "同样的话")
    assert stage.dispatcher.echo("e2", "u1", "同样的话")


async def call_under_way(stage, answer):
    gate = asyncio.Event()

    async def slow(person, text):
        stage.channel.calls.append(("say_private", person, text))
        await gate.wait()
        if isinstance(answer, Exception):
            raise answer
        return answer

    stage.channel.say_private = slow
    stage.dispatcher.offer(await stage.plan(private()))
    await stage.reach(lambda: stage.channel.calls)
    return gate


async def test_an_echo_that_overtakes_a_lost_answer_settles_the_row_at_once(stage):
    gate = await call_under_way(stage, UndecidedError("no answer"))
    assert not stage.dispatcher.echo("e1", "u1", "text 1.0")
    gate.set()
    await stage.dispatcher.settled()
    assert stage.lane.outcomes() == {"1.0": ("done", "")}
    assert (await stage.row("1.0")).message_id == "e1"


@pytest.mark.parametrize("answer", [Sent("e1"), Sent()])
async def test_an_echo_that_overtakes_its_answer_is_used_up_by_it(stage, answer):
    gate = await call_under_way(stage, answer)
    stage.dispatcher.echo("e1", "u1", "text 1.0")
    gate.set()
    await stage.dispatcher.settled()
    assert len(stage.lane.taken) == 1
    assert not stage.dispatcher._echoes._waiting


async def test_an_echo_of_earlier_words_is_not_taken_for_words_surely_not_sent(stage):
    gate = await call_under_way(stage, NotDeliveredError("busy"))
    stage.dispatcher.echo("e1", "u1", "text 1.0")
    gate.set()
    await stage.dispatcher.settled()
    assert await stage.statuses() == {"1.0": "todo"}


async def test_rows_lost_in_a_crash_can_still_be_proven(stage):
    await unanswered(stage, private(), invite())
    after = Stage(store=stage.store, clock=stage.clock)
    await after.start()
    assert after.dispatcher.echo("e1", "u1", "text 1.0")
    await after.dispatcher.settled()
    assert (await after.row("1.0")).status == "done"


async def test_memory_of_echoes_does_not_grow_for_ever(stage):
    for n in range(300):
        stage.dispatcher.echo(f"e{n}", "u1", "hello")
        stage.clock.advance(minutes=1)
    assert len(stage.dispatcher._echoes._seen) <= 22
