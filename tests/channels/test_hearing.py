"""What happens in WeChat arrives as events: complete, once, in order. Against both gateway generations."""

import asyncio
import base64
from datetime import UTC, datetime

import pytest
from gateway_process import ADMIN, ALICE, BOB, NEWBIE, OWNER, ROOM, SECOND_ROOM, SELF, STRANGER

from bot.core.events import (
    Account,
    Friend,
    FriendRequest,
    Join,
    Leave,
    Message,
    Recall,
    Room,
    RoomInvite,
    Roster,
)

pytestmark = pytest.mark.gateway


async def test_after_login_the_account_comes_first_then_rooms_then_rosters(bot):
    kinds = [type(event) for event in bot.events]
    assert kinds[:4] == [Account, Account, Room, Room]
    assert bot.of(Account)[1].self_id == SELF
    room = next(event for event in bot.of(Room) if event.room == ROOM)
    assert (room.topic, room.owner, room.staff) == ("测试群 One", OWNER, (ADMIN, SELF))
    roster = next(event for event in bot.of(Roster) if event.room == ROOM)
    lines = {line.member: line for line in roster.members}
    assert lines[ALICE].name == "爱丽丝"  # the name in this room wins
    assert lines[BOB].name == "Bob 😀"
    assert (lines[BOB].friend, lines[STRANGER].friend) == (True, False)


async def test_room_text_arrives_exactly(bot, gateway):
    text = "你好 <b>hi</b> 😀\nline2  "
    sent = await gateway.say(text, by=ALICE, ts=1_740_000_000_000)
    said = await bot.event(Message, lambda m: m.id == sent)
    assert (said.room, said.sender, said.name, said.type, said.text) == (ROOM, ALICE, "爱丽丝", "text", text)
    assert said.sent_at == datetime(2025, 2, 19, 21, 20, tzinfo=UTC)
    assert said.at > said.sent_at


async def test_private_text_has_no_room(bot, gateway):
    sent = await gateway.say("在吗", by=BOB, to=SELF)
    said = await bot.event(Message, lambda m: m.id == sent)
    assert (said.room, said.sender, said.name, said.to) == (None, BOB, "Bob 😀", None)


async def test_mentions_are_ids(bot, gateway):
    sent = await gateway.say("@群管\u2005 help", mentions=[SELF])
    assert (await bot.event(Message, lambda m: m.id == sent)).mentions == (SELF,)


async def test_the_accounts_own_words_come_back_with_their_id(bot, gateway):
    sent = await bot.channel.say_room(ROOM, "大家好", [])
    echo = await bot.event(Message, lambda m: m.id == sent.message_id)
    assert (echo.sender, echo.text) == (SELF, "大家好")
    private = await bot.channel.say_private(ALICE, "你好")
    echo = await bot.event(Message, lambda m: m.id == private.message_id)
    assert (echo.sender, echo.room, echo.to) == (SELF, None, ALICE)


async def test_broken_text_is_repaired(bot, gateway):
    sent = await gateway.say("a\0b")
    assert (await bot.event(Message, lambda m: m.id == sent)).text == "a\ufffdb"


async def test_three_thousand_messages_in_a_burst_arrive_in_order(bot, gateway):
    many = 3_000
    before = len(bot.received)
    await gateway("burst", n=many, to=ROOM, **{"from": [ALICE, BOB, STRANGER]})
    await bot.until(lambda: len(bot.of(Message)) >= many)
    said = [event for event in bot.events[before:] if isinstance(event, Message)]
    assert [event.text for event in said] == [f"b{number}" for number in range(many)]
    assert [event.at for event in said] == sorted(event.at for event in said)


async def test_a_bot_that_is_behind_holds_the_stream_back(bot, gateway):
    bot.slow = asyncio.Event()
    await gateway("burst", n=500, to=ROOM, **{"from": [ALICE]})
    read = (await gateway("counts")).get("messagePayload", 0)
    assert read < 100
    bot.slow.set()
    await bot.until(lambda: len(bot.of(Message)) == 500)
    assert [event.text for event in bot.of(Message)] == [f"b{number}" for number in range(500)]


async def test_people_who_join_are_named(bot, gateway):
    await gateway("join", room=ROOM, who=[NEWBIE, "wxid_twin"], by=BOB)
    joined = await bot.event(Join, lambda e: e.member == NEWBIE)
    assert (joined.room, joined.name, joined.inviter, joined.friend) == (ROOM, "Newbie", BOB, False)
    await bot.event(Join, lambda e: e.member == "wxid_twin")
    roster = await bot.event(Roster, lambda r: r.room == ROOM and len(r.members) == 8)
    assert NEWBIE in {line.member for line in roster.members}


async def test_a_roster_never_runs_ahead_of_the_join_that_it_contains(bot, gateway):
    for number in range(20):
        await gateway("join", room=ROOM, who=[f"wxid_flock{number}"], by=BOB)
    await bot.event(Roster, lambda r: r.room == ROOM and len(r.members) == 26)
    present = {SELF, OWNER, ADMIN, ALICE, BOB, STRANGER}
    for event in bot.events:
        if isinstance(event, Join):
            present.add(event.member)
        if isinstance(event, Roster) and event.room == ROOM:
            assert {line.member for line in event.members} <= present


async def test_people_who_leave_are_told_from_people_removed(bot, gateway):
    await gateway("leave", room=ROOM, who=[STRANGER], by=OWNER)
    left = await bot.event(Leave, lambda e: e.member == STRANGER)
    assert (left.room, left.name, left.remover) == (ROOM, "Spammer", OWNER)
    await gateway("leave", room=ROOM, who=[BOB], by=BOB)
    assert (await bot.event(Leave, lambda e: e.member == BOB)).remover is None


async def test_the_same_join_twice_has_the_same_key(bot, gateway):
    payload = {"roomId": ROOM, "inviteeIdList": [NEWBIE], "inviterId": BOB, "timestamp": 1_740_000_000_000}
    for _ in range(2):
        await gateway("emit", event="room-join", payload=payload)
    await bot.until(lambda: len(bot.of(Join)) == 2)
    keys = [item.key for item in bot.received if isinstance(item.event, Join)]
    assert keys == [f"join:{ROOM}:{NEWBIE}:1740000000000"] * 2


async def test_a_new_topic_is_known_with_owner_and_staff(bot, gateway):
    await gateway("topic", room=ROOM, topic="新群名", by=OWNER)
    room = await bot.event(Room, lambda r: r.topic == "新群名")
    assert (room.owner, room.staff) == (OWNER, (ADMIN, SELF))


async def test_a_new_owner_is_known_after_a_dirty_event(bot, gateway):
    await gateway("setRoom", room=ROOM, patch={"ownerId": ALICE})
    await gateway("dirty", type=3, id=ROOM)
    assert (await bot.event(Room, lambda r: r.owner == ALICE)).room == ROOM


async def test_a_friend_request_can_be_accepted(bot, gateway):
    await gateway("friend", id="f1", hello="我是新来的", **{"from": NEWBIE})
    request = await bot.event(FriendRequest)
    assert (request.member, request.text, request.id) == (NEWBIE, "我是新来的", "f1")
    await bot.channel.accept_friend(request.id)
    assert [item["id"] for item in await gateway.journal("friendshipAccept")] == ["f1"]


async def test_a_confirmed_friend_is_known_at_once(bot, gateway):
    await gateway("befriend", id=STRANGER)
    await gateway("friend", id="f2", type="Confirm", **{"from": STRANGER})
    assert (await bot.event(Friend)).member == STRANGER
    await bot.event(Roster, lambda r: any(line.member == STRANGER and line.friend for line in r.members))


async def test_an_invitation_into_a_room_can_be_accepted(bot, gateway):
    await gateway("invite", id="i1", topic="第三群", **{"from": ALICE})
    invitation = await bot.event(RoomInvite)
    assert (invitation.member, invitation.topic, invitation.id) == (ALICE, "第三群", "i1")
    await bot.channel.accept_room(invitation.id)
    assert [item["id"] for item in await gateway.journal("roomInvitationAccept")] == ["i1"]


async def test_a_message_taken_back_is_named(bot, gateway):
    first = await gateway.say("手滑了")
    await gateway.say(first, type="Recalled")
    recall = await bot.event(Recall)
    assert (recall.room, recall.id) == (ROOM, first)


async def test_cards_arrive_with_their_content(bot, gateway):
    await gateway.say("<msg/>", type="Url", url={"title": "T", "url": "https://x.test/", "description": "d"})
    link = (await bot.event(Message, lambda m: m.type == "link")).link
    assert (link.url, link.title, link.description) == ("https://x.test/", "T", "d")
    await gateway.say(type="MiniProgram", mini={"appid": "wx1", "title": "MT", "username": "gh_1"})
    mini = (await bot.event(Message, lambda m: m.type == "miniprogram")).miniprogram
    assert (mini.app, mini.title) == ("wx1", "MT")
    await gateway.say(type="Contact", card=BOB)
    card = (await bot.event(Message, lambda m: m.type == "contact_card")).card
    assert (card.id, card.name) == (BOB, "Bob 😀")
    await gateway.say(type="Attachment", file={"name": "报价.pdf", "base64": "AAAA"})
    assert (await bot.event(Message, lambda m: m.type == "file")).file.name == "报价.pdf"


@pytest.mark.parametrize("form", ["base64", "stream"])
async def test_pictures_can_be_had_in_either_form(bot, gateway, form):
    picture = b"\x89PNG\r\n" + bytes(range(256)) * 3000
    file = {"name": "a.png", form: base64.b64encode(picture).decode()}
    sent = await gateway.say(type="Image", file=file)
    await bot.event(Message, lambda m: m.id == sent and m.type == "image")
    assert await bot.channel.picture(sent) == picture


async def test_a_picture_that_is_gone_is_none(bot, gateway):
    sent = await gateway.say(type="Image")
    assert await bot.channel.picture(sent) is None


async def test_a_renamed_member_has_the_new_name_at_the_next_word(bot, gateway):
    await gateway.say("一")
    await gateway("rename", id=BOB, name="鲍勃")
    await bot.event(Roster, lambda r: any(line.name == "鲍勃" for line in r.members))
    sent = await gateway.say("二", by=BOB)
    assert (await bot.event(Message, lambda m: m.id == sent)).name == "鲍勃"


async def test_a_name_in_the_room_is_followed_too(bot, gateway):
    await gateway("alias", room=ROOM, member=BOB, alias="群里的鲍勃")
    await bot.event(Roster, lambda r: any(line.name == "群里的鲍勃" for line in r.members))
    sent = await gateway.say("二", by=BOB)
    assert (await bot.event(Message, lambda m: m.id == sent)).name == "群里的鲍勃"


async def test_one_contact_that_cannot_be_read_does_not_lose_the_room(gateway, connect):
    trouble = {"message": "boom"}
    await gateway("fail", **{f"contactPayload:{BOB}": trouble, f"roomMemberPayload:{BOB}": trouble})
    bot = await connect(gateway, ready=False)
    roster = await bot.event(Roster, lambda r: r.room == ROOM)
    assert {line.member for line in roster.members} == {SELF, OWNER, ADMIN, ALICE, BOB, STRANGER}


async def test_a_room_of_five_hundred_is_read_whole_beside_live_messages(bot, gateway):
    everybody = [SELF, *(f"wxid_many{number}" for number in range(499))]
    await gateway("members", room=SECOND_ROOM, ids=everybody)
    await gateway("dirty", type=3, id=SECOND_ROOM)
    sent = await gateway.say("中间说一句")
    await bot.event(Message, lambda m: m.id == sent)
    roster = await bot.event(Roster, lambda r: len(r.members) == 500)
    assert all(line.name and line.friend is not None for line in roster.members)


async def test_rooms_are_read_again_without_being_asked(gateway, connect):
    bot = await connect(gateway, reread=0.05)
    await gateway("members", room=SECOND_ROOM, ids=[SELF, ALICE])  # somebody left, and no event told of it
    await bot.event(Roster, lambda r: r.room == SECOND_ROOM and len(r.members) == 2)


async def test_a_member_list_with_nobody_in_it_is_not_believed(bot, gateway):
    seen = len(bot.events)
    await gateway("members", room=SECOND_ROOM, ids=[])
    await gateway("dirty", type=3, id=SECOND_ROOM)
    asked = (await gateway("counts"))["roomMemberList"]
    await bot.channel.members(SECOND_ROOM)
    while (await gateway("counts"))["roomMemberList"] < asked + 2:
        pass
    await gateway("members", room=SECOND_ROOM, ids=[SELF, ALICE])
    await gateway("dirty", type=3, id=SECOND_ROOM)
    roster = await bot.event(Roster, after=seen)
    assert {line.member for line in roster.members} == {SELF, ALICE}


async def test_a_room_first_heard_of_in_a_message_is_described_before_it(gateway, connect):
    await gateway("fail", roomList={"message": "boom"})
    bot = await connect(gateway, ready=False)
    await bot.event(Account, lambda a: a.state == "login")
    sent = await gateway.say("先说话")
    await bot.event(Message, lambda m: m.id == sent)
    kinds = [type(event) for event in bot.events]
    assert kinds.index(Room) < kinds.index(Message)
