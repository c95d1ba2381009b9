"""What the bot does reaches WeChat, and what becomes of it is told truly: on both gateway generations."""

import pytest
from gateway_process import ADMIN, ALICE, BOB, NEWBIE, OWNER, ROOM, SELF, STRANGER

from bot.errors import NotAllowedError, NotDeliveredError, NotFriendError, UndecidedError

pytestmark = pytest.mark.gateway


async def test_mentions_are_written_and_passed(bot, gateway):
    sent = await bot.channel.say_room(ROOM, "别发广告哦 😀", [ALICE, BOB])
    said = (await gateway.journal("sendText"))[-1]
    assert said["text"] == "@爱丽丝\u2005@Bob 😀\u2005别发广告哦 😀"
    assert said["mentions"] == [ALICE, BOB]
    assert sent.message_id == said["id"]


async def test_a_gateway_that_gives_no_id_is_believed(bot, gateway):
    await gateway("sentIds", on=False)
    assert (await bot.channel.say_room(ROOM, "hi", [])).message_id is None


async def test_a_friend_is_written_to(bot, gateway):
    sent = await bot.channel.say_private(ALICE, "最近好吗?")
    said = (await gateway.journal("sendText"))[-1]
    assert (said["conversation"], said["text"], said["id"]) == (ALICE, "最近好吗?", sent.message_id)


async def test_a_stranger_is_not_written_to(bot, gateway):
    with pytest.raises(NotFriendError):
        await bot.channel.say_private(STRANGER, "hi")
    assert await gateway.journal("sendText") == []


async def test_who_ended_the_friendship_is_not_written_to(bot, gateway):
    await bot.channel.say_private(ALICE, "一")
    await gateway("befriend", id=ALICE, friend=False)
    with pytest.raises(NotFriendError):
        await bot.channel.say_private(ALICE, "二")
    assert [item["text"] for item in await gateway.journal("sendText")] == ["一"]


async def test_a_removal_shows_in_the_member_list(bot, gateway):
    await bot.channel.remove(ROOM, STRANGER)
    assert STRANGER not in await bot.channel.members(ROOM)
    assert (await gateway.journal("roomDel"))[0]["member"] == STRANGER


async def test_a_removal_that_is_ignored_shows_too(bot, gateway):
    await gateway("fail", roomDel={"silent": True})
    await bot.channel.remove(ROOM, STRANGER)
    assert STRANGER in await bot.channel.members(ROOM)


async def test_who_is_in_a_room_takes_one_call(bot, gateway):
    before = await gateway("counts")
    assert await bot.channel.members(ROOM) == {SELF, OWNER, ADMIN, ALICE, BOB, STRANGER}
    after = await gateway("counts")
    assert {method for method in after if after[method] != before.get(method)} == {"roomMemberList"}
    assert after["roomMemberList"] == before["roomMemberList"] + 1


async def test_an_invitation_is_passed(bot, gateway):
    await bot.channel.invite(ROOM, NEWBIE)
    assert NEWBIE in await bot.channel.members(ROOM)


async def test_a_friend_request_names_the_room(bot, gateway):
    await bot.channel.ask_friend(NEWBIE, "我是群管", ROOM)
    await bot.channel.ask_friend(STRANGER, "我是群管", None)
    asked = await gateway.journal("friendshipAdd")
    assert [(item["id"], item["hello"], item.get("roomId")) for item in asked] == [
        (NEWBIE, "我是群管", ROOM),
        (STRANGER, "我是群管", None),
    ]


async def test_a_new_topic_reaches_the_room(bot, gateway):
    await bot.channel.rename_room(ROOM, "改名了")
    assert (await gateway("room", room=ROOM))["topic"] == "改名了"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("you are not the room owner", NotAllowedError),
        ("无权操作", NotAllowedError),
        ("no payload found for id x", NotAllowedError),
        ("对方不是你的好友", NotFriendError),
        ("ETIMEDOUT 10.0.0.1", UndecidedError),
        ("request timeout", UndecidedError),
        ("boom", NotDeliveredError),
    ],
)
async def test_what_the_gateway_answers_decides_what_became_of_it(bot, gateway, answer, error):
    await gateway("fail", messageSendText={"message": answer}, roomDel={"message": answer})
    for attempt in (bot.channel.say_room(ROOM, "hi", []), bot.channel.remove(ROOM, BOB)):
        with pytest.raises(error) as caught:
            await attempt
        assert caught.type is error
        assert "\n" not in str(caught.value)


async def test_an_answer_that_never_comes_leaves_it_open(gateway, connect):
    bot = await connect(gateway, rpc_timeout_seconds=0.3)
    await gateway("fail", messageSendText={"delay": 3_000}, roomDel={"delay": 3_000})
    with pytest.raises(UndecidedError):
        await bot.channel.say_room(ROOM, "hi", [])
    with pytest.raises(UndecidedError):
        await bot.channel.remove(ROOM, BOB)


async def test_a_name_that_cannot_be_read_does_not_keep_the_words_back(bot, gateway):
    trouble = {"message": "boom"}
    await gateway("fail", **{f"roomMemberPayload:{NEWBIE}": trouble, f"contactPayload:{NEWBIE}": trouble})
    await bot.channel.say_room(ROOM, "欢迎", [NEWBIE])
    said = (await gateway.journal("sendText"))[-1]
    assert (said["text"], said["mentions"]) == ("欢迎", [NEWBIE])


async def test_doing_is_not_held_up_by_reading(gateway, connect):
    bot = await connect(gateway, in_flight=2)
    await gateway("fail", messagePayload={"delay": 60_000})
    for number in range(5):
        await gateway.say(f"{number}")
    assert (await bot.channel.say_room(ROOM, "先说", [])).message_id
