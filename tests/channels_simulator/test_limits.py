from __future__ import annotations

import asyncio

import pytest

from bot.channels.simulator.channel import SimulatorChannel
from bot.channels.simulator.scene import Content
from bot.core import events
from bot.errors import NotAllowedError, NotDeliveredError, NotFriendError, UndecidedError


async def test_the_account_hears_who_it_is_and_who_is_there(make, stage, connect):
    world = stage(make()).world
    async with connect(world) as here:
        assert here.box.kinds() == ["Account", "Room", "Roster", "Room", "Roster"]
        assert here.box.items[0].event.self_id == "bot"
        room, roster = here.box.items[1].event, here.box.items[2].event
        assert (room.owner, room.staff) == ("man", ("ze", "bot"))
        assert {p.member for p in roster.members} == {"man", "lin", "linma", "ze", "bot"}
        assert roster.members == await here.channel.roster("a")
        assert [link.state for link in here.box.links] == ["connecting", "connected"]
    assert here.box.links[-1].state == "disconnected"


async def test_what_the_account_says_comes_back_as_its_own_message(make, stage, connect):
    world = stage(make()).world
    async with connect(world) as here:
        sent = await here.channel.say_room("a", "请看群公告", ["linma"])
        private = await here.channel.say_private("man", "您好")
        await world.delivered()
        echo, whisper = (item.event for item in here.box.items[-2:])
    assert (echo.id, echo.sender, echo.mentions) == (sent.message_id, "bot", ("linma",))
    assert echo.text == "@小林妈妈\u2005请看群公告"
    assert (whisper.id, whisper.sender, whisper.room) == (private.message_id, "bot", None)
    assert [s.by_account for s in world.transcript] == [True, True]


async def test_strangers_cannot_be_written_to_or_invited(make, stage):
    channel = SimulatorChannel(stage(make()).world)
    with pytest.raises(NotFriendError):
        await channel.say_private("lin", "你好")
    with pytest.raises(NotFriendError):
        await channel.invite("a", "new")


async def test_a_friend_request_makes_a_friend_only_when_accepted(make, stage, connect):
    world = stage(make()).world
    async with connect(world) as here:
        handle = world.ask_friend("lin", "我是小林")
        await here.channel.accept_friend(handle)
        await here.channel.say_private("lin", "你好呀")
        with pytest.raises(NotAllowedError):
            await here.channel.accept_friend(handle)
        await world.delivered()
    assert here.box.kinds()[-3:] == ["FriendRequest", "Friend", "Message"]


async def test_only_owner_and_staff_remove_and_nobody_removes_the_owner(make, stage):
    world = stage(make()).world
    channel = SimulatorChannel(world)
    for room, member in (("b", "ze"), ("a", "man"), ("a", "ze"), ("a", "bot"), ("nowhere", "lin")):
        with pytest.raises(NotAllowedError):
            await channel.remove(room, member)
    await channel.remove("a", "lin")
    assert "lin" not in world.present["a"]
    await channel.remove("a", "lin")


async def test_a_removal_is_told_with_its_remover(make, stage, connect):
    world = stage(make()).world
    async with connect(world) as here:
        await here.channel.remove("a", "lin")
        await world.delivered()
        leave = here.box.items[-1].event
    assert isinstance(leave, events.Leave)
    assert (leave.member, leave.remover) == ("lin", "bot")


async def test_a_kick_fails_silently_as_often_as_the_file_says(make, stage):
    world = stage(make(limits='[limits]\nstubborn = [{ member = "小林", times = 2 }]\n')).world
    channel = SimulatorChannel(world)
    for expected in (True, True, False):
        await channel.remove("a", "lin")
        assert ("lin" in world.present["a"]) is expected
    assert [s.what for s in world.transcript] == ["kick_failed", "kick_failed", "removed"]


async def test_a_kick_fails_silently_until_the_moment_the_file_says(make, stage):
    it = stage(make(limits='[limits]\nstubborn = [{ member = "小林", until = "1 10:00" }]\n'))
    channel = SimulatorChannel(it.world)
    await channel.remove("a", "lin")
    assert "lin" in it.world.present["a"]
    it.clock.advance_to(it.script.community.clock_time("1 10:00"))
    await channel.remove("a", "lin")
    assert "lin" not in it.world.present["a"]


async def test_every_kick_may_fail_by_chance(make, stage):
    world = stage(make(limits="[limits]\nkick_fails = 1.0\n")).world
    await SimulatorChannel(world).remove("a", "lin")
    assert "lin" in world.present["a"]


async def test_a_refused_message_surely_did_not_go_out(make, stage):
    world = stage(make(limits="[limits]\nrefused = 1.0\n")).world
    with pytest.raises(NotDeliveredError):
        await SimulatorChannel(world).say_room("a", "早", [])
    assert world.messages == {}


async def test_after_a_time_out_the_message_did_or_did_not_go_out(make, stage):
    world = stage(make(limits="[limits]\nlost = 1.0\n")).world
    channel = SimulatorChannel(world)
    for _ in range(40):
        with pytest.raises(UndecidedError):
            await channel.say_private("man", "在吗")
    assert 0 < len(world.messages) < 40
    assert len(world.messages) + sum(s.what == "lost" for s in world.transcript) == 40


async def test_gateways_deliver_twice_under_the_same_key(make, stage, connect):
    world = stage(make(limits="[limits]\nduplicated = 1.0\n")).world
    async with connect(world) as here:
        world.say("lin", Content(text="早"), room="a")
        here.channel.redeliver(1)
        await world.delivered()
        keys = [item.key for item in here.box.items[-3:]]
    assert len(set(keys)) == 1


async def test_four_of_five_are_no_friends_unless_the_file_says_so(make, stage):
    crowd = "".join(f'  {{ id = "p{i}", name = "路人{i}", rooms = ["a"] }},\n' for i in range(500))
    text = (
        'name = "大群"\nstarts = 2025-09-15\noperator = "主"\naccount = { id = "bot", name = "管家" }\n'
        f'people = [\n  {{ id = "z", name = "主", rooms = ["a"], friend = true }},\n{crowd}]\n'
        '[[rooms]]\nid = "a"\ntopic = "群"\nowner = "主"\n'
    )
    world = stage(make(text=text)).world
    assert 70 < len(world.friends) < 130


async def test_an_invited_friend_is_in_the_room(make, stage):
    world = stage(make()).world
    world.befriend("new")
    await SimulatorChannel(world).invite("a", "new")
    assert "new" in world.present["a"]


async def test_pictures_are_found_by_their_message(make, stage):
    world = stage(make()).world
    channel = SimulatorChannel(world)
    world.pictures["m1"] = b"png"
    assert await channel.picture("m1") == b"png"
    assert await channel.picture("m2") is None


async def test_nobody_waits_for_a_channel_that_was_cancelled(make, stage):
    world = stage(make()).world
    channel = SimulatorChannel(world)

    class Full:
        async def put(self, item: object) -> None:
            await asyncio.Event().wait()

    running = asyncio.create_task(channel.run(Full(), lambda _: None))
    await asyncio.sleep(0)
    waiting = asyncio.create_task(world.delivered())
    await asyncio.sleep(0)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await waiting
    assert world.quiet


async def test_names_after_an_at_become_mentions_the_longest_first(make, stage):
    world = stage(make()).world
    assert world.mentioned("a", "踢@小林妈妈") == ("踢@小林妈妈\u2005", ("linma",))
    assert world.mentioned("a", "@小林 你好 @阿泽") == ("@小林\u2005你好 @阿泽\u2005", ("lin", "ze"))
    assert world.mentioned("a", "@所有人 开会") == ("@所有人\u2005开会", ("all",))
    assert world.mentioned("a", "写信到 a@b.example") == ("写信到 a@b.example", ())
